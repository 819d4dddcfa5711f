import {
  type FileSource,
  type InputFile,
  isInputFile,
  toFileSource,
} from "../files/file-source.ts";
import type { AnyParams } from "../wrap-bot-api.ts";
import { encodeMultipart, type MultipartEvents, type Part } from "./multipart.ts";

/** What `fetch` needs to send parameters. */
export interface RequestBody {
  readonly contentType: string;
  readonly body: string | Blob | ReadableStream<Uint8Array<ArrayBuffer>>;
}

/**
 * Encodes the parameters of one attempt: JSON when there is no file among the values, multipart
 * otherwise. Where a file stands is seen from the values and not from a list of methods, so that new
 * methods need nothing here: a file that is a parameter itself is a part of the parameter's name, a file
 * deeper inside becomes `attach://…` and a part of that name.
 * @throws TypeError when the values cannot be written as JSON (a cycle, a bigint).
 * @see https://core.telegram.org/bots/api#sending-files
 */
export function encodeRequestBody(
  params: AnyParams,
  streaming: { readonly signal: AbortSignal } & MultipartEvents,
): RequestBody {
  const files = new Map<InputFile, FileSource>();
  const json = JSON.stringify(params, attachFiles(files));
  if (files.size === 0) return { contentType: "application/json", body: json };
  const boundary = `hookgram-${crypto.randomUUID()}`;
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: encodeMultipart(partsOf(params), boundary, streaming),
  };
}

function partsOf(params: AnyParams): Part[] {
  const attached = new Map<InputFile, FileSource>();
  const parts: Part[] = [];
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === null) continue;
    if (isInputFile(value)) parts.push({ name, value: toFileSource(value) });
    else if (typeof value === "string") parts.push({ name, value });
    else parts.push({ name, value: JSON.stringify(value, attachFiles(attached)) });
  }
  for (const [index, value] of [...attached.values()].entries())
    parts.push({ name: attachName(index), value });
  return parts;
}

/** A replacer for `JSON.stringify` that collects files and leaves their names; each file once. */
function attachFiles(files: Map<InputFile, FileSource>): (key: string, value: unknown) => unknown {
  return (_key, value) => {
    if (!isInputFile(value)) return value;
    if (!files.has(value)) files.set(value, toFileSource(value));
    return `attach://${attachName([...files.keys()].indexOf(value))}`;
  };
}

/** No parameter of the Bot API is called like this. */
function attachName(index: number): string {
  return `attached-${index}`;
}
