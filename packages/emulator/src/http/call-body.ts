import type { CallParams } from "./call-params.ts";
import { readJsonMembers } from "./json-members.ts";
import { readMultipart } from "./multipart.ts";
import { readUrlencoded } from "./request-target.ts";

/** Bytes that the parameters of one call may have, over all sources. */
export const PARAMETERS_MAX_BYTES = 1 << 20;
/** Files that one call may carry. */
const FILES_MAX = 50;

export type BodyOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly status: 400 | 413 };

/** Whether a body of this type is read as parameters and is therefore limited to 1 MiB. */
export function isParameterType(contentType: string): boolean {
  return /application\/(?:json|x-www-form-urlencoded)/i.test(contentType);
}

/**
 * Adds what a decoded body holds to `params`: a form, urlencoded text or JSON; a body of any other
 * type becomes a file named `file`. Requests and webhook replies are read alike.
 */
export async function readCallBody(
  body: Uint8Array,
  contentType: string,
  params: CallParams,
): Promise<BodyOutcome> {
  if (/multipart\/form-data/i.test(contentType)) {
    const limits = { parametersMaxBytes: PARAMETERS_MAX_BYTES, filesMax: FILES_MAX };
    return readMultipart(body, contentType, params, limits);
  }
  if (!isParameterType(contentType)) {
    params.addFile("file", { fileName: "", mimeType: contentType, bytes: body });
    return { ok: true };
  }
  if (body.byteLength > PARAMETERS_MAX_BYTES) return { ok: false, status: 413 };
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  if (/application\/x-www-form-urlencoded/i.test(contentType)) readUrlencoded(text, params);
  else for (const [name, value] of readJsonMembers(text)) params.add(name, value);
  return { ok: true };
}
