import { BotApiError } from "../bot-api-error.ts";
import type { CallOptions, Download } from "../bot-api.ts";
import { badAnswer, readAnswer } from "./answer.ts";
import { type Connection, type Exchange, startExchange } from "./connection.ts";

/**
 * Fetches the file at `filePath`, as `getFile` named it. The deadline guards each silence of the
 * server, so that a large file may take its time while a dead connection is noticed.
 */
export async function downloadFile(
  connection: Connection,
  filePath: string,
  options: CallOptions | undefined,
): Promise<Download> {
  const url = `${connection.filesUrl}/${encodeFilePath(filePath)}`;
  const exchange = startExchange(connection, "download", options);
  try {
    const { signal } = exchange.deadline;
    const response = await connection.fetch(url, { signal, redirect: "manual" });
    if (!response.ok) await readAnswer("download", response);
    if (!response.ok || response.body === null) throw badAnswer("download", response);
    exchange.deadline.pause();
    return toDownload(guardedStream(response.body, exchange), response.headers);
  } catch (error) {
    exchange.deadline.release();
    throw exchange.errorFrom(error);
  }
}

/** Keeps a path below the file URL, whatever it says. */
function encodeFilePath(filePath: string): string {
  const segments = filePath.split("/");
  if (filePath.startsWith("/") || /^[A-Za-z]:\\/.test(filePath))
    throw refuse("the server runs in --local mode: read file_path from its disk instead");
  if (segments.some((segment) => segment === "" || segment === "." || segment === ".."))
    throw refuse(`"${filePath}" is no path of a file on a Bot API server`);
  return segments.map(encodeURIComponent).join("/");
}

function refuse(description: string): BotApiError {
  return new BotApiError({ code: "file", method: "download", description, ambiguous: false });
}

function toDownload(stream: Download["stream"], headers: Headers): Download {
  const length = headers.get("content-length");
  const sizeBytes = length === null || headers.has("content-encoding") ? undefined : Number(length);
  // `Response.bytes` is younger than the oldest Node and browsers that we support.
  const bytes = async (): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await new Response(stream).arrayBuffer());
  return { stream, sizeBytes, bytes };
}

/** Passes `body` on while the deadline watches, and fails with this package's error. */
function guardedStream(body: ReadableStream<Uint8Array>, exchange: Exchange): Download["stream"] {
  const reader = body.getReader();
  const { deadline } = exchange;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        deadline.restart();
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value as Uint8Array<ArrayBuffer>);
        // Between two reads it is the consumer who is slow, not the server.
        deadline.pause();
        if (done) deadline.release();
      } catch (error) {
        deadline.release();
        controller.error(exchange.errorFrom(error));
      }
    },
    async cancel(reason) {
      await reader.cancel(reason);
      deadline.release();
    },
  });
}
