/**
 * How fast connections may be opened: a bucket that starts full. `burst` at once, then one per
 * `intervalMs`.
 */
export class ConnectionRate {
  readonly #spareMax: number;
  readonly #intervalMs: number;
  #spare: number;
  #filledAtMs = -Infinity;
  #nextAtMs = -Infinity;

  constructor(options: { readonly burst: number; readonly intervalMs: number }) {
    this.#spareMax = options.burst - 1;
    this.#spare = this.#spareMax;
    this.#intervalMs = options.intervalMs;
  }

  /** When the next connection may be opened, on the monotonic scale. */
  get nextAtMs(): number {
    return this.#nextAtMs;
  }

  /** Notes that a connection is opened now; only allowed from `nextAtMs` on. */
  take(nowMs: number): void {
    const gained = (nowMs - this.#filledAtMs) / this.#intervalMs;
    this.#spare = Math.min(this.#spare + gained, this.#spareMax);
    this.#filledAtMs = nowMs;
    if (this.#spare >= 1) {
      this.#spare -= 1;
      return;
    }
    this.#nextAtMs = nowMs + (1 - this.#spare) * this.#intervalMs;
    this.#filledAtMs = this.#nextAtMs;
    this.#spare = 0;
  }
}
