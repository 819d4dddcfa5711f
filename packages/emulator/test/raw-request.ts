/** Sends bytes to a server and gives back the bytes that it answers with. */
import { connect } from "node:net";

/**
 * Sends `request` over a connection of its own and resolves with everything that comes back until
 * the server closes, or until a complete response with a `Content-Length` is there.
 */
export function rawRequest(url: string, request: string | Uint8Array): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect(Number(port), hostname, () => socket.write(request));
    const finish = (): void => {
      socket.destroy();
      resolve(received.toString("utf8"));
    };
    socket.on("data", (bytes: Uint8Array) => {
      received = Buffer.concat([received, bytes]);
      const headEnd = received.indexOf("\r\n\r\n");
      if (headEnd === -1) return;
      const length = /^content-length: (\d+)/im.exec(received.toString("latin1", 0, headEnd))?.[1];
      if (length === "0") return;
      if (length && received.byteLength >= headEnd + 4 + Number(length)) finish();
    });
    socket.on("end", finish);
    socket.on("error", reject);
  });
}
