import type { Methods } from "./generated/methods.ts";
import type { MethodName, MethodParams, MethodResult } from "./methods.ts";

/** How one call is made. An interface, so that a layer above can declare options of its own. */
export interface CallOptions {
  /** Gives the call up: it rejects with the code `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** Overrides the client's `timeoutMs` for this call; the same rules apply. */
  readonly timeoutMs?: number | undefined;
}

/** Parameters may be left out where the method needs none. */
export type MethodArguments<M extends MethodName> =
  Record<never, never> extends MethodParams<M>
    ? [params?: MethodParams<M>, options?: CallOptions]
    : [params: MethodParams<M>, options?: CallOptions];

/** A method of the Bot API as a function. Rejects with a `BotApiError` and nothing else. */
export type ApiMethod<M extends MethodName> = (
  ...args: MethodArguments<M>
) => Promise<MethodResult<M>>;

/** A file to download: its path on the server, or any object with its id. */
export type Downloadable = string | { readonly file_id: string; readonly file_path?: string };

/** A file that is being downloaded. Take either `stream` or `bytes()`, once. */
export interface Download {
  /** The file's content as it arrives. Cancel it to stop the transfer. */
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Length in bytes, when the server says it. */
  readonly sizeBytes: number | undefined;
  /** The whole content; bots may download files of up to 20 MB from Telegram's own server. */
  readonly bytes: () => Promise<Uint8Array<ArrayBuffer>>;
}

/** What is there besides the methods. */
export interface BotApiExtras {
  /** Calls a method by its name, which need not be known when the program is written. */
  readonly call: <M extends MethodName>(
    method: M,
    ...args: MethodArguments<M>
  ) => Promise<MethodResult<M>>;
  /**
   * Fetches a file that Telegram keeps. A path (`file_path` of `getFile`) is used as it is; for an
   * object with a `file_id` and no `file_path`, `getFile` is called first. `timeoutMs` is the
   * longest silence of the server, before the answer and between two pieces of it.
   * @throws BotApiError `file` when a server in `--local` mode names a path on its own disk.
   * @see https://core.telegram.org/bots/api#getfile
   */
  readonly download: (file: Downloadable, options?: CallOptions) => Promise<Download>;
}

/**
 * The Bot API as one bot sees it: every method is a function, `api.sendMessage(params, options)`.
 * A plain object: the functions need no `this`, and there is no `then`, so it may be awaited.
 * @see https://core.telegram.org/bots/api#available-methods
 */
export type BotApi = { readonly [M in keyof Methods]: ApiMethod<M> } & BotApiExtras;
