import type { ResponseFault } from "./response-head.ts";

const LENGTH_DIGITS_MAX = 8;

/**
 * Takes a chunked body apart. It knows no trailers and no long chunk extensions, like the reader of
 * Telegram's server.
 */
export class ChunkedBody {
  readonly #parts: Uint8Array[] = [];
  #rest: Uint8Array = new Uint8Array(0);
  /** Bytes of the current chunk that are still to come; undefined before its length is known. */
  #leftBytes: number | undefined;
  #isLast = false;
  sizeBytes = 0;

  /** The whole body, as soon as its last chunk has been read. */
  get body(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** Bytes that were not needed; they belong to the next response. */
  get rest(): Uint8Array {
    return this.#rest;
  }

  /** Reads on; true when the body is complete. */
  push(bytes: Uint8Array): boolean | ResponseFault {
    this.#rest = this.#rest.byteLength === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (;;) {
      if (this.#leftBytes === undefined) {
        const outcome = this.#readLength();
        if (outcome !== true) return outcome;
      }
      this.#readContent();
      if (this.#leftBytes !== 0 || this.#rest.byteLength < 2) return false;
      this.#rest = this.#rest.subarray(2);
      this.#leftBytes = undefined;
      if (this.#isLast) return true;
    }
  }

  #readLength(): boolean | ResponseFault {
    const end = Buffer.from(
      this.#rest.buffer,
      this.#rest.byteOffset,
      this.#rest.byteLength,
    ).indexOf("\r\n");
    const digitsBytes = end === -1 ? this.#rest.byteLength : end;
    if (digitsBytes > LENGTH_DIGITS_MAX) {
      const digits = Buffer.from(this.#rest.subarray(0, digitsBytes)).toString("latin1");
      return { faultStatus: 400, text: `Bad Request: Too long length in chunked ${digits}` };
    }
    if (end === -1) return false;
    const digits = Buffer.from(this.#rest.subarray(0, end)).toString("latin1");
    const length = Number.parseInt(/^[0-9A-Fa-f]+/.exec(digits)?.[0] ?? "0", 16);
    this.#rest = this.#rest.subarray(end + 2);
    this.#leftBytes = length;
    this.#isLast = length === 0;
    return true;
  }

  #readContent(): void {
    const part = this.#rest.subarray(0, this.#leftBytes);
    this.#parts.push(part);
    this.sizeBytes += part.byteLength;
    this.#rest = this.#rest.subarray(part.byteLength);
    this.#leftBytes = (this.#leftBytes ?? 0) - part.byteLength;
  }
}
