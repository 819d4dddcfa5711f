import { createHash, type Hash } from "node:crypto";

/** A request's body, read as far as is sensible. */
export type Body =
  | { readonly status: "whole"; readonly bytes: Uint8Array }
  | {
      readonly status: "oversize";
      readonly sizeBytes: number;
      /** The hash of the whole body, in hexadecimal. */
      readonly sha256: string;
      /** Its first bytes. */
      readonly start: Uint8Array;
    }
  | { readonly status: "flood" };

/** How much of a body beyond the limit is kept: enough for its `update_id`, and to recognise it. */
const START_BYTES = 4_096;

/** The smallest buffer for a body that has more than one chunk. */
const RESERVED_BYTES = 16_384;

/**
 * A body beyond the limit is still read and hashed, up to this many times the limit, so that it can
 * be recorded and acknowledged. Otherwise Telegram would send it again for a day.
 */
const FLOOD_FACTOR = 16;

const NOTHING = new Uint8Array(0);

/** The largest body that is read at all, given the limit for bodies that are kept. */
export function floodLimitBytes(limitBytes: number): number {
  return limitBytes * FLOOD_FACTOR;
}

/**
 * Assembles a body from its chunks in bounded memory.
 *
 * **Invariant:** never holds more than twice `limitBytes`, however many chunks are pushed and
 * however small they are.
 */
export class BodyCollector {
  readonly #limitBytes: number;
  #sizeBytes = 0;
  /** The bytes so far are the first `#sizeBytes` of this; a body of one chunk is that chunk. */
  #kept: Uint8Array = NOTHING;
  #hash: Hash | undefined;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Returns false when the body is a flood, of which nothing more is worth reading. */
  push(chunk: Uint8Array): boolean {
    const before = this.#sizeBytes;
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes > this.#limitBytes) {
      this.#hash ??= this.#beginHash(before, chunk);
      this.#hash.update(chunk);
    } else if (before === 0) {
      this.#kept = chunk;
    } else {
      if (this.#sizeBytes > this.#kept.length) this.#grow(before);
      this.#kept.set(chunk, before);
    }
    return this.#sizeBytes <= floodLimitBytes(this.#limitBytes);
  }

  /** The body so far. The bytes of a body with one chunk are that chunk, not a copy. */
  finish(): Body {
    const sizeBytes = this.#sizeBytes;
    if (sizeBytes > floodLimitBytes(this.#limitBytes)) return { status: "flood" };
    if (this.#hash === undefined) {
      return { status: "whole", bytes: this.#kept.subarray(0, sizeBytes) };
    }
    return { status: "oversize", sizeBytes, sha256: this.#hash.digest("hex"), start: this.#kept };
  }

  #grow(usedBytes: number): void {
    const wanted = Math.max(2 * this.#sizeBytes, RESERVED_BYTES);
    const grown = new Uint8Array(Math.min(wanted, this.#limitBytes));
    grown.set(this.#kept.subarray(0, usedBytes));
    this.#kept = grown;
  }

  #beginHash(usedBytes: number, chunk: Uint8Array): Hash {
    const kept = this.#kept.subarray(0, usedBytes);
    const start = Buffer.concat([kept.subarray(0, START_BYTES), chunk.subarray(0, START_BYTES)]);
    this.#kept = start.subarray(0, START_BYTES);
    return createHash("sha256").update(kept);
  }
}
