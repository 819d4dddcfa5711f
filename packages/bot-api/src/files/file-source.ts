/** Bytes that can be read once. Node's streams are such iterables too. */
export type FileStream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

const BRAND = Symbol.for("hookgram.file-source");

/**
 * A file to upload. It can be sent any number of times: every attempt opens it anew, so that a
 * call can be repeated after a failure without a half-read stream.
 */
export interface FileSource {
  readonly [BRAND]: true;
  /** The file name that Telegram sees; it takes the type of a document from its extension. */
  readonly name: string;
  /** Media type of the part. */
  readonly contentType: string;
  /** The content: in memory, or a function that opens it from its beginning. */
  readonly content: Blob | ((signal: AbortSignal) => FileStream | Promise<FileStream>);
}

/**
 * What can be uploaded: a source made by `fileFromBytes`, `fileFromStream`, `fileFromUrl` or
 * `fileFromPath`, or a `Blob` or `File` of the web platform.
 * A file that Telegram has already is named by its `file_id`, one that Telegram shall fetch by its
 * URL; both are plain strings.
 * @see https://core.telegram.org/bots/api#sending-files
 */
export type InputFile = FileSource | Blob;

/** Telegram looks at the name and the content, so that a truer type changes nothing. */
const DEFAULT_CONTENT_TYPE = "application/octet-stream";

/** What may be said about a file's content. */
export interface FileOptions {
  /** Media type of the part. Default: `application/octet-stream`. */
  readonly contentType?: string | undefined;
}

/** A file whose content is in memory. */
export function fileFromBytes(
  bytes: Uint8Array | ArrayBuffer | string,
  name: string,
  options: FileOptions = {},
): FileSource {
  return source(name, new Blob([bytes as Uint8Array<ArrayBuffer>]), options);
}

/**
 * A file whose content comes from a stream. `open` is called once for every attempt and must give
 * a new stream each time; the stream is passed on piece by piece and is never held in memory.
 */
export function fileFromStream(
  open: (signal: AbortSignal) => FileStream | Promise<FileStream>,
  name: string,
  options: FileOptions = {},
): FileSource {
  return source(name, open, options);
}

/** Options of {@link fileFromUrl}. */
export interface FileFromUrlOptions extends FileOptions {
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
}

/**
 * A file that this process fetches and passes on, for files that Telegram cannot reach or that are
 * larger than the 20 MB (5 MB for photos) which it fetches by itself. To let Telegram fetch, pass the
 * URL as a plain string instead. The URL is fetched from where this process runs: do not pass
 * one that a stranger chose. `name` defaults to the last part of the URL's path.
 */
export function fileFromUrl(
  url: string | URL,
  name?: string,
  options: FileFromUrlOptions = {},
): FileSource {
  const parsed = new URL(url);
  const request = options.fetch ?? fetch;
  const open = async (signal: AbortSignal): Promise<FileStream> => {
    const response = await request(parsed, { signal });
    if (response.ok && response.body) return response.body;
    await response.body?.cancel();
    throw new Error(`${parsed.host} answered ${response.status}`);
  };
  return source(name ?? lastSegment(parsed), open, options);
}

/** True for what goes into a part of its own in a multipart body. */
export function isInputFile(value: unknown): value is InputFile {
  return isFileSource(value) || value instanceof Blob;
}

/** The same for every kind of input: a `Blob` gets a name and becomes a `FileSource`. */
export function toFileSource(file: InputFile): FileSource {
  if (isFileSource(file)) return file;
  const name = "name" in file && typeof file.name === "string" ? file.name : "file";
  return source(name, file, { contentType: file.type || undefined });
}

function isFileSource(value: unknown): value is FileSource {
  return typeof value === "object" && value !== null && BRAND in value;
}

function source(name: string, content: FileSource["content"], options: FileOptions): FileSource {
  const contentType = options.contentType ?? DEFAULT_CONTENT_TYPE;
  return { [BRAND]: true, name, contentType, content };
}

function lastSegment(url: URL): string {
  const segment = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
  return decodeURIComponent(segment) || "file";
}
