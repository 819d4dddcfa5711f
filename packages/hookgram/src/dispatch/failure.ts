import type { Scope } from "../context/scope.ts";
import { HookgramError, type HookgramErrorCode } from "../error.ts";
import type { Registered, RouterNode } from "../router/router-node.ts";
import type { DispatchOutcome } from "./invocation.ts";
import { matchAll } from "./match.ts";
import { type HandlerResult, isResult, skip } from "./results.ts";

/** Where something was thrown. */
export interface Site {
  readonly code: HookgramErrorCode;
  readonly router: RouterNode;
  /** `Handler bot/shop/message#2`, `Filter text of bot/shop/message#2`, … */
  readonly what: string;
  /** The context that the thrower had. */
  readonly scope: Scope;
}

/** Told about what is thrown, before it goes on. The place that is said first is kept. */
export type Blame = (error: unknown, site: Site) => void;

/** What was thrown, and where. */
export interface Failure extends Site {
  readonly error: unknown;
}

/**
 * Asks the error handlers of the failing router and then of its ancestors. The first that returns
 * nothing has dealt with the error, and so with the update.
 * @throws HookgramError which names the place, with what was thrown as its `cause`, when none did.
 */
export async function handleFailure(failure: Failure): Promise<DispatchOutcome> {
  const error = toError(failure);
  // Out of time is no error of the handler: the host decides, and error handlers could not act.
  if (failure.scope.signal.aborted) throw error;
  const scope = failure.scope.extend({ error: failure.error, failure: error });
  let router: RouterNode | undefined = failure.router;
  for (; router !== undefined; router = router.parent) {
    for (const registered of router.handlers.get("errors") ?? []) {
      const result = await runErrorHandler(registered, { router, scope, failure });
      if (isResult(result, "reject")) break;
      if (!isResult(result, "skip"))
        return { status: "handled", handler: `${router.path}/${registered.name}` };
    }
  }
  throw error;
}

interface ErrorCase {
  readonly router: RouterNode;
  readonly scope: Scope;
  readonly failure: Failure;
}

async function runErrorHandler(
  { checks, handler, name }: Registered,
  { router, scope, failure }: ErrorCase,
): Promise<HandlerResult> {
  try {
    const matched = await matchAll(checks, scope);
    return matched === undefined ? skip : await handler(matched);
  } catch (error) {
    // To throw it again is a way to say "not for me, and for nobody above".
    if (error === failure.error) throw toError(failure);
    const what = `Error handler ${router.path}/${name}`;
    scope.logger.error({ error: failure.error }, `${what} failed with this error in its hands`);
    throw toError({ ...failure, code: "error-handler-failed", what, error });
  }
}

/** The failure as one error: says where, and has what was thrown as its `cause`. */
function toError({ code, what, error, scope: { handler } }: Failure): HookgramError {
  const reason = error instanceof Error ? error.message : String(error);
  return new HookgramError(code, `${what} failed: ${reason}`, { cause: error, handler });
}
