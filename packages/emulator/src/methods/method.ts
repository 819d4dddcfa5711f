import type { UpdateKind, UpdatePayload, User } from "@hookgram/bot-api";

/** A file that came with a request: a multipart part, or the part that `attach://name` names. */
export interface UploadedFile {
  readonly fileName: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/**
 * The parameters of one call, read the way Telegram's server reads them: every value is text first
 * (JSON values keep their raw JSON text), the first occurrence of a name wins, integers are
 * lenient, booleans are `true`, `yes` and `1`.
 */
export interface Params {
  has(name: string): boolean;
  /** The raw text; undefined when the parameter is absent. */
  text(name: string): string | undefined;
  /** Leading digits, garbage is 0; undefined when absent. */
  integer(name: string): number | undefined;
  boolean(name: string): boolean;
  /** The parsed JSON text; undefined when absent or not JSON. */
  json(name: string): unknown;
  /** The uploaded part of this name, or the part that the text `attach://part` points to. */
  file(name: string): UploadedFile | undefined;
  /** All parameter names, for `attach://` in nested media and for the journal. */
  names(): readonly string[];
}

/** One bot of the emulated Telegram, as the methods see it. */
export interface BotAccount {
  readonly id: number;
  readonly user: User;
  /** Queues an update for the bot; silently drops kinds that its `allowed_updates` leaves out. */
  publish<K extends UpdateKind>(kind: K, payload: UpdatePayload<K>): void;
}

export interface MethodCall {
  readonly bot: BotAccount;
  /** The canonical name (`sendMessage`), however the client spelled it. */
  readonly method: string;
  readonly params: Params;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}

/** A success with a `description` beside the result, as only the webhook methods give. */
export class Described {
  readonly result: unknown;
  readonly description: string;
  constructor(result: unknown, description: string) {
    this.result = result;
    this.description = description;
  }
}

/** A refusal in Telegram's words: the HTTP status, the full description, optional `parameters`. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly errorCode: number;
  readonly parameters: { retry_after?: number; migrate_to_chat_id?: number } | undefined;
  constructor(errorCode: number, description: string, parameters?: Refusal["parameters"]) {
    super(description);
    this.errorCode = errorCode;
    this.parameters = parameters;
  }
}

/** Answers one call with its `result` (or `Described`), or throws a `Refusal`. */
export type MethodHandler = (call: MethodCall) => unknown;

/** Handlers by canonical method name. */
export type MethodTable = ReadonlyMap<string, MethodHandler>;
