import type { IncomingMessage } from "node:http";
import { CallParams } from "../http/call-params.ts";
import { readMultipart } from "../http/multipart.ts";
import type { UploadedFile } from "../methods/method.ts";
import { EmulatorError } from "../world/emulator-error.ts";

/** Room for the largest upload of a person in base64. */
const BODY_MAX_BYTES = 80 * 1024 * 1024;
const FORM_LIMITS = { parametersMaxBytes: 1024 * 1024, filesMax: 1 };

/** Fields of a form that are numbers; everything in a form is text. */
const NUMERIC_FIELDS: ReadonlySet<string> = new Set([
  "person",
  "chat",
  "reply_to_message_id",
  "message_thread_id",
  "duration",
]);

/** What a request carries, before its schema has checked it. */
export interface ControlBody {
  readonly value: unknown;
  readonly file?: UploadedFile | undefined;
}

/** Reads a JSON body or, where the operation takes one, a form with a file. */
export async function readControlBody(
  request: IncomingMessage,
  options: { readonly multipart: boolean },
): Promise<ControlBody> {
  const bytes = await readBytes(request);
  const contentType = request.headers["content-type"] ?? "";
  if (contentType.startsWith("multipart/form-data")) {
    if (options.multipart) return readForm(bytes, contentType);
    throw new EmulatorError("bad-request", "this operation takes JSON, not a form");
  }
  const text = Buffer.from(bytes).toString("utf8");
  if (text.trim() === "") return { value: {} };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    throw new EmulatorError("bad-request", `the body is not JSON: ${(error as Error).message}`);
  }
}

async function readBytes(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > BODY_MAX_BYTES) {
      throw new EmulatorError("bad-request", `the body is larger than ${BODY_MAX_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function readForm(bytes: Uint8Array, contentType: string): Promise<ControlBody> {
  const form = new CallParams();
  const outcome = await readMultipart(bytes, contentType, form, FORM_LIMITS);
  if (!outcome.ok) throw new EmulatorError("bad-request", "the form cannot be read");
  const fields: Record<string, unknown> = {};
  let file: UploadedFile | undefined;
  for (const name of form.names()) {
    const text = form.text(name);
    if (text === undefined) file ??= form.file(name);
    else fields[name] = NUMERIC_FIELDS.has(name) && text !== "" ? Number(text) : text;
  }
  return { value: fields, file };
}
