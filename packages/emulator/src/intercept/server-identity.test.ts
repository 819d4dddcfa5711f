import assert from "node:assert/strict";
import { X509Certificate, createPrivateKey } from "node:crypto";
import { connect, createServer } from "node:tls";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { describe, it } from "node:test";
import { createServerIdentity } from "./server-identity.ts";

const HOST = "api.telegram.org";

describe("a server's identity", () => {
  it("is a chain that Node's own reader accepts", () => {
    const nowMs = Date.UTC(2026, 10, 21, 12);
    const { authority, certificate, key } = createServerIdentity(HOST, nowMs);
    const [root, server] = [new X509Certificate(authority), new X509Certificate(certificate)];
    assert.ok(root.ca && root.verify(root.publicKey));
    assert.ok(server.checkIssued(root) && server.verify(root.publicKey) && !server.ca);
    assert.ok(server.checkPrivateKey(createPrivateKey(key)));
    assert.equal(server.checkHost(HOST), HOST);
    assert.equal(server.checkHost("example.org"), undefined);
    assert.equal(server.validFrom, "Nov 20 12:00:00 2026 GMT");
    assert.equal(server.validTo, "Nov 21 12:00:00 2027 GMT");
  });

  it("is believed for its host, and for no other one", async () => {
    const { authority, certificate: cert, key } = createServerIdentity(HOST, new Date().getTime());
    const server = createServer({ cert, key }, (socket) => socket.end());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const connectAs = async (servername: string, ca?: string): Promise<string | undefined> => {
      const socket = connect({ port, host: "127.0.0.1", servername, ...(ca && { ca }) });
      const outcome = await new Promise<string | undefined>((resolve) => {
        socket.once("secureConnect", () => resolve("trusted"));
        socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
      });
      socket.destroy();
      return outcome;
    };
    assert.equal(await connectAs(HOST, authority), "trusted");
    assert.equal(await connectAs("example.org", authority), "ERR_TLS_CERT_ALTNAME_INVALID");
    assert.notEqual(await connectAs(HOST), "trusted");
    server.close();
    await once(server, "close");
  });
});
