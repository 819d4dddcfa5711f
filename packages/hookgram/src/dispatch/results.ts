import type { Answers, Edit, Reply } from "../context/context.ts";

/** What a handler or a middleware returns to send the update on to the next handler. */
export interface Skip {
  readonly status: "skip";
}

/** What a handler or an inner middleware returns to leave the handler's router altogether. */
export interface Reject {
  readonly status: "reject";
}

/** What a middleware returns to end the whole update on purpose, without a handler. */
export interface Drop {
  readonly status: "drop";
}

/**
 * Not for me: the next handler whose filters match is tried, in the same router first.
 * Returned by an outer middleware, it passes the update by this router and its children.
 */
export const skip: Skip = Object.freeze({ status: "skip" });

/**
 * Not for this router: its other handlers and its child routers are left out, siblings are tried.
 */
export const reject: Reject = Object.freeze({ status: "reject" });

/** The update ends here and counts as dealt with; the outcome names the middleware. */
export const drop: Drop = Object.freeze({ status: "drop" });

/** What the context's helpers give: `reply`, `edit`, and `answer` of every kind. */
type HelperResult = Awaited<ReturnType<Reply | Edit | Answers[keyof Answers]>>;

/**
 * What a handler may return. `skip` and `reject` are special; nothing, or what one of the context's
 * helpers gave (`({ reply }) => reply("Hi")`), means that it has handled the update. Anything else
 * does not compile, since it is probably a mistake: `drop`, or an object that was meant for a filter.
 */
export type HandlerResult = void | HelperResult | Skip | Reject;

/** How everything behind a middleware ended. */
export type WalkResult =
  | { readonly status: "handled"; readonly handler: string }
  | { readonly status: "unhandled" | "skip" | "reject" }
  | { readonly status: "drop"; readonly middleware: string };

declare const added: unique symbol;

/**
 * What `next` gives a middleware: how everything behind it ended. Only `next` makes one, and a
 * middleware returns it, so that forgetting either does not compile. The type `Added` remembers
 * the data that was handed to `next`.
 */
export type Passed<Added extends object> = WalkResult & { readonly [added]: Added };

/** Whether a handler, a middleware or what is behind it has ended like this. */
export function isResult<S extends WalkResult["status"]>(
  result: unknown,
  status: S,
): result is { readonly status: S } {
  return (result as { status?: unknown } | null | undefined)?.status === status;
}
