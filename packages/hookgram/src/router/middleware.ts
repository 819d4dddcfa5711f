import type { Drop, Passed, Reject, Skip } from "../dispatch/results.ts";
import type { NoData } from "../filter/filter.ts";
import type { HandlerInfo } from "./handler.ts";

/**
 * Runs what is behind the middleware, once, with `data` merged into its context. Rejects with what
 * was thrown there; after that no handler is tried, and error handlers are asked when the error
 * has left every middleware.
 */
export type Next = <Added extends object = NoData>(data?: Added) => Promise<Passed<Added>>;

/**
 * Stands before a router's filters: sees every update that reaches the router, whether or not a
 * handler wants it. Returns what `next` gave, or `skip` to pass the update by this router, or
 * `drop` to end it.
 */
export type OuterMiddleware<In, Added extends object = NoData> = (
  context: In,
  next: Next,
) => Passed<Added> | Skip | Drop | Promise<Passed<Added> | Skip | Drop>;

/**
 * Stands around a router's handlers and those of its children, once their filters have matched; a
 * parent's is outside its child's. It finds the handler that was chosen, with its flags, as `handler`.
 * Returns what `next` gave, or `skip`, `reject` or `drop`.
 */
export type InnerMiddleware<In, Added extends object = NoData> = (
  context: In & { readonly handler: HandlerInfo },
  next: Next,
) => Passed<Added> | Skip | Reject | Drop | Promise<Passed<Added> | Skip | Reject | Drop>;
