import { createHash, randomBytes, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import * as der from "./der.ts";

const OID = {
  commonName: "2.5.4.3",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  subjectKeyId: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  authorityKeyId: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
} as const;

/** Bits of `KeyUsage`, from the highest of the byte down. */
const DIGITAL_SIGNATURE = 0x80;
const CERT_SIGN = 0x04;

const SERIAL_BYTES = 16;
/** RFC 5280 §4.1.2.5: what is in a certificate from then on has another type. */
const UTC_TIME_END_MS = Date.UTC(2050, 0);
/** Clocks of programs under test may be behind. */
const BACKDATED_MS = 86_400_000;

/** A name with its P-256 key. */
export interface Identity {
  readonly name: string;
  readonly publicKey: KeyObject;
}

export interface CertificateRequest {
  readonly subject: Identity;
  readonly issuer: Identity & { readonly privateKey: KeyObject };
  /** `authority`: may sign certificates of this host and no other. `server`: is this host. */
  readonly use: "authority" | "server";
  readonly host: string;
  /** Real time, Unix milliseconds: others look at it with their own clocks. */
  readonly nowMs: number;
  readonly lifeMs: number;
}

/**
 * Makes an X.509 certificate and signs it with ECDSA and SHA-256.
 * @returns its PEM text.
 * @see https://www.rfc-editor.org/rfc/rfc5280
 */
export function createCertificate(request: CertificateRequest): string {
  const { subject, issuer, nowMs, lifeMs } = request;
  const algorithm = der.sequence(der.objectId(OID.ecdsaWithSha256));
  const untilMs = Math.min(nowMs + lifeMs, UTC_TIME_END_MS - 1000);
  const body = der.sequence(
    der.tagged(0, der.integer(2)),
    der.integer(serial()),
    algorithm,
    distinguishedName(issuer.name),
    der.sequence(der.utcTime(nowMs - BACKDATED_MS), der.utcTime(untilMs)),
    distinguishedName(subject.name),
    spki(subject.publicKey),
    der.tagged(3, der.sequence(...extensions(request))),
  );
  const signature = sign("sha256", body, issuer.privateKey);
  return toPem(der.sequence(body, algorithm, der.bits(signature)));
}

function extensions({ subject, issuer, use, host }: CertificateRequest): Buffer[] {
  const keyIds = [
    extension(OID.subjectKeyId, der.octets(keyId(subject.publicKey))),
    extension(OID.authorityKeyId, der.sequence(der.der(0x80, keyId(issuer.publicKey)))),
  ];
  const name = der.taggedText(2, host);
  if (use === "server") {
    return [
      critical(OID.basicConstraints, der.sequence()),
      critical(OID.keyUsage, der.bits(Buffer.from([DIGITAL_SIGNATURE]), 7)),
      extension(OID.extendedKeyUsage, der.sequence(der.objectId(OID.serverAuth))),
      extension(OID.subjectAltName, der.sequence(name)),
      ...keyIds,
    ];
  }
  const permitted = der.tagged(0, der.sequence(name));
  return [
    critical(OID.basicConstraints, der.sequence(der.boolean(true), der.integer(0))),
    critical(OID.keyUsage, der.bits(Buffer.from([CERT_SIGN]), 2)),
    critical(OID.nameConstraints, der.sequence(permitted)),
    ...keyIds,
  ];
}

function extension(oid: string, value: Buffer): Buffer {
  return der.sequence(der.objectId(oid), der.octets(value));
}

/** One that a reader who does not know it must not pass over. */
function critical(oid: string, value: Buffer): Buffer {
  return der.sequence(der.objectId(oid), der.boolean(true), der.octets(value));
}

function distinguishedName(name: string): Buffer {
  return der.sequence(der.setOf(der.sequence(der.objectId(OID.commonName), der.utf8(name))));
}

/** Positive, and with no leading zero byte. */
function serial(): Buffer {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes;
}

function spki(key: KeyObject): Buffer {
  return key.export({ format: "der", type: "spki" });
}

function keyId(key: KeyObject): Buffer {
  return createHash("sha256").update(spki(key)).digest().subarray(0, 20);
}

function toPem(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
