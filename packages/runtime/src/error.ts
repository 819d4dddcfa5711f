/** Why the runtime failed, as a closed list. */
export const RUNTIME_ERROR_CODES = [
  /** The store did not commit, or cannot be opened or reached. Nothing was accepted. */
  "store-unavailable",
  /** The store works, but can never keep this value. */
  "store-refused",
  /** Too much is waiting already. Nothing was accepted. */
  "overloaded",
  /** The runtime is stopping and takes nothing more. */
  "stopping",
  /** Another process owns the data of this store. */
  "store-in-use",
  /** The file is not a store, or one of a newer version. */
  "store-incompatible",
  /** The store would not survive a power cut, and nobody allowed that by name. */
  "not-durable",
  /** The bot's own start failed; the message says where and why. */
  "start-hook-failed",
  /** A handler went on after its attempt had ended; what it asks for is not done. */
  "attempt-over",
  /** An effect is not done again, because it may have happened and `park` was asked for. */
  "ambiguous-effect",
  /** A dead letter has effects of which a person has to say first whether they happened. */
  "undecided-effects",
  /** An option cannot be what it is; the message says the rule and the value. */
  "bad-options",
  /** The address to listen on is taken by another process. */
  "port-in-use",
  /** Listening failed for another reason. */
  "listen-failed",
  /** The certificate or the key of the TLS listener cannot be read. */
  "tls-files",
  /** The file that keeps the generated webhook secret cannot be read or written. */
  "secret-file",
  /** Telegram does not know the bot's token (any more). */
  "token-refused",
  /** Telegram could not be reached, or did not answer as it should, for too long. */
  "telegram-unreachable",
  /** Telegram refused a call that the start needs; the message has its words. */
  "telegram-refused",
  /** Right after the webhook was set, Telegram had another one: somebody else sets it too. */
  "webhook-replaced",
  /** Long polling is not possible because a webhook is set. */
  "webhook-active",
] as const;

/** @see {@link RUNTIME_ERROR_CODES} */
export type RuntimeErrorCode = (typeof RUNTIME_ERROR_CODES)[number];

/**
 * The one error of this package. Its message is one line that says what to do about it.
 *
 * **Invariant:** neither the message nor any property holds a bot's token or a webhook's secret.
 */
export class RuntimeError extends Error {
  override readonly name = "RuntimeError";
  readonly code: RuntimeErrorCode;

  constructor(code: RuntimeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
