/** Why the runtime failed, as a closed list. */
export const RUNTIME_ERROR_CODES = [
  /** The store did not commit, or cannot be opened or reached. Nothing was accepted. */
  "store-unavailable",
  /** The store works, but this value can never be stored. */
  "store-refused",
  /** Too much waits for a commit already. Nothing was accepted. */
  "overloaded",
  /** The runtime is stopping, or not running yet, and accepts nothing. */
  "stopping",
  /** Another process owns the data of this store. */
  "store-in-use",
  /** The file or database is not a store, or is one of a newer version. */
  "store-incompatible",
  /** The store's file is damaged. Nothing more is accepted until somebody has mended it. */
  "store-damaged",
  /** The store would not survive a power cut, and that was not allowed explicitly. */
  "not-durable",
  /** A start hook of the bot failed; the message says why. */
  "start-hook-failed",
  /** A handler went on after its attempt had ended; its calls have no effect. */
  "attempt-over",
  /** An effect with `park` is not repeated, because it may have happened. */
  "ambiguous-effect",
  /** Somebody has to decide first whether certain effects of a dead letter have happened. */
  "undecided-effects",
  /** An option or argument is not valid; the message has the rule and the value. */
  "bad-options",
  /** Another process listens on the address already. */
  "port-in-use",
  /** Listening failed for another reason. */
  "listen-failed",
  /** The certificate or the key of the TLS listener cannot be read. */
  "tls-files",
  /** The file that keeps the generated webhook secret cannot be read or written. */
  "secret-file",
  /** Telegram does not accept the bot's token. */
  "token-refused",
  /** Telegram could not be reached, or did not answer as it should, for too long. */
  "telegram-unreachable",
  /** Telegram refused a call of the start; the message has its description. */
  "telegram-refused",
  /** Telegram had another webhook right after ours was set: another process sets it as well. */
  "webhook-replaced",
  /** Long polling is not possible while a webhook is set. */
  "webhook-active",
] as const;

/** @see {@link RUNTIME_ERROR_CODES} */
export type RuntimeErrorCode = (typeof RUNTIME_ERROR_CODES)[number];

/**
 * The error class of this package. Its message is one line, and says what to do about it.
 *
 * **Invariant:** neither the message nor any property contains a bot's token or a webhook's secret.
 */
export class RuntimeError extends Error {
  override readonly name = "RuntimeError";
  readonly code: RuntimeErrorCode;

  constructor(code: RuntimeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
