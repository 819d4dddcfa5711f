import type { Clock } from "@hookgram/bot-api";
import { systemClock } from "@hookgram/bot-api";
import { randomBytes, timingSafeEqual } from "node:crypto";

import { RuntimeError } from "../error.ts";

/** Telegram takes 1 to 256 of these characters as `secret_token`. */
const SECRET_PATTERN = /^[A-Za-z0-9_-]{1,256}$/;
const SECRET_LENGTH_MAX = 256;

/** Room for the longest secret and, behind it, for its length. */
const FORM_BYTES = SECRET_LENGTH_MAX + 2;

interface KnownSecret {
  /** See {@link writeForm}. */
  readonly form: Buffer;
  /** Milliseconds since the epoch; infinite unless it was replaced. */
  readonly validUntilMs: number;
}

export interface RotationOptions {
  /**
   * How long the previous secret is still accepted: Telegram may have requests under way, and other
   * nodes may learn of the new one later. Default 24 hours in ms. 0: it is refused at once.
   */
  readonly previousValidForMs?: number;
}

/** A fresh secret: 32 random bytes in base64url, 43 characters. */
export function generateSecret(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * Checks that Telegram would take `secret`. The message does not contain it.
 * @throws RuntimeError `bad-options`
 */
export function assertSecret(secret: unknown): asserts secret is string {
  if (typeof secret === "string" && SECRET_PATTERN.test(secret)) return;
  const found = typeof secret === "string" ? `${secret.length} characters` : typeof secret;
  throw new RuntimeError(
    "bad-options",
    `a webhook secret has 1 to 256 characters of A-Z, a-z, 0-9, _ and -; got ${found}; ` +
      "leave it out to have one generated",
  );
}

/**
 * The secrets that a webhook request may carry in `X-Telegram-Bot-Api-Secret-Token`.
 *
 * Telegram knows one secret at a time, so the overlap during a rotation is here: the previous secret
 * stays valid for a while. Secrets may change while requests come in.
 *
 * **Invariant:** there is exactly one current secret.
 *
 * **Invariant:** what is presented is compared in constant time, at a fixed length, and with every
 * secret.
 *
 * **Invariant:** secrets are in private fields only, so that printing this object does not show them.
 */
export class WebhookSecrets {
  readonly #clock: Clock;
  #current: string;
  #known: readonly KnownSecret[];
  /** Reused for each comparison, which then allocates nothing and takes a tenth of a hash's time. */
  readonly #presented = Buffer.alloc(FORM_BYTES);

  /**
   * `secrets`: the first one is current; the others are accepted for as long as this object lives.
   * @throws RuntimeError `bad-options`
   */
  constructor(
    secrets: readonly [string, ...string[]],
    options: { readonly clock?: Clock | undefined } = {},
  ) {
    secrets.forEach(assertSecret);
    this.#clock = options.clock ?? systemClock;
    this.#current = secrets[0];
    this.#known = secrets.map((secret) => ({ form: formOf(secret), validUntilMs: Infinity }));
  }

  /** The secret for `setWebhook`. Handle it with care: whoever knows it can forge updates. */
  get current(): string {
    return this.#current;
  }

  /**
   * Makes `next` the current secret; the one before stays valid for a while.
   * @throws RuntimeError `bad-options`
   */
  rotate(next: string, options: RotationOptions = {}): void {
    assertSecret(next);
    const nowMs = this.#clock.now();
    const validUntilMs = nowMs + (options.previousValidForMs ?? 24 * 3_600_000);
    const [current, ...older] = this.#known;
    const previous = { form: current!.form, validUntilMs };
    this.#current = next;
    this.#known = [
      { form: formOf(next), validUntilMs: Infinity },
      ...[previous, ...older].filter((known) => known.validUntilMs > nowMs),
    ];
  }

  /** Whether `presented` is a header value that holds exactly one secret that is valid now. */
  accepts(presented: unknown): boolean {
    if (typeof presented !== "string" || presented.length > SECRET_LENGTH_MAX) return false;
    writeForm(presented, this.#presented);
    const nowMs = this.#clock.now();
    let accepted = false;
    for (const known of this.#known) {
      const same = timingSafeEqual(this.#presented, known.form);
      accepted = (same && known.validUntilMs > nowMs) || accepted;
    }
    return accepted;
  }
}

function formOf(secret: string): Buffer {
  const form = Buffer.alloc(FORM_BYTES);
  writeForm(secret, form);
  return form;
}

/**
 * A secret in the form in which it is compared: its bytes, zeros, its length. As UTF-8, in which no
 * character beyond ASCII has a byte that a secret could have.
 */
function writeForm(secret: string, form: Buffer): void {
  form.fill(0);
  form.write(secret, 0, SECRET_LENGTH_MAX, "utf8");
  form.writeUInt16BE(secret.length, SECRET_LENGTH_MAX);
}
