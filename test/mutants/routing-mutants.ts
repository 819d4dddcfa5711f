import type { Mutant } from "./mutants.ts";

const SRC = "packages/hookgram/src";
const PIPELINE_TEST = `${SRC}/dispatch/pipeline.test.ts`;
const FAILURE_TEST = `${SRC}/dispatch/failure.test.ts`;
const ROUTER_TEST = `${SRC}/router/router.test.ts`;

/** What can go wrong between an update and its handler: the rows of docs/from-aiogram.md. */
export const ROUTING: readonly Mutant[] = [
  {
    fault: "routing: after reject the router's next handler is tried",
    file: `${SRC}/dispatch/walk.ts`,
    search: 'index = result.status === "reject" && "end" in entry ? entry.end : index + 1;',
    replacement: "index += 1;",
    testFile: PIPELINE_TEST,
    test: "handler, reject: leaves the router and its children",
  },
  {
    fault: "routing: a dropped update goes on to siblings",
    file: `${SRC}/dispatch/walk.ts`,
    search: 'if (result.status === "handled" || result.status === "drop") return result;',
    replacement: 'if (result.status === "handled") return result;',
    testFile: PIPELINE_TEST,
    test: "outer, drop after a look at the result: handlers of siblings are not tried",
  },
  {
    fault: "routing: a root filter that does not match lets the router in",
    file: `${SRC}/dispatch/walk.ts`,
    search: "return inside === undefined ? UNHANDLED : this.#entries(group.entries, inside);",
    replacement: "return this.#entries(group.entries, inside ?? scope);",
    testFile: PIPELINE_TEST,
    test: "skips a router and its children when a root filter does not match",
  },
  {
    fault: "routing: what a root filter finds is lost",
    file: `${SRC}/dispatch/walk.ts`,
    search: "return inside === undefined ? UNHANDLED : this.#entries(group.entries, inside);",
    replacement: "return inside === undefined ? UNHANDLED : this.#entries(group.entries, scope);",
    testFile: PIPELINE_TEST,
    test: "flows from outer middlewares and root filters to filters, inner middlewares and handlers",
  },
  {
    fault: "routing: children's inner middlewares are outside of their parents'",
    file: `${SRC}/dispatch/plan.ts`,
    search: 'const inner = [...inherited.inner, ...layers("inner", kind, router)];',
    replacement: 'const inner = [...layers("inner", kind, router), ...inherited.inner];',
    testFile: PIPELINE_TEST,
    test: "is outer, root filters, own handlers' filters, children, then inner from the root down",
  },
  {
    fault: "routing: outer middlewares run only where a handler may match",
    file: `${SRC}/dispatch/plan.ts`,
    search: "if (group.entries.length > 0 || group.outer.length > 0) entries.push(group);",
    replacement: "if (group.entries.length > 0) entries.push(group);",
    testFile: PIPELINE_TEST,
    test: "runs outer middlewares of every router that an unwanted update reaches",
  },
  {
    fault: "routing: a router that is switched off is walked through",
    file: `${SRC}/dispatch/plan.ts`,
    search: "  if (!child.enabled) return;\n",
    replacement: "",
    testFile: ROUTER_TEST,
    test: "is passed by with its middlewares and children until it is switched on",
  },
  {
    fault:
      "routing: a router that is switched off is noticed by its own bot only at the next start",
    file: `${SRC}/router/router-node.ts`,
    search: "    if (this.#parent !== undefined) this.#parent.#revise();\n",
    replacement: "",
    testFile: ROUTER_TEST,
    test: "is passed by with its middlewares and children until it is switched on",
  },
  {
    fault: "routing: data of a handler that was passed over leaks into the next",
    file: `${SRC}/context/scope.ts`,
    search: "    Object.assign(copy, this);\n    const target = copy as",
    replacement:
      "    Object.assign(this, data);\n    Object.assign(copy, this);\n    const target = copy as",
    testFile: PIPELINE_TEST,
    test: "does not leak from a handler that was passed over, matched and skipped",
  },
  {
    fault: "routing: a filter replaces what the context has itself",
    file: `${SRC}/context/scope.ts`,
    search: "else if (target[name] !== value) throw nameTaken(name);",
    replacement: "",
    testFile: PIPELINE_TEST,
    test: "may be replaced by a later filter, but not what the context has itself",
  },
  {
    fault: "routing: an empty object of a filter is no match",
    file: `${SRC}/dispatch/match.ts`,
    search:
      "      if (!verdict) return undefined;\n      if (isData(verdict)) context = extendContext(context, verdict);\n    }",
    replacement:
      "      if (!verdict || (isData(verdict) && Object.keys(verdict).length === 0)) return undefined;\n      if (isData(verdict)) context = extendContext(context, verdict);\n    }",
    testFile: PIPELINE_TEST,
    test: "takes an empty object for a match",
  },
  {
    fault: "routing: a middleware may end without a word",
    file: `${SRC}/dispatch/layer.ts`,
    search:
      '  throw badMiddleware("it returned neither what next() gave, nor skip, reject or drop");',
    replacement: '  return { status: "unhandled" };',
    testFile: PIPELINE_TEST,
    test: "middleware, neither next nor a result: fails the update and is named",
  },
  {
    fault: "routing: next may be called twice",
    file: `${SRC}/dispatch/layer.ts`,
    search: '    if (this.#passed !== undefined) return this.#refuse("next() was called twice");\n',
    replacement: "",
    testFile: PIPELINE_TEST,
    test: "middleware, next twice: the second call fails",
  },
  {
    fault: "routing: a middleware that does not wait ends before what is behind it",
    file: `${SRC}/dispatch/layer.ts`,
    search: "    const behind = await settle(this.#passed);\n",
    replacement:
      '    const behind = { status: "fulfilled", value: { status: "unhandled" } } as const;\n',
    testFile: PIPELINE_TEST,
    test: "middleware, next without waiting for it: what is behind ends first all the same",
  },
  {
    fault: "routing: a client is wrapped by outgoing middlewares in reverse",
    file: `${SRC}/dispatch/dispatcher.ts`,
    search: "this.#root.outgoing.reduceRight(",
    replacement: "this.#root.outgoing.reduce(",
    testFile: PIPELINE_TEST,
    test: "go through outgoing middlewares, the first one outermost",
  },
  {
    fault: "routing: error handlers of the whole tree are asked, from the root",
    file: `${SRC}/dispatch/failure.ts`,
    search: "  let router: RouterNode | undefined = failure.router;\n",
    replacement:
      "  let router: RouterNode | undefined = failure.router;\n  while (router.parent !== undefined) router = router.parent;\n",
    testFile: FAILURE_TEST,
    test: "are asked from the failing router to the root, and not in other routers",
  },
  {
    fault: "routing: an error handler that fails hides the first error",
    file: `${SRC}/dispatch/failure.ts`,
    search:
      "    scope.logger.error({ error: failure.error }, `${what} failed with this error in its hands`);\n",
    replacement: "",
    testFile: FAILURE_TEST,
    test: "that fail themselves fail the update, and the first error is in the log",
  },
  {
    fault: "routing: error handlers do not find what the failing handler had",
    file: `${SRC}/dispatch/walk.ts`,
    search:
      'this.blame(error, { code: "handler-failed", router, what: `Handler ${name}`, scope });',
    replacement:
      'this.blame(error, { code: "handler-failed", router, what: `Handler ${name}`, scope: new Scope(Scope.attemptOf(scope), scope.state) });',
    testFile: FAILURE_TEST,
    test: "find the data that the failing handler had, and the failure",
  },
  {
    fault: "routing: children stop after their parents",
    file: `${SRC}/router/hooks.ts`,
    search: "for (const node of started.toReversed())",
    replacement: "for (const node of started)",
    testFile: `${SRC}/router/hooks.test.ts`,
    test: "run at start from the root down, and at stop in reverse",
  },
  {
    fault: "routing: a repeated attempt counts an unknown kind again",
    file: `${SRC}/dispatch/unknown-update.ts`,
    search: "if (attempt === 1) this.#counts",
    replacement: "if (attempt > 0) this.#counts",
    testFile: ROUTER_TEST,
    test: "are counted once each, whoever takes them and however often they are tried",
  },
  {
    fault: "routing: Telegram is asked for kinds that only a middleware is made for",
    file: `${SRC}/router/explain-updates.ts`,
    search: "const asked = handlers.length > 0;",
    replacement: "const asked = handlers.length > 0 || [...partsFor(kind, root)].length > 0;",
    testFile: ROUTER_TEST,
    test: "names the handlers that ask for a kind, and what waits for a kind in vain",
  },
  {
    fault: "routing: two bots share their states",
    file: `${SRC}/state/strategy.ts`,
    search: "[`bot=${botId}`, strategy]",
    replacement: "[strategy]",
    testFile: `${SRC}/state/strategy.test.ts`,
    test: "is never that of another bot or another strategy",
  },
  {
    fault: "routing: a command to another bot is taken for this bot's",
    file: `${SRC}/filter/command.ts`,
    search: 'if (rule === "any") return true;',
    replacement: "if (rule !== null) return true;",
    testFile: `${SRC}/filter/command.test.ts`,
    test: "takes commands to other bots with mention any, and only its own with required",
  },
  {
    fault: "routing: callback data is counted in characters",
    file: `${SRC}/callback/wire.ts`,
    search: "const bytes = byteLength(data);",
    replacement: "const bytes = data.length;",
    testFile: `${SRC}/callback/callback-data.test.ts`,
    test: "counts bytes, not characters: 64 fit and 65 do not",
  },
];
