import { BlockList, isIP } from "node:net";

import { RuntimeError } from "../error.ts";

/**
 * The networks from which Telegram says it sends webhooks. An allow list is depth, never the only
 * check, and Telegram may change it: the secret is what proves a request.
 * @see https://core.telegram.org/bots/webhooks#the-short-version
 */
export const TELEGRAM_NETWORKS: readonly string[] = ["149.154.160.0/20", "91.108.4.0/22"];

/** A set of IPv4 and IPv6 networks. Anything that is not an address is outside. */
export class Networks {
  readonly #list = new BlockList();

  /** `networks`: addresses or CIDR blocks such as `10.0.0.0/8`, `2001:db8::/32`, `::1`. */
  constructor(networks: readonly string[]) {
    for (const network of networks) this.#add(network);
  }

  /** Never throws; an IPv4 address written as `::ffff:1.2.3.4` is its IPv4 address. */
  includes(address: string | undefined): boolean {
    if (address === undefined) return false;
    const family = isIP(address);
    // A zone ("fe80::1%eth0") is local to a machine and never part of a network that one can list.
    if (family === 0 || address.includes("%")) return false;
    return this.#list.check(address, family === 4 ? "ipv4" : "ipv6");
  }

  #add(network: string): void {
    const [address = "", bits, ...rest] = network.split("/");
    const family = isIP(address);
    const bitsMax = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? bitsMax : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    if (family === 0 || rest.length > 0 || prefix < 0 || prefix > bitsMax) {
      throw new RuntimeError(
        "bad-options",
        `"${network}" is not a network; write an address or a block such as 149.154.160.0/20`,
      );
    }
    this.#list.addSubnet(address, prefix, family === 4 ? "ipv4" : "ipv6");
  }
}

/** Where a request came from, as far as trusted proxies tell. */
export interface Route {
  /** The other end of the connection. */
  readonly peerAddress: string | undefined;
  /** The value of `X-Forwarded-For`, several headers joined by commas. */
  readonly forwardedFor: string | undefined;
}

/** More hops than any real chain of proxies has. */
const HOPS_MAX = 32;

/**
 * The address nearest to us that is not a trusted proxy, or undefined when that cannot be known.
 * Hops are read from the right, because everything to the left of the last trusted proxy is what
 * the client itself claims.
 */
export function clientAddress(route: Route, trustedProxies: Networks): string | undefined {
  const { peerAddress, forwardedFor } = route;
  if (!trustedProxies.includes(peerAddress) || forwardedFor === undefined) return peerAddress;
  const hops = forwardedFor.split(",", HOPS_MAX + 1);
  if (hops.length > HOPS_MAX) return undefined;
  let client = peerAddress;
  for (const hop of hops.toReversed()) {
    client = hop.trim();
    if (isIP(client) === 0) return undefined;
    if (!trustedProxies.includes(client)) return client;
  }
  return client;
}
