import { Scope } from "../context/scope.ts";
import type { Blame, Failure } from "./failure.ts";
import { isPromise } from "./is-promise.ts";
import { type LayerRun, type Proceed, runLayer } from "./layer.ts";
import { type FilterFailed, matchAll } from "./match.ts";
import type { Group, Layer, Route } from "./plan.ts";
import { isResult, type WalkResult } from "./results.ts";

const UNHANDLED: WalkResult = Object.freeze({ status: "unhandled" });

/**
 * One update's way through the tree: a router's outer middlewares, root filters and own handlers'
 * filters, then its children in their order. Once a handler matches, inner middlewares from the
 * root down, and the handler.
 *
 * **Invariant:** what is thrown leaves the walk as it is, and `failureOf` tells where it came from.
 */
export class Walk {
  #failure: Failure | undefined;

  /** Where `error` was thrown first, or undefined when that was not in this walk. */
  failureOf(error: unknown): Failure | undefined {
    return Object.is(this.#failure?.error, error) ? this.#failure : undefined;
  }

  /** Keeps the innermost place at which an error was seen. */
  readonly blame: Blame = (error, site) => {
    if (this.failureOf(error) === undefined) this.#failure = { ...site, error };
  };

  /** Runs a router that stands before others, and everything behind it. */
  run(group: Group, scope: Scope): Promise<WalkResult> {
    return this.#outer(group, scope, 0);
  }

  #outer(group: Group, scope: Scope, index: number): Promise<WalkResult> {
    const layer = group.outer[index];
    if (layer === undefined) return this.#enter(group, scope);
    return this.#layer(layer, scope, (inside) => this.#outer(group, inside, index + 1));
  }

  async #enter(group: Group, scope: Scope): Promise<WalkResult> {
    const { router, rootChecks } = group;
    const matched = matchAll(rootChecks, scope, (error, { label }, context) => {
      const what = `Root filter ${label} of ${router.path}`;
      this.blame(error, { code: "filter-failed", router, what, scope: context as Scope });
    });
    const inside = isPromise(matched) ? await matched : matched;
    return inside === undefined ? UNHANDLED : this.#entries(group.entries, inside);
  }

  async #entries(entries: Group["entries"], scope: Scope): Promise<WalkResult> {
    const failed: FilterFailed = (error, { label }, context) => {
      const { router, info } = entries[index] as Route;
      const what = `Filter ${label} of ${info.name}`;
      this.blame(error, { code: "filter-failed", router, what, scope: context as Scope });
    };
    let index = 0;
    while (index < entries.length) {
      const entry = entries[index]!;
      let result: WalkResult;
      if ("entries" in entry) {
        result = await this.run(entry, scope);
      } else {
        // Most handlers are not meant, and most filters are sync: both cost no turn of the loop.
        const matched = matchAll(entry.checks, scope, failed);
        const found = isPromise(matched) ? await matched : matched;
        result = found === undefined ? UNHANDLED : await this.#start(entry, found);
      }
      if (result.status === "handled" || result.status === "drop") return result;
      index = result.status === "reject" && "end" in entry ? entry.end : index + 1;
    }
    return UNHANDLED;
  }

  /** The host may know the handler, and end the attempt here. */
  #start(route: Route, scope: Scope): Promise<WalkResult> {
    Scope.attemptOf(scope).invocation.enter?.(route.info);
    return this.#inner(route, scope.forHandler(route.info), 0);
  }

  #inner(route: Route, scope: Scope, index: number): Promise<WalkResult> {
    const layer = route.inner[index];
    if (layer === undefined) return this.#handle(route, scope);
    return this.#layer(layer, scope, (inside) => this.#inner(route, inside, index + 1));
  }

  async #handle({ handler, router, info: { name } }: Route, scope: Scope): Promise<WalkResult> {
    try {
      const result: unknown = await handler(scope);
      if (isResult(result, "skip") || isResult(result, "reject")) return result;
      if (isResult(result, "drop")) warnAboutDrop(scope, name);
      return { status: "handled", handler: name };
    } catch (error) {
      this.blame(error, { code: "handler-failed", router, what: `Handler ${name}`, scope });
      throw error;
    }
  }

  #layer(layer: Layer, scope: Scope, proceed: Proceed): Promise<WalkResult> {
    return runLayer(layer, { scope, proceed, failed: this.#layerFailed });
  }

  readonly #layerFailed: LayerRun["failed"] = (error, { router, label }, scope) =>
    this.blame(error, { code: "middleware-failed", router, what: `Middleware ${label}`, scope });
}

/** Only a program without types gets here: what it wants is unclear, and handled is the safe reading. */
function warnAboutDrop({ logger }: Scope, handler: string): void {
  logger.warn({ handler }, "A handler returned drop, which is for middlewares; it has handled it");
}
