import { generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { createCertificate } from "./certificate.ts";

const AUTHORITY_NAME = "hookgram emulator (this run only)";
const LIFE_MS = 365 * 86_400_000;

/** A server's certificate with its key, and the authority that vouches for it, all as PEM. */
export interface ServerIdentity {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/**
 * Makes an authority, lets it sign one certificate for `host`, and forgets its key: whoever trusts
 * it trusts that certificate and nothing else. By its own words it may vouch for no other host.
 * @param nowMs real time, Unix milliseconds.
 */
export function createServerIdentity(host: string, nowMs: number): ServerIdentity {
  const root = { name: AUTHORITY_NAME, ...generateKeys() };
  const server = { name: host, ...generateKeys() };
  const common = { issuer: root, host, nowMs, lifeMs: LIFE_MS };
  return {
    authority: createCertificate({ ...common, subject: root, use: "authority" }),
    certificate: createCertificate({ ...common, subject: server, use: "server" }),
    key: server.privateKey.export({ format: "pem", type: "pkcs8" }) as string,
  };
}

function generateKeys(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}
