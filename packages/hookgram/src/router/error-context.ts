import type { CommonContext, Reply, Send } from "../context/context.ts";
import type { HookgramError } from "../error.ts";
import type { Observer } from "./observer.ts";

/** What an error handler finds. */
export interface ErrorContext extends CommonContext {
  /** What was thrown, as it was thrown. */
  readonly error: unknown;
  /** Names the stage, the router and the handler in which it was thrown; `error` is its `cause`. */
  readonly failure: HookgramError;
  /** Absent where the update came from no chat. */
  readonly reply: Reply | undefined;
  readonly send: Send | undefined;
}

/**
 * Registers an error handler, after filters such as `errorIs`. What filters and middlewares had
 * added before the error was thrown is there as well, and so may be absent.
 */
export type ErrorObserver<Seen, Given> = Observer<ErrorContext & Partial<Seen>, Partial<Given>>;
