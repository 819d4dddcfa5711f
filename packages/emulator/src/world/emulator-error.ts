/** Why the emulator cannot do what a person or a program asked of it. */
export type EmulatorErrorCode =
  /** The request or a value in it is not allowed. */
  | "bad-request"
  /** There is no such person, bot, chat, message, button or file. */
  | "not-found"
  /** It makes sense, but not in the present state: the bot is blocked, the name is taken. */
  | "conflict"
  /** What was waited for did not come. */
  | "timeout"
  /** The caller may not use the control interface. */
  | "forbidden"
  /** A world file or a snapshot cannot be used. */
  | "bad-world"
  /** The snapshot file cannot be read or written. */
  | "snapshot-file"
  /** The snapshot file belongs to another emulator that runs. */
  | "snapshot-in-use"
  /** The file to record in cannot be written. */
  | "recording-file";

/**
 * A failure on the user's side of the emulator. The message is one line for a person: what, which
 * rule, which value. Bots get Telegram's own refusals instead.
 */
export class EmulatorError extends Error {
  override readonly name = "EmulatorError";
  readonly code: EmulatorErrorCode;

  constructor(code: EmulatorErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
