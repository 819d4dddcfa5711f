import { BotApiError, type BotApiErrorDetails } from "../bot-api-error.ts";
import type { CallOptions } from "../bot-api.ts";
import type { Clock } from "../clock.ts";
import type { FileSource } from "../files/file-source.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import { networkFailure, safeReason } from "./network-failure.ts";

/** Where and how a client reaches the Bot API. Holds the token: never leaves this package. */
export interface Connection {
  /** `https://host/bot<token>`, with `/test` for the test environment. */
  readonly methodsUrl: string;
  /** `https://host/file/bot<token>`, with `/test` for the test environment. */
  readonly filesUrl: string;
  readonly secret: string;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

/** One exchange under its deadline. */
export interface Exchange {
  readonly deadline: Deadline;
  /** Turns what was thrown meanwhile into this package's error; to be called in `catch`. */
  readonly errorFrom: (thrown: unknown) => BotApiError;
  /** Remembers that a file of the request could not be read, for `errorFrom`. */
  readonly fileFailed: (file: FileSource, error: unknown) => void;
}

/** Starts the deadline of one exchange, and gathers what its failure has to be called. */
export function startExchange(
  { clock, secret, timeoutMs }: Connection,
  method: BotApiErrorDetails["method"],
  options: CallOptions = {},
): Exchange {
  const limitMs = options.timeoutMs ?? timeoutMs;
  const deadline = startDeadline(clock, limitMs, options.signal);
  const sent = !deadline.signal.aborted;
  let fileError: BotApiError | undefined;
  return {
    deadline,
    errorFrom(thrown) {
      if (thrown instanceof BotApiError) return thrown;
      if (deadline.cause !== undefined) {
        const late = deadline.cause === "timeout";
        const description = late ? `no answer within ${limitMs} ms` : "the caller gave the call up";
        return new BotApiError({ code: deadline.cause, method, description, ambiguous: sent });
      }
      return fileError ?? networkFailure(method, thrown, secret);
    },
    fileFailed(file, error) {
      const description = `cannot read the file "${file.name}": ${safeReason(error, secret)}`;
      fileError ??= new BotApiError({ code: "file", method, description, ambiguous: false });
    },
  };
}
