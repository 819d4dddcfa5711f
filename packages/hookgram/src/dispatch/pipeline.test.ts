import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { and, Bot, drop, type Next, not, or, reject, Router, skip, text } from "../index.ts";
import { createTestHost, sampleUpdate } from "../testing.ts";

const hello = sampleUpdate("message", { text: "Hello" });

/** A router or bot whose every part writes to `log` when it runs; its one handler never matches. */
function logged<R extends Router>(router: R, log: string[]): R {
  const { name } = router;
  const around = (part: string) => async (_context: object, next: Next) => {
    log.push(`${name}.${part}`);
    const result = await next();
    log.push(`/${name}.${part}`);
    return result;
  };
  router.outer(around("outer1"));
  router.outer("message", around("outer2"));
  router.outer("callback_query", around("never"));
  router.filter(() => log.push(`${name}.root`) > 0);
  router.inner(around("inner"));
  router.message(
    () => log.push(`${name}.filter`) < 0,
    () => undefined,
  );
  return router;
}

describe("the order of everything", () => {
  it("is outer, root filters, own handlers' filters, children, then inner from the root down", async () => {
    const log: string[] = [];
    const bot = logged(new Bot({ name: "bot" }) as unknown as Router, log) as unknown as Bot;
    const a = logged(new Router("a"), log);
    const a1 = logged(new Router("a1"), log);
    const b = logged(new Router("b"), log);
    bot.include(a.include(a1), b);
    a1.message(text(), () => {
      log.push("a1.handler");
    });
    b.message(() => {
      log.push("b.handler");
    });
    const outcome = await createTestHost(bot).feed(hello);
    const expected = [
      "bot.outer1 bot.outer2 bot.root bot.filter",
      "a.outer1 a.outer2 a.root a.filter",
      "a1.outer1 a1.outer2 a1.root a1.filter",
      "bot.inner a.inner a1.inner a1.handler",
      "/a1.inner /a.inner /bot.inner",
      "/a1.outer2 /a1.outer1 /a.outer2 /a.outer1 /bot.outer2 /bot.outer1",
    ];
    assert.deepEqual(log, expected.join(" ").split(" "));
    assert.deepEqual(outcome, { status: "handled", handler: "bot/a/a1/message#2" });
  });

  it("runs outer middlewares of every router that an unwanted update reaches, and no inner ones", async () => {
    const log: string[] = [];
    const bot = logged(new Bot({ name: "bot" }) as unknown as Router, log) as unknown as Bot;
    const empty = new Router("empty").outer((_context, next) => {
      log.push("empty.outer1");
      return next();
    });
    bot.include(logged(new Router("a"), log), logged(new Router("b"), log), empty);
    assert.deepEqual(await createTestHost(bot).feed(hello), { status: "unhandled" });
    const ofBoth = ["a.outer1", "/a.outer1", "b.outer1", "/b.outer1"];
    assert.deepEqual(
      log.filter((line) => /outer1|inner/.test(line)),
      ["bot.outer1", ...ofBoth, "empty.outer1", "/bot.outer1"],
    );
  });

  it("skips a router and its children when a root filter does not match", async () => {
    const reached: string[] = [];
    const child = new Router("child");
    const closed = new Router("closed").filter(() => false).include(child);
    const open = new Router("open");
    for (const router of [closed, child, open])
      router.message(({ message }) => {
        reached.push(`${router.name} ${message.text}`);
      });
    await createTestHost(new Bot({ routers: [closed, open] })).feed(hello);
    assert.deepEqual(reached, ["open Hello"]);
  });

  it("tries siblings in the order of inclusion and stops at the first match", async () => {
    const reached: string[] = [];
    const routers = ["a", "b", "c"].map((name) => new Router(name));
    for (const router of routers)
      router.message(
        text(router.name === "a" ? /^Bye/ : /./),
        () => void reached.push(router.name),
      );
    await createTestHost(new Bot({ routers })).feed(hello);
    assert.deepEqual(reached, ["b"]);
  });
});

describe("what handlers and middlewares return", () => {
  /** The bot has two handlers of its own, a router `a` with two and a child, and a router `b`. */
  async function walkWith(result: () => unknown, at: string): Promise<string[]> {
    const reached: string[] = [];
    const handler = (label: string) => () => {
      reached.push(label);
      return (label === at ? result() : skip) as typeof skip;
    };
    const child = new Router("child");
    const a = new Router("a").include(child);
    const b = new Router("b");
    a.message(handler("a1"));
    a.message(handler("a2"));
    child.message(handler("child"));
    b.message(handler("b"));
    await createTestHost(new Bot({ routers: [a, b] })).feed(hello);
    return reached;
  }

  const table: readonly (readonly [string, () => unknown, readonly string[]])[] = [
    ["nothing: handled, the walk stops", () => undefined, ["a1"]],
    ["skip: the next handler of the same router", () => skip, ["a1", "a2", "child", "b"]],
    ["skip from an async handler", async () => skip, ["a1", "a2", "child", "b"]],
    ["reject: leaves the router and its children", () => reject, ["a1", "b"]],
    ["what a helper gave: handled", async () => sampleUpdate("message").message, ["a1"]],
    ["true: handled", () => true, ["a1"]],
    ["false: handled", () => false, ["a1"]],
  ];
  for (const [name, result, expected] of table)
    it(`handler, ${name}`, async () => assert.deepEqual(await walkWith(result, "a1"), expected));

  it("handler, reject in a router with root filters: the same", async () => {
    const reached: string[] = [];
    const guarded = new Router("guarded").filter(() => true);
    guarded.message(() => reject);
    guarded.message(() => void reached.push("guarded#2"));
    const sibling = new Router("sibling");
    sibling.message(() => void reached.push("sibling"));
    await createTestHost(new Bot({ routers: [guarded, sibling] })).feed(hello);
    assert.deepEqual(reached, ["sibling"]);
  });

  it("handler, drop: handled, and the log says that it is for middlewares", async () => {
    const bot = new Bot();
    bot.message((() => drop) as unknown as () => void);
    const host = createTestHost(bot);
    assert.equal((await host.feed(hello)).status, "handled");
    assert.deepEqual(
      host.log.map(({ level, fields }) => [level, fields["handler"]]),
      [["warn", "bot/message#1"]],
    );
  });

  it("outer, drop: the update ends and the outcome names the middleware", async () => {
    const bot = new Bot().outer(function noStrangers() {
      return drop;
    });
    bot.message(() => assert.fail("reached"));
    assert.deepEqual(await createTestHost(bot).feed(hello), {
      status: "dropped",
      middleware: "bot/noStrangers",
    });
  });

  it("outer, drop after a look at the result: handlers of siblings are not tried", async () => {
    const a = new Router("a").outer(async (_context, next) => {
      const result = await next();
      return result.status === "unhandled" ? drop : result;
    });
    const b = new Router("b");
    b.message(() => assert.fail("reached"));
    const outcome = await createTestHost(new Bot({ routers: [a, b] })).feed(hello);
    assert.deepEqual(outcome, { status: "dropped", middleware: "bot/a/outer#1" });
  });

  it("outer, skip: the router is passed by, siblings are tried", async () => {
    const a = new Router("a").outer(() => skip);
    const b = new Router("b");
    a.message(() => assert.fail("reached"));
    b.message(() => undefined);
    const outcome = await createTestHost(new Bot({ routers: [a, b] })).feed(hello);
    assert.deepEqual(outcome, { status: "handled", handler: "bot/b/message#1" });
  });

  for (const [name, result, handler] of [
    ["skip", skip, "bot/a/message#2"],
    ["reject", reject, "bot/b/message#1"],
  ] as const)
    it(`inner, ${name}: as if the handler had said it`, async () => {
      let first = true;
      const a = new Router("a").inner((_context, next) => {
        const isFirst = first;
        first = false;
        return isFirst ? result : next();
      });
      const b = new Router("b");
      a.message(() => undefined);
      a.message(() => undefined);
      b.message(() => undefined);
      const outcome = await createTestHost(new Bot({ routers: [a, b] })).feed(hello);
      assert.deepEqual(outcome, { status: "handled", handler });
    });

  it("middleware, neither next nor a result: fails the update and is named", async () => {
    const bot = new Bot().outer((async () => undefined) as never);
    await assert.rejects(createTestHost(bot).feed(hello), {
      code: "middleware-failed",
      message:
        "Middleware bot/outer#1 failed: " +
        "it returned neither what next() gave, nor skip, reject or drop",
    });
  });

  it("middleware, next twice: the second call fails", async () => {
    let runs = 0;
    const bot = new Bot().inner(async (_context, next) => {
      await next();
      return next();
    });
    bot.message(() => void (runs += 1));
    await assert.rejects(createTestHost(bot).feed(hello), /next\(\) was called twice/);
    assert.equal(runs, 1);
  });

  it("middleware, next twice without waiting: fails the update all the same", async () => {
    const bot = new Bot().outer((_context, next) => {
      void next();
      return next();
    });
    await assert.rejects(createTestHost(bot).feed(hello), /next\(\) was called twice/);
    const careless = new Bot().outer(async (_context, next) => {
      const result = await next();
      void next();
      return result;
    });
    await assert.rejects(createTestHost(careless).feed(hello), /next\(\) was called twice/);
  });

  it("middleware, an end without waiting while what is behind throws: fails once, and nothing else", async () => {
    const endings: readonly ((next: Next) => unknown)[] = [
      (next) => void next(),
      async (next) => {
        void next();
        await new Promise(setImmediate);
      },
      (next) => {
        void next();
        throw new Error("own");
      },
    ];
    const unwatched: unknown[] = [];
    const note = (error: unknown): void => void unwatched.push(error);
    process.on("unhandledRejection", note);
    for (const end of endings) {
      const bot = new Bot().outer(((_context: object, next: Next) => end(next)) as never);
      bot.message(() => Promise.reject(new Error("behind")));
      await assert.rejects(createTestHost(bot).feed(hello), /: (behind|own)$/);
      await new Promise(setImmediate);
    }
    process.off("unhandledRejection", note);
    assert.deepEqual(unwatched, []);
  });

  it("middleware, next after its own end: runs nothing, and is logged", async () => {
    let late: Next | undefined;
    const bot = new Bot().outer((_context, next) => {
      late = next;
      return drop;
    });
    bot.message(() => assert.fail("ran after the end"));
    const host = createTestHost(bot);
    assert.equal((await host.feed(hello)).status, "dropped");
    void late!();
    assert.deepEqual(
      host.log.map(({ level }) => level),
      ["error"],
    );
  });

  it("middleware, next without waiting for it: what is behind ends first all the same", async () => {
    const log: string[] = [];
    const bot = new Bot().outer(((_context: object, next: Next) => {
      void next();
      log.push("middleware over");
    }) as never);
    bot.message(async () => {
      await new Promise(setImmediate);
      log.push("handler over");
    });
    const outcome = await createTestHost(bot).feed(hello);
    assert.deepEqual(log, ["middleware over", "handler over"]);
    assert.equal(outcome.status, "handled");
  });
});

describe("the data of a context", () => {
  it("flows from outer middlewares and root filters to filters, inner middlewares and handlers", async () => {
    const seen: object[] = [];
    const child = new Router<{ outer: number; root: number }>("child");
    child.message(
      ({ outer, root }) => ({ own: outer + root }),
      (context) => {
        const { outer, root, own } = context;
        seen.push({ outer, root, own, inner: (context as { inner?: number }).inner });
      },
    );
    const bot = new Bot()
      .outer((_context, next) => next({ outer: 1 }))
      .filter(({ outer }) => ({ root: outer + 1 }))
      .inner((_context, next) => next({ inner: 4 }))
      .include(child);
    await createTestHost(bot).feed(hello);
    assert.deepEqual(seen, [{ outer: 1, root: 2, own: 3, inner: 4 }]);
  });

  it("does not leak from a handler that was passed over, matched and skipped, or skipped inside", async () => {
    const seen: unknown[] = [];
    const bot = new Bot();
    const look = (context: object): typeof skip => {
      seen.push({ ...context });
      return skip;
    };
    bot.message(
      () => ({ passedOver: 1 }),
      () => false,
      look,
    );
    bot.message(() => ({ skipped: 1 }), look);
    bot.message(look);
    bot.include(new Router("child").inner((_context, next) => next({ inside: 1 })));
    bot.message(look);
    await createTestHost(bot).feed(hello);
    assert.deepEqual(seen, [{ skipped: 1 }, {}, {}]);
  });

  it("is fresh for each attempt", async () => {
    const seen: unknown[] = [];
    const bot = new Bot().outer((context, next) => {
      seen.push({ ...context });
      return next({ tries: context.attempt });
    });
    bot.message(({ tries }) => void seen.push(tries));
    const host = createTestHost(bot);
    await host.feed(hello);
    await host.feed(hello, { attempt: 2 });
    assert.deepEqual(seen, [{}, 1, {}, 2]);
  });

  it("may be replaced by a later filter, but not what the context has itself", async () => {
    const bot = new Bot();
    bot.message(
      () => ({ found: 1 }),
      () => ({ found: 2 }),
      ({ found }) => assert.equal(found, 2),
    );
    assert.equal((await createTestHost(bot).feed(hello)).status, "handled");

    const wrong = new Bot();
    wrong.message(
      function chatOfDesk() {
        return { chat: { id: 5 } };
      },
      () => undefined,
    );
    await assert.rejects(createTestHost(wrong).feed(hello), {
      code: "filter-failed",
      message: /^Filter chatOfDesk of bot\/message#1 failed: "chat" is a property of the context/,
    });
  });

  it("passes through and, or and not as the types say", async () => {
    const one = async () => ({ one: 1 });
    const two = ({ one: found }: { one: number }) => ({ two: found + 1 });
    const never = () => false;
    const seen: unknown[] = [];
    const bot = new Bot();
    const look = (context: object): typeof skip => {
      seen.push({ ...context });
      return skip;
    };
    bot.message(and(one, two), look);
    bot.message(
      or(never, and(one, two), () => ({ third: 3 })),
      look,
    );
    bot.message(not(never), look);
    bot.message(not(one), look);
    bot.message(
      or(never, async () => null),
      look,
    );
    bot.message(and(one, never), look);
    await createTestHost(bot).feed(hello);
    assert.deepEqual(seen, [{ one: 1, two: 2 }, { one: 1, two: 2 }, {}]);
  });

  it("takes what else counts as true for a match that adds nothing", async () => {
    const seen: unknown[] = [];
    const bot = new Bot();
    for (const answer of ["words", 7, Symbol("s"), () => ({ a: 1 })])
      for (const filter of [() => answer, async () => answer])
        bot.message(filter as unknown as () => boolean, (context) => {
          seen.push({ ...context });
          return skip;
        });
    bot.message(
      and(
        () => "words" as unknown as boolean,
        or(
          () => "" as unknown as boolean,
          () => "b" as unknown as boolean,
        ),
      ),
      (context) => {
        seen.push({ ...context });
        return skip;
      },
    );
    for (const answer of ["", 0, Number.NaN, null, undefined])
      bot.message((() => answer) as unknown as () => boolean, () => assert.fail(String(answer)));
    await createTestHost(bot).feed(hello);
    assert.deepEqual(
      seen,
      Array.from({ length: 9 }, () => ({})),
    );
  });

  it("takes an empty object for a match", async () => {
    const bot = new Bot();
    bot.message(
      () => ({}),
      () => undefined,
    );
    assert.equal((await createTestHost(bot).feed(hello)).status, "handled");
  });
});

describe("API calls", () => {
  it("go through outgoing middlewares of their method only, with its own parameters", async () => {
    const bot = new Bot()
      .outgoing("sendMessage", async (params, next) => {
        const { message_id } = await next({ ...params, text: params.text.toUpperCase() });
        return next({ ...params, text: `after ${message_id}` });
      })
      .outgoing(["sendPhoto", "sendDice"], (params, next) =>
        next({ ...params, protect_content: true }),
      );
    bot.message(async ({ reply, send, api }) => {
      await reply("hi");
      await send("sendDice");
      await api.getMe();
    });
    const host = createTestHost(bot, { respond: () => ({ message_id: host.calls.length }) });
    await host.feed(hello);
    assert.deepEqual(
      host.calls.map(({ method, params }) => [method, params["text"] ?? params["protect_content"]]),
      [
        ["sendMessage", "HI"],
        ["sendMessage", "after 1"],
        ["sendDice", true],
        ["getMe", undefined],
      ],
    );
  });

  it("go through outgoing middlewares, the first one outermost", async () => {
    const log: string[] = [];
    const bot = new Bot()
      .outgoing(async (method, params, next) => {
        log.push(`first ${method}`);
        return next({ ...params, disable_notification: true });
      })
      .outgoing((method, params, next) => {
        log.push(`second ${method} ${String(params["disable_notification"])}`);
        return next();
      });
    bot.message(async ({ reply }) => void (await reply("Hi")));
    const host = createTestHost(bot);
    await host.feed(hello);
    assert.deepEqual(log, ["first sendMessage", "second sendMessage true"]);
    assert.deepEqual(host.calls, [
      { method: "sendMessage", params: { chat_id: 7, text: "Hi", disable_notification: true } },
    ]);
  });
});
