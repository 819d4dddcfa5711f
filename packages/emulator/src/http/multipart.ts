import { Busboy } from "@fastify/busboy";
import type { CallParams } from "./call-params.ts";
import { readUrlencoded } from "./request-target.ts";

/** Why a form was refused: 413 for too much of something, 400 for a form that cannot be read. */
export type FormFault = { readonly ok: false; readonly status: 400 | 413 };
export type FormOutcome = { readonly ok: true } | FormFault;

export interface FormLimits {
  /** Bytes that all values together may have. */
  readonly parametersMaxBytes: number;
  readonly filesMax: number;
}

/** Reads a whole multipart body into `params`. A part with a file name is a file, others are values. */
export function readMultipart(
  body: Uint8Array,
  contentType: string,
  params: CallParams,
  limits: FormLimits,
): Promise<FormOutcome> {
  return new Promise((resolve) => {
    const form = createForm(contentType, limits);
    if (form === undefined) return resolve({ ok: false, status: 400 });
    const refuse = (status: 400 | 413): void => resolve({ ok: false, status });
    let parametersBytes = 0;
    form.on("field", (...[name, value, , valueCut, , mimeType]) => {
      parametersBytes += Buffer.byteLength(value);
      if (valueCut || parametersBytes > limits.parametersMaxBytes) return refuse(413);
      if (mimeType.startsWith("application/x-www-form-urlencoded")) readUrlencoded(value, params);
      else params.add(name, value);
    });
    form.on("file", (...[name, stream, fileName, , mimeType]) => {
      const chunks: Uint8Array[] = [];
      stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      stream.on("end", () => {
        params.addFile(name, { fileName, mimeType, bytes: Buffer.concat(chunks) });
      });
    });
    form.on("filesLimit", () => refuse(413));
    form.on("error", () => refuse(400));
    form.on("finish", () => resolve({ ok: true }));
    form.end(body);
  });
}

function createForm(
  contentType: string,
  limits: FormLimits,
): InstanceType<typeof Busboy> | undefined {
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      isPartAFile: (_name, _type, fileName) => fileName !== undefined,
      limits: { files: limits.filesMax, fieldSize: limits.parametersMaxBytes + 1 },
    });
  } catch {
    return undefined;
  }
}
