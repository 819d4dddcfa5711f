import type { HandlerInfo } from "./router/handler.ts";

/** Everything that hookgram itself fails with, as a closed list. */
export const HOOKGRAM_ERROR_CODES = [
  /** A handler threw; `cause` is what it threw. */
  "handler-failed",
  /** A filter threw. */
  "filter-failed",
  /** A middleware threw. */
  "middleware-failed",
  /** A hook of a scene threw. */
  "scene-hook-failed",
  /** A start hook threw; `cause` is what it threw. */
  "start-hook-failed",
  /** An error handler threw; the failure that it was to handle is in the log. */
  "error-handler-failed",
  /** A router was given a second parent, its own descendant as a child, or a foreign object. */
  "bad-router-tree",
  /** A handler, filter or middleware was registered after the bot had handled its first update. */
  "tree-in-use",
  /** A name, option or argument breaks a rule; the message says which. */
  "bad-argument",
  /** A filter or middleware adds a property that the context has already. */
  "name-taken",
  /** A middleware called `next` twice, or neither called it nor returned a result. */
  "bad-middleware",
  /** Callback data does not fit into Telegram's 64 bytes, or its values break the schema. */
  "bad-callback-data",
  /** A keyboard breaks one of Telegram's limits. */
  "bad-keyboard",
  /** An album breaks one of Telegram's rules. */
  "bad-album",
  /** State data breaks the state's schema, or is not JSON. */
  "bad-state-data",
  /** The data of an own event breaks its kind's schema, or is not JSON. */
  "bad-event-data",
  /** `state.update` was called after the state had been left. */
  "not-in-state",
  /** A scene is no part of the bot, cannot be reached from where one is, or is entered for ever. */
  "bad-scene",
  /** The update has no user or chat to keep the state or the conversation under. */
  "no-conversation",
  /** The function of a conversation uses it in a way that could not be repeated. */
  "bad-conversation",
  /** A conversation goes another way than the recorded one that it is to continue. */
  "conversation-changed",
  /** The record of a conversation has grown beyond `recordBytesMax`. */
  "conversation-too-long",
  /** A conversation's question was not answered within its time. */
  "answer-timed-out",
  /** As many answers as a conversation's question allows did not fit. */
  "no-valid-answer",
  /** The update has no chat or message for `reply` or `edit`. */
  "no-target",
] as const;

/** @see {@link HOOKGRAM_ERROR_CODES} */
export type HookgramErrorCode = (typeof HOOKGRAM_ERROR_CODES)[number];

/** What an error is made with besides its code and its message. */
export interface HookgramErrorOptions extends ErrorOptions {
  readonly handler?: HandlerInfo | undefined;
}

/** The one error class of this package. `code` is stable, the message is for people. */
export class HookgramError extends Error {
  override readonly name = "HookgramError";
  readonly code: HookgramErrorCode;
  /**
   * The handler that an update was given to when it failed, in it or in a middleware around it: a
   * host reads the handler's flags here. Undefined for everything else.
   */
  readonly handler: HandlerInfo | undefined;

  constructor(code: HookgramErrorCode, message: string, options: HookgramErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.handler = options.handler;
  }
}
