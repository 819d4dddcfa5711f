import { Busboy } from "@fastify/busboy";
import type { CallParams } from "./call-params.ts";
import { readUrlencoded } from "./request-target.ts";

/** A form that was read, or why not: 413 for too much of something, 400 for a broken one. */
export type FormOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly status: 400 | 413 };

export interface FormLimits {
  /** Bytes that all values together may have. */
  readonly parametersMaxBytes: number;
  readonly filesMax: number;
}

const BOUNDARY_MAX_LENGTH = 70;

/** Reads a whole multipart body into `params`. A part with a file name is a file, others are values. */
export function readMultipart(
  body: Uint8Array,
  contentType: string,
  params: CallParams,
  limits: FormLimits,
): Promise<FormOutcome> {
  const boundary = findBoundary(contentType);
  if (boundary === undefined) return Promise.resolve({ ok: false, status: 400 });
  return new Promise((resolve) => {
    const form = createForm(boundary, limits);
    const refuse = (status: 400 | 413): void => resolve({ ok: false, status });
    let parametersBytes = 0;
    form.on("field", (...[name, value, , valueCut, , mimeType]) => {
      if (!name) return refuse(400);
      parametersBytes += Buffer.byteLength(value);
      if (valueCut || parametersBytes > limits.parametersMaxBytes) return refuse(413);
      if (mimeType.startsWith("application/x-www-form-urlencoded")) readUrlencoded(value, params);
      else params.add(name, value);
    });
    form.on("file", (...[name, stream, fileName, , mimeType]) => {
      const chunks: Uint8Array[] = [];
      stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      stream.on("error", () => refuse(400));
      stream.on("end", () => {
        if (!name) return refuse(400);
        params.addFile(name, { fileName, mimeType, bytes: Buffer.concat(chunks) });
      });
    });
    form.on("filesLimit", () => refuse(413));
    form.on("error", () => refuse(400));
    form.on("finish", () => resolve({ ok: true }));
    form.end(body);
  });
}

/** The boundary in a content type, found as loosely as in the original; undefined without one. */
function findBoundary(contentType: string): string | undefined {
  const value = /boundary[^=]*=([^;]*)/i.exec(contentType)?.[1] ?? "";
  const boundary = /^"(.*)"$/.exec(value)?.[1] ?? value;
  return boundary === "" || boundary.length > BOUNDARY_MAX_LENGTH ? undefined : boundary;
}

function createForm(boundary: string, limits: FormLimits): InstanceType<typeof Busboy> {
  return new Busboy({
    headers: { "content-type": `multipart/form-data; boundary="${boundary}"` },
    isPartAFile: (_name, _type, fileName) => fileName !== undefined,
    limits: { files: limits.filesMax, fieldSize: limits.parametersMaxBytes + 1 },
  });
}
