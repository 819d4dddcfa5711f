import type { Scope } from "../context/scope.ts";
import { HookgramError } from "../error.ts";
import type { Layer } from "./plan.ts";
import { isResult, type WalkResult } from "./results.ts";

/** Goes on behind a middleware, in the given context. */
export type Proceed = (scope: Scope) => Promise<WalkResult>;

/**
 * Runs one middleware and, through its `next`, what is behind it. What is behind is over before the
 * middleware is, whether it has waited or not.
 * @throws What the middleware throws, what was thrown behind it, or HookgramError `bad-middleware`.
 */
export async function runLayer(
  { run, label }: Layer,
  scope: Scope,
  proceed: Proceed,
): Promise<WalkResult> {
  let passed: Promise<WalkResult> | undefined;
  let misuse: HookgramError | undefined;
  let isOver = false;
  const refuse = (problem: string): Promise<WalkResult> => {
    misuse = badMiddleware(problem);
    // Nobody may be waiting for it, and a process must not end because of that.
    if (isOver) scope.logger.error({ error: misuse, middleware: label }, "A middleware went on");
    const refused = Promise.reject(misuse);
    refused.catch(() => undefined);
    return refused;
  };
  const next = (data?: object): Promise<WalkResult> => {
    if (isOver) return refuse("next() was called when the middleware had ended");
    if (passed !== undefined) return refuse("next() was called twice");
    passed = data === undefined ? proceed(scope) : proceed(scope.extend(data));
    return passed;
  };
  const [own] = await Promise.allSettled([(async () => run(scope, next))()]);
  isOver = true;
  const [behind] = await Promise.allSettled([passed]);
  warnAboutLostError(scope, { own, behind, label });
  if (misuse !== undefined && own.status === "fulfilled") throw misuse;
  return layerResult(own, behind, label);
}

/** What a middleware made of what was behind it; `behind` has no value when it was never run. */
function layerResult(
  own: PromiseSettledResult<unknown>,
  behind: PromiseSettledResult<WalkResult | undefined>,
  label: string,
): WalkResult {
  if (own.status === "rejected") throw own.reason;
  const result = own.value;
  if (isResult(result, "drop")) return { middleware: label, ...result };
  if (isResult(result, "skip") || isResult(result, "reject")) return result;
  if (behind.status === "rejected") throw behind.reason;
  if (behind.value !== undefined) return behind.value;
  throw badMiddleware("it returned neither what next() gave, nor skip, reject or drop");
}

function badMiddleware(problem: string): HookgramError {
  return new HookgramError("bad-middleware", problem);
}

/** How a middleware and what is behind it ended. */
interface LayerEnd {
  readonly own: PromiseSettledResult<unknown>;
  readonly behind: PromiseSettledResult<unknown>;
  readonly label: string;
}

/**
 * A middleware that ends in its own way makes nothing of an error behind it. Whether it has caught it
 * or never waited for it cannot be told, so the error is at least in the log.
 */
function warnAboutLostError({ logger }: Scope, { own, behind, label }: LayerEnd): void {
  if (behind.status !== "rejected") return;
  if (own.status === "rejected" ? isCausedBy(own.reason, behind.reason) : isPassed(own.value))
    return;
  const message = "A middleware ended in its own way, and this error behind it counts for nothing";
  logger.warn({ error: behind.reason as unknown, middleware: label }, message);
}

/** Errors are wrapped a few times at most; a circle of causes is not worth a stack. */
const CAUSES_MAX = 10;

function isCausedBy(error: unknown, cause: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < CAUSES_MAX; depth += 1) {
    if (Object.is(current, cause)) return true;
    if (!(current instanceof Error)) return false;
    current = current.cause;
  }
  return false;
}

/** Without a result of its own a middleware is thrown what was thrown behind it. */
function isPassed(value: unknown): boolean {
  return !isResult(value, "drop") && !isResult(value, "skip") && !isResult(value, "reject");
}
