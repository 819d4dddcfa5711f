import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { domainToASCII } from "node:url";

/** All addresses of a host name; rejects with an error whose `code` is that of `node:dns`. */
export type Resolver = (host: string) => Promise<readonly string[]>;

/** The machine's own resolver. */
export const systemResolver: Resolver = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

export type ResolveOutcome =
  | { readonly ok: true; readonly address: string }
  | { readonly ok: false; readonly reason: string };

/** What `gai_strerror` says, by the codes that Node makes of it. */
const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "Name or service not known",
  EAI_NONAME: "Name or service not known",
  EAI_NODATA: "No address associated with hostname",
  EAI_AGAIN: "Temporary failure in name resolution",
  EAI_FAIL: "Non-recoverable failure in name resolution",
};

/** The address to connect to: the first IPv4 one, an IPv6 one only where there is no other. */
export async function resolveHost(host: string, resolver: Resolver): Promise<ResolveOutcome> {
  const literal = host.replace(/^\[(.*)\]$/, "$1");
  if (isIP(literal) !== 0) return { ok: true, address: literal };
  // Numbers that are no dotted quad, such as `0x7f.1`, are an address for the system's resolver.
  const numeric = domainToASCII(host);
  if (isIP(numeric) === 4) return { ok: true, address: numeric };
  try {
    const addresses = await resolver(host);
    const address = addresses.find((text) => isIP(text) === 4) ?? addresses[0];
    if (address !== undefined) return { ok: true, address };
    return { ok: false, reason: `Failed to resolve host: ${REASONS["EAI_NODATA"]}` };
  } catch (error) {
    const code = (error as { readonly code?: string }).code ?? "EAI_FAIL";
    return { ok: false, reason: `Failed to resolve host: ${REASONS[code] ?? code}` };
  }
}
