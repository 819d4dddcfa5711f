import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { TlsOptions, TLSSocket } from "node:tls";
import { EmulatedBot } from "../../test/emulated-bot.ts";
import { ScriptedPeer } from "../../test/scripted-peer.ts";

/** The files of `test/certificates` that a peer can show… */
type ShownName = "localhost" | "address-as-name" | "address-as-ip" | "expired" | "chain";
/** …and those that can be uploaded, or stand for the authorities of the system. */
type TrustedName = ShownName | "root" | "intermediate";

function pem(name: TrustedName, part: "cert" | "key"): string {
  return readFileSync(
    new URL(`../../test/certificates/${name}.${part}.pem`, import.meta.url),
    "utf8",
  );
}

const VERIFY_FAILED = "SSL error {error:0A000086:SSL routines::certificate verify failed}";

interface TlsCase {
  readonly fact: string;
  /** What the peer shows. */
  readonly shown: ShownName;
  /** What was uploaded; undefined for the authorities of the system. */
  readonly uploaded?: TrustedName;
  /** Whom the system trusts. Default: nobody who is known here. */
  readonly system?: TrustedName;
  readonly host: string;
  readonly isDelivered: boolean;
}

/** Who is believed to be whom. @see tdlib/td, SslStream.cpp */
const CASES: readonly TlsCase[] = [
  {
    fact: "delivers to a peer whose certificate was uploaded",
    shown: "localhost",
    uploaded: "localhost",
    host: "localhost",
    isDelivered: true,
  },
  {
    fact: "does not believe a self-signed certificate that was not uploaded",
    shown: "localhost",
    host: "localhost",
    isDelivered: false,
  },
  {
    fact: "does not believe another certificate than the uploaded one",
    shown: "localhost",
    uploaded: "address-as-ip",
    host: "localhost",
    isDelivered: false,
  },
  {
    fact: "does not believe a certificate for another name",
    shown: "address-as-ip",
    uploaded: "address-as-ip",
    host: "localhost",
    isDelivered: false,
  },
  {
    fact: "compares an address in the URL with the names in an uploaded certificate",
    shown: "address-as-name",
    uploaded: "address-as-name",
    host: "127.0.0.1",
    isDelivered: true,
  },
  {
    fact: "is not helped by an address entry in an uploaded certificate",
    shown: "address-as-ip",
    uploaded: "address-as-ip",
    host: "127.0.0.1",
    isDelivered: false,
  },
  {
    fact: "believes what an uploaded root authority has signed, by way of others",
    shown: "chain",
    uploaded: "root",
    host: "localhost",
    isDelivered: true,
  },
  {
    fact: "is not content with an uploaded authority in the middle",
    shown: "chain",
    uploaded: "intermediate",
    host: "localhost",
    isDelivered: false,
  },
  {
    fact: "does not believe an uploaded certificate that has expired",
    shown: "expired",
    uploaded: "expired",
    host: "localhost",
    isDelivered: false,
  },
  {
    fact: "believes what an authority of the system has signed",
    shown: "chain",
    system: "root",
    host: "localhost",
    isDelivered: true,
  },
  {
    fact: "no longer believes the authorities of the system once a certificate was uploaded",
    shown: "chain",
    system: "root",
    uploaded: "localhost",
    host: "localhost",
    isDelivered: false,
  },
  {
    fact: "takes a star for one part of a name",
    shown: "chain",
    uploaded: "root",
    host: "one.bots.example",
    isDelivered: true,
  },
  {
    fact: "does not take a star for two parts of a name",
    shown: "chain",
    uploaded: "root",
    host: "the.one.bots.example",
    isDelivered: false,
  },
  {
    fact: "compares an address in the URL with the addresses in a certificate of the system's",
    shown: "address-as-ip",
    system: "address-as-ip",
    host: "127.0.0.1",
    isDelivered: true,
  },
  {
    fact: "does not take an address in the URL for a name in a certificate of the system's",
    shown: "address-as-name",
    system: "address-as-name",
    host: "127.0.0.1",
    isDelivered: false,
  },
];

const SYSTEM_AUTHORITIES = getCACertificates("default");

async function deliver(tls: TlsCase): Promise<Record<string, unknown>> {
  setDefaultCACertificates(tls.system ? [pem(tls.system, "cert")] : SYSTEM_AUTHORITIES);
  const resolver = async (): Promise<readonly string[]> => ["127.0.0.1"];
  await using bot = await EmulatedBot.start({ resolver });
  await using peer = new ScriptedPeer(bot.clock, {
    cert: pem(tls.shown, "cert"),
    key: pem(tls.shown, "key"),
  });
  await peer.up();
  const form = new FormData();
  form.set("url", `https://${tls.host}:${peer.port}/hook`);
  if (tls.uploaded) form.set("certificate", new Blob([pem(tls.uploaded, "cert")]), "cert.pem");
  assert.equal((await bot.upload("setWebhook", form)).description, "Webhook was set");
  bot.publish("message", 5);
  await bot.advance(0.5);
  const { result } = await bot.call("getWebhookInfo");
  await peer.down();
  assert.equal(peer.requests.length, tls.isDelivered ? 1 : 0);
  return result as Record<string, unknown>;
}

const OPENSSL_TEXT = /^SSL error \{error:0A[0-9A-F]{6}:SSL routines::[a-z0-9 ]+\}$/;

async function lastError(bot: EmulatedBot): Promise<string> {
  const { result } = await bot.call("getWebhookInfo");
  return String((result as Record<string, unknown>)["last_error_message"]);
}

/** A peer that shows the certificate for localhost. */
async function listen(
  bot: EmulatedBot,
  options: TlsOptions,
  onSecure: (socket: TLSSocket) => void = () => undefined,
): Promise<ScriptedPeer> {
  const cert = pem("localhost", "cert");
  const peer = new ScriptedPeer(bot.clock, { cert, key: pem("localhost", "key"), ...options });
  peer.onSecure = onSecure;
  await peer.up();
  return peer;
}

/** Sets a webhook with the certificate for localhost uploaded, and queues an update for it. */
async function deliverTo(bot: EmulatedBot, url: string, params: object = {}): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ url, ...params })) form.set(name, String(value));
  form.set("certificate", new Blob([pem("localhost", "cert")]), "cert.pem");
  assert.equal((await bot.upload("setWebhook", form)).description, "Webhook was set");
  bot.publish("message", 5);
  await bot.advance(1);
}

describe("a webhook with TLS", () => {
  for (const tls of CASES) {
    it(tls.fact, async () => {
      const info = await deliver(tls);
      assert.equal(info["has_custom_certificate"], tls.uploaded !== undefined);
      assert.equal(info["pending_update_count"], tls.isDelivered ? 0 : 1);
      assert.equal(info["last_error_message"], tls.isDelivered ? undefined : VERIFY_FAILED);
    });
  }

  it("shakes hands before there is an update, and reports that it failed", async () => {
    await using bot = await EmulatedBot.start();
    await using peer = await listen(bot, {});
    await bot.call("setWebhook", { url: `https://localhost:${peer.port}/` });
    await bot.advance(1);
    assert.equal(await lastError(bot), VERIFY_FAILED);
  });

  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    it(`delivers over ${version}`, async () => {
      await using bot = await EmulatedBot.start();
      await using peer = await listen(bot, { minVersion: version, maxVersion: version });
      await deliverTo(bot, `https://localhost:${peer.port}/`);
      assert.equal(peer.requests.length, 1);
    });
  }

  it("does not speak to a peer that knows older versions only", async () => {
    await using bot = await EmulatedBot.start();
    // Level 0 is what OpenSSL 3 wants for versions that it thinks unsafe.
    const old = {
      minVersion: "TLSv1.1",
      maxVersion: "TLSv1.1",
      ciphers: "ALL@SECLEVEL=0",
    } as const;
    await using peer = await listen(bot, old);
    await deliverTo(bot, `https://localhost:${peer.port}/`);
    assert.equal(peer.requests.length, 0);
    assert.match(await lastError(bot), OPENSSL_TEXT);
  });

  it("names the host of the URL, also with ip_address, and never an address", async () => {
    const names: (string | false | null)[] = [];
    const SNICallback = (name: string, done: (error: null) => void): void => {
      names.push(name);
      done(null);
    };
    await using bot = await EmulatedBot.start();
    await using peer = await listen(bot, { SNICallback });
    await deliverTo(bot, `https://localhost:${peer.port}/`, { ip_address: "127.0.0.1" });
    await deliverTo(bot, `https://127.0.0.1:${peer.port}/`);
    assert.deepEqual(names, ["localhost"]);
  });

  it("offers no protocol besides and shows no certificate of its own", async () => {
    await using bot = await EmulatedBot.start();
    const seen: unknown[] = [];
    const ALPNCallback = ({ protocols }: { readonly protocols: string[] }): undefined => {
      seen.push(protocols);
    };
    const asked = { requestCert: true, rejectUnauthorized: false, ALPNCallback };
    await using peer = await listen(bot, asked, (socket) => {
      seen.push(socket.alpnProtocol, Object.keys(socket.getPeerCertificate()));
    });
    await deliverTo(bot, `https://localhost:${peer.port}/`);
    assert.deepEqual(seen, [false, []]);
  });

  it("waits 60 s for a peer that accepts and then says nothing", async () => {
    await using bot = await EmulatedBot.start();
    const server = createServer((socket) => void socket.on("error", () => undefined).resume());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await deliverTo(bot, `https://127.0.0.1:${port}/`);
    await bot.advance(60);
    server.close();
    assert.equal(await lastError(bot), "Read timeout expired");
    await bot.call("deleteWebhook");
  });

  it("reports a peer that does not speak TLS in OpenSSL's words", async () => {
    await using bot = await EmulatedBot.start();
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await bot.call("setWebhook", { url: `https://127.0.0.1:${port}/` });
    await bot.advance(1);
    const info = (await bot.call("getWebhookInfo")).result as Record<string, unknown>;
    server.close();
    assert.match(String(info["last_error_message"]), OPENSSL_TEXT);
  });
});
