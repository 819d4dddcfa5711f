/** The floor with TLS: `node:https` that reads and parses the body, answers and forgets. */
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TlsFiles } from "@hookgram/runtime";

import { readConfig, serve } from "./serve.ts";

const { tls } = readConfig<{ readonly tls: TlsFiles }>();
const files = { cert: readFileSync(tls.certificatePath), key: readFileSync(tls.keyPath) };
let parsed = 0;
const server = createServer(files, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const update = JSON.parse(Buffer.concat(chunks).toString()) as { update_id: number };
    if (update.update_id > 0) parsed += 1;
    response.writeHead(200, { "content-length": "0" });
    response.end();
  });
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  serve({ port, handled: () => parsed, stop: () => server.close() });
});
