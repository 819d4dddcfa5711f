/** The floor: `node:http` that reads and parses the body, answers and forgets. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { serve } from "./serve.ts";

let parsed = 0;
const server = createServer((request, response) => {
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
