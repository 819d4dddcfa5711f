import type { FileSource, FileStream } from "../files/file-source.ts";

/** One part of a multipart body: a text field, or a file under that name. */
export interface Part {
  readonly name: string;
  readonly value: string | FileSource;
}

/** Hears about the body while it is sent. */
export interface MultipartEvents {
  /** A file could not be opened or read; the body breaks off here. */
  readonly onFileError: (file: FileSource, error: unknown) => void;
  /** Another piece was taken. */
  readonly onProgress: () => void;
}

/** Pieces of a body in order; the files are not opened yet. */
type Piece = string | FileSource;

/**
 * Encodes `parts` as multipart/form-data. When all content is in memory the body is a `Blob`, which
 * has a length and works in every browser; otherwise it is a stream that opens one file after the
 * other, each when its turn comes, and holds one piece at a time.
 * @see https://www.rfc-editor.org/rfc/rfc7578
 */
export function encodeMultipart(
  parts: readonly Part[],
  boundary: string,
  streaming: { readonly signal: AbortSignal } & MultipartEvents,
): Blob | ReadableStream<Uint8Array<ArrayBuffer>> {
  const pieces: Piece[] = [];
  for (const { name, value } of parts) pieces.push(partHead(boundary, name, value), value, "\r\n");
  pieces.push(`--${boundary}--\r\n`);
  const known = pieces.map((piece) => (typeof piece === "string" ? piece : piece.content));
  if (known.every((piece) => typeof piece !== "function")) return new Blob(known);
  return streamFrom(bytesOf(pieces, streaming), streaming);
}

function partHead(boundary: string, name: string, value: Piece): string {
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quote(name)}"`;
  if (typeof value === "string") return `${head}\r\n\r\n`;
  const type = value.contentType.replaceAll(/[\r\n]/g, "");
  return `${head}; filename="${quote(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`;
}

/** Browsers escape these three and nothing else; see "multipart form data" in the HTML standard. */
function quote(name: string): string {
  return name.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22");
}

async function* bytesOf(
  pieces: readonly Piece[],
  { signal, onFileError }: { readonly signal: AbortSignal } & MultipartEvents,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const piece of pieces) {
    if (typeof piece === "string") yield encoder.encode(piece);
    else
      try {
        const { content } = piece;
        const stream = typeof content === "function" ? await content(signal) : content.stream();
        yield* chunksOf(stream, signal);
      } catch (error) {
        onFileError(piece, error);
        throw error;
      }
  }
}

/**
 * Reads a stream by its reader where it is a web stream: not every browser can iterate one, and a
 * reader can be freed while it waits for a source that has gone silent.
 */
async function* chunksOf(stream: FileStream, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!(stream instanceof ReadableStream)) return yield* stream;
  const reader = stream.getReader();
  const stop = (): void => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

/**
 * A body for `fetch` made of `chunks`. It ends itself when `signal` aborts: Node's `fetch` rejects
 * then, but goes on reading a body that it is sending, and an endless one without end.
 */
function streamFrom(
  chunks: AsyncGenerator<Uint8Array>,
  { signal, onProgress }: { readonly signal: AbortSignal } & MultipartEvents,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const release = async (): Promise<void> => void (await chunks.return(undefined));
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      const end = (): void => {
        controller.error(signal.reason);
        release().catch(() => {});
      };
      signal.addEventListener("abort", end, { once: true });
    },
    async pull(controller) {
      onProgress();
      const next = await chunks.next();
      if (signal.aborted) return;
      if (next.done) controller.close();
      else controller.enqueue(next.value as Uint8Array<ArrayBuffer>);
    },
    cancel: release,
  });
}
