import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { checkServerIdentity } from "node:tls";
import type { ConnectionOptions, PeerCertificate } from "node:tls";
import type { WebhookUrl } from "./webhook-url.ts";

const PEM_BLOCK = /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----[^-]*-----END [A-Z0-9 ]*CERTIFICATE-----/g;

export type CertificateOutcome =
  | { readonly ok: true }
  /** What comes after `Bad Request: bad webhook: `. */
  | { readonly ok: false; readonly reason: string };

/** Checks that an uploaded certificate is PEM with at least one certificate in it. */
export function checkCertificate(pem: string): CertificateOutcome {
  const blocks = pem.match(PEM_BLOCK) ?? [];
  if (blocks.length === 0) {
    return refuse("error:05800088:x509 certificate routines::no certificate or crl found");
  }
  for (const block of blocks) {
    try {
      void new X509Certificate(block);
    } catch (error) {
      return refuse((error as Error).message);
    }
  }
  return { ok: true };
}

function refuse(detail: string): CertificateOutcome {
  return { ok: false, reason: `Failed to set custom certificate file{${detail}}` };
}

/**
 * How a delivery to `url` speaks TLS: the peer is always verified, against the system's authorities
 * or against the uploaded certificate alone; the server name is sent for names, not for addresses.
 */
export function tlsOptions(url: WebhookUrl, certificate: string | undefined): ConnectionOptions {
  const host = url.host.replace(/^\[(.*)\]$/, "$1");
  const isAddress = isIP(host) !== 0;
  const isAddressAsName = isAddress && certificate !== undefined;
  return {
    rejectUnauthorized: true,
    servername: isAddress ? "" : host,
    checkServerIdentity: (_name, peer) =>
      isAddressAsName ? checkAddressAsName(host, peer) : checkServerIdentity(host, peer),
    ...(certificate === undefined ? {} : { ca: certificate }),
  };
}

/**
 * With an uploaded certificate, an address in the URL is compared as if it were a host name: with
 * the DNS names of the certificate, or its common name if it has none. IP entries do not count.
 */
function checkAddressAsName(address: string, peer: PeerCertificate): Error | undefined {
  const names = [...(peer.subjectaltname ?? "").matchAll(/DNS:([^,]+)/g)].map(([, name]) => name);
  const candidates = names.length > 0 ? names : [peer.subject.CN].flat();
  if (candidates.includes(address)) return undefined;
  const mismatch = new Error(`The certificate is not for ${address}.`);
  return Object.assign(mismatch, { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
}
