/** A real HTTP server on the loopback that keeps what it was asked and answers as a test says. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { Busboy } from "@fastify/busboy";

export interface RecordedFile {
  readonly name: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly content: string;
}

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly contentType: string | undefined;
  readonly contentLength: string | undefined;
  readonly body: Buffer;
}

export interface RecordingServer extends AsyncDisposable {
  readonly root: string;
  readonly requests: readonly RecordedRequest[];
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers like the Bot API: the status is the error code. */
export function answerJson(value: unknown, status = 200): Answer {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
  };
}

export async function startRecordingServer(answer: Answer): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    buffer(request).then(
      (body) => {
        const [contentType, contentLength] = [headers["content-type"], headers["content-length"]];
        requests.push({ method, url, contentType, contentLength, body });
        answer(request, response);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    root: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Reads a multipart body with a parser that is not ours. */
export async function readMultipart({ contentType = "", body }: RecordedRequest): Promise<{
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly RecordedFile[];
}> {
  const fields: Record<string, string> = {};
  const files: Promise<RecordedFile>[] = [];
  const parser = new Busboy({ headers: { "content-type": contentType } });
  parser.on("field", (name, value) => (fields[name] = value));
  parser.on("file", (name, stream, ...[fileName, , contentType]) => {
    const content = buffer(stream).then((bytes) => bytes.toString());
    files.push(content.then((text) => ({ name, fileName, contentType, content: text })));
  });
  const finished = new Promise((resolve, reject) => {
    parser.on("finish", resolve);
    parser.on("error", reject);
  });
  Readable.from([body]).pipe(parser);
  await finished;
  return { fields, files: await Promise.all(files) };
}
