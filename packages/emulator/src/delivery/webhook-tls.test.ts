import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { EmulatedBot } from "../../test/emulated-bot.ts";
import { ScriptedPeer } from "../../test/scripted-peer.ts";

type CertificateName = "localhost" | "address-as-name" | "address-as-ip";

function pem(name: CertificateName, part: "cert" | "key"): string {
  return readFileSync(
    new URL(`../../test/certificates/${name}.${part}.pem`, import.meta.url),
    "utf8",
  );
}

const VERIFY_FAILED = "SSL error {error:0A000086:SSL routines::certificate verify failed}";

interface TlsCase {
  readonly fact: string;
  /** What the peer shows. */
  readonly shown: CertificateName;
  /** What was uploaded; undefined for the authorities of the system. */
  readonly uploaded?: CertificateName;
  readonly host: "localhost" | "127.0.0.1";
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
];

async function deliver(tls: TlsCase): Promise<Record<string, unknown>> {
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

describe("a webhook with TLS", () => {
  for (const tls of CASES) {
    it(tls.fact, async () => {
      const info = await deliver(tls);
      assert.equal(info["has_custom_certificate"], tls.uploaded !== undefined);
      assert.equal(info["pending_update_count"], tls.isDelivered ? 0 : 1);
      assert.equal(info["last_error_message"], tls.isDelivered ? undefined : VERIFY_FAILED);
    });
  }

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
    assert.match(
      String(info["last_error_message"]),
      /^SSL error \{error:0A[0-9A-F]{6}:SSL routines::[a-z ]+\}$/,
    );
  });
});
