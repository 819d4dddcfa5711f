import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wrapBotApi } from "@hookgram/bot-api";
import { z } from "zod";
import type { HookgramError } from "../index.ts";
import {
  type AnyState,
  Bot,
  command,
  type Json,
  Router,
  Scene,
  type SceneControl,
  skip,
  type StateOptions,
  type StateRecord,
  states,
  stateTimeout,
  text,
} from "../index.ts";
import { createTestHost, sampleUpdate, type TestHost } from "../testing.ts";

const KEY = "bot=4242/user-in-chat/chat=7/user=7";
const say = (words: string) => sampleUpdate("message", { text: words });

const shape = { menu: null, question: z.object({ step: z.number() }), result: null };

/** What the three scenes have in common. */
type WithScene = Router<{ readonly scene: Pick<SceneControl<AnyState>, "back" | "exit"> }>;

interface Stage {
  readonly host: TestHost;
  /** What hooks and handlers have noted. */
  readonly seen: string[];
  readonly sayAll: (...texts: readonly string[]) => Promise<void>;
}

/** Three scenes that note what happens in them, and commands for every way between them. */
function stage(options?: StateOptions, more?: (bot: Bot) => void): Stage {
  const Quiz = states("quiz", shape, options);
  const seen: string[] = [];
  const menu = new Scene(Quiz.menu);
  const question = new Scene(Quiz.question);
  const result = new Scene(Quiz.result);
  for (const scene of [menu, result]) {
    scene.onEnter(() => void seen.push(`${scene.name} enter`));
    scene.onLeave(() => void seen.push(`${scene.name} leave`));
    scene.onExit(() => void seen.push(`${scene.name} exit`));
  }
  question.onEnter(({ data }) => void seen.push(`question enter ${data.step}`));
  question.onBack(({ data }) => void seen.push(`question back ${data.step}`));
  question.onLeave(({ data }) => void seen.push(`question leave ${data.step}`));
  question.onExit(({ data }) => void seen.push(`question exit ${data.step}`));
  menu.message(command("ask"), ({ scene }) => scene.goTo(question, { step: 1 }));
  question.message(command("next"), ({ data, scene }) =>
    scene.goTo(question, { step: data.step + 1 }),
  );
  question.message(command("again"), ({ scene }) => scene.retake());
  question.message(command("reset"), ({ scene }) => scene.retake({ step: 0 }));
  question.message(command("more"), async ({ data, state }) => {
    await state.update({ step: data.step + 1 });
  });
  question.message(command("result"), ({ scene }) => scene.goTo(result));
  for (const router of [menu, question, result] as readonly WithScene[]) {
    router.message(command("back"), ({ scene }) => scene.back());
    router.message(command("exit"), ({ scene }) => scene.exit());
    router.message(text(), () => void seen.push(`${router.name} text`));
  }
  const bot = new Bot();
  more?.(bot);
  bot.include(menu, question, result);
  const behind = new Router("behind");
  behind.message(command("menu"), menu.enter);
  behind.message(command("question"), (context) => question.enter(context, { step: 5 }));
  behind.message(() => void seen.push("behind"));
  bot.include(behind);
  const host = createTestHost(bot);
  return {
    host,
    seen,
    async sayAll(...texts) {
      for (const words of texts) await host.feed(say(words));
    },
  };
}

/** Each way: what is said, and what happens by the last of it. */
const WAYS: readonly (readonly [string, string, readonly string[]])[] = [
  ["enter, from outside", "/menu", ["quiz:menu enter"]],
  ["enter, in another scene", "/menu /question", ["quiz:menu exit", "question enter 5"]],
  ["enter, in the same scene", "/menu /menu", ["quiz:menu exit", "quiz:menu enter"]],
  ["goTo another scene", "/menu /ask", ["quiz:menu leave", "question enter 1"]],
  ["goTo the same scene", "/question /next", ["question leave 5", "question enter 6"]],
  ["retake", "/question /again", ["question enter 5"]],
  ["retake with data", "/question /reset", ["question enter 0"]],
  ["back, with a hook", "/question /result /back", ["quiz:result leave", "question back 5"]],
  ["back, without", "/menu /ask /back", ["question leave 1", "quiz:menu enter"]],
  ["back, with nothing before", "/question /back", ["question exit 5"]],
  ["back, after retake", "/question /again /back", ["question exit 5"]],
  ["exit", "/question /exit", ["question exit 5"]],
];

describe("the hooks of a scene", () => {
  for (const [way, said, expected] of WAYS)
    it(`run in this order: ${way}`, async () => {
      const { seen, sayAll } = stage();
      const texts = said.split(" ");
      await sayAll(...texts.slice(0, -1));
      seen.length = 0;
      await sayAll(texts.at(-1)!);
      assert.deepEqual(seen, expected);
    });

  it("run whatever kind of update has led there, with what the handler had", async () => {
    const Quiz = states("quiz", { start: null });
    const scene = new Scene<typeof Quiz.start, { readonly language: string }>(Quiz.start);
    scene.onEnter(({ kind, language, reply }) => reply(`${kind} ${language}`));
    const bot = new Bot().outer((_context, next) => next({ language: "de" }));
    bot.message(scene.enter);
    bot.callbackQuery(scene.enter);
    bot.include(scene);
    const host = createTestHost(bot);
    await host.feed(say("a"));
    await host.feed(sampleUpdate("callback_query", { data: "b" }));
    assert.deepEqual(
      host.calls.map(({ params }) => params["text"]),
      ["message de", "callback_query de"],
    );
  });

  it("make their calls through the client that the handler had", async () => {
    const seen: string[] = [];
    const Quiz = states("quiz", { start: null, next: null });
    const [start, next] = [new Scene(Quiz.start), new Scene(Quiz.next)];
    start.inner(({ api }, go) => {
      const watched = wrapBotApi(api, (method, _params, call) => {
        seen.push(method);
        return call();
      });
      return go({ api: watched });
    });
    start.message(({ scene }) => scene.goTo(next));
    next.onEnter(({ reply }) => reply("Well?"));
    const host = createTestHost(new Bot({ routers: [start, next] }));
    host.states.set(KEY, { state: "quiz:start", data: null, schemaVersion: 1 });
    await host.feed(say("a"));
    assert.deepEqual(seen, ["sendMessage"]);
  });

  it("are told when there is no chat to reply to", async () => {
    const Quiz = states("quiz", { start: null });
    const scene = new Scene(Quiz.start);
    scene.onEnter(({ reply }) => reply("Hello"));
    const bot = new Bot({ routers: [scene] });
    bot.inlineQuery(scene.enter);
    const host = createTestHost(bot);
    await assert.rejects(host.feed(sampleUpdate("inline_query")), (error: HookgramError) => {
      assert.equal((error.cause as HookgramError).code, "no-target");
      return true;
    });
    assert.equal(host.states.size, 0);
  });

  it("may go on to another scene", async () => {
    const Quiz = states("quiz", { a: null, b: null });
    const [a, b] = [new Scene(Quiz.a), new Scene(Quiz.b)];
    a.onEnter(({ scene }) => scene.goTo(b));
    const bot = new Bot({ routers: [a, b] });
    bot.message(a.enter);
    const host = createTestHost(bot);
    await host.feed(say("a"));
    assert.equal(host.states.get(KEY)?.state, "quiz:b");
  });

  it("that lead to each other fail the update by name", async () => {
    const Quiz = states("quiz", { a: null, b: null });
    const [a, b] = [new Scene(Quiz.a), new Scene(Quiz.b)];
    a.onEnter(({ scene }) => scene.goTo(b));
    b.onEnter(({ scene }) => scene.goTo(a));
    const bot = new Bot({ routers: [a, b] });
    bot.message(a.enter);
    await assert.rejects(
      createTestHost(bot).feed(say("/a")),
      /Scene quiz:[ab]: one update has led to 100 changes of scene; look for hooks/,
    );
  });

  it("may update the data that is left, for who comes back", async () => {
    const Form = states("form", { name: z.object({ name: z.string() }), help: null });
    const seen: string[] = [];
    const name = new Scene(Form.name);
    const help = new Scene(Form.help);
    name.onLeave(({ state }) => state.update({ name: "kept" }));
    name.onBack(({ data }) => void seen.push(data.name));
    name.message(({ scene }) => scene.goTo(help));
    help.message(({ scene }) => scene.back());
    const bot = new Bot({ routers: [name, help] });
    const start = new Router("start");
    start.message((context) => name.enter(context, { name: "new" }));
    bot.include(start);
    const host = createTestHost(bot);
    for (const words of ["a", "b", "c"]) await host.feed(say(words));
    assert.deepEqual(seen, ["kept"]);
  });

  it("that throw fail the attempt, and the conversation stays where it was", async () => {
    const Quiz = states("quiz", { a: null, b: null });
    const [a, b] = [new Scene(Quiz.a), new Scene(Quiz.b)];
    a.message(({ scene }) => scene.goTo(b));
    b.onEnter(() => Promise.reject(new Error("no")));
    const host = createTestHost(new Bot({ routers: [a, b] }));
    const record = { state: "quiz:a", data: null, schemaVersion: 1 };
    host.states.set(KEY, record);
    await assert.rejects(host.feed(say("a")), {
      code: "scene-hook-failed",
      message: "Scene hook onEnter#1 of bot/quiz:b failed: no",
    });
    assert.deepEqual(host.states.get(KEY), record);
  });

  it("that throw are named with their scene, and ask its error handlers, and those above", async () => {
    const no = new Error("no");
    const asked: string[] = [];
    const Quiz = states("quiz", { a: z.object({ step: z.number() }), b: null });
    const [a, b] = [new Scene(Quiz.a), new Scene(Quiz.b)];
    a.onEnter(() => undefined);
    a.onEnter(function greet() {
      throw no;
    });
    a.errors(({ error, failure, ...context }) => {
      assert.equal(error, no);
      assert.equal(failure.message, "Scene hook onEnter greet of bot/quiz/quiz:a failed: no");
      assert.equal(failure.handler?.name, "bot/start/enter quiz:b");
      assert.deepEqual((context as { data?: unknown }).data, { step: 1 });
      asked.push("scene");
      return skip;
    });
    // The innermost hook is named, whatever has led there.
    b.onEnter(({ scene }) => scene.goTo(a, { step: 1 }));
    const start = new Router("start");
    start.message(b.enter);
    start.errors(() => assert.fail("it is not this router that has failed"));
    const quiz = new Router("quiz").include(a, b);
    quiz.errors(() => void asked.push("quiz"));
    const bot = new Bot({ routers: [quiz, start] });
    bot.errors(() => assert.fail("it was dealt with"));
    await createTestHost(bot).feed(say("a"));
    assert.deepEqual(asked, ["scene", "quiz"]);
  });

  it("that throw what the handler catches have failed nothing", async () => {
    const no = new Error("no");
    const Quiz = states("quiz", { a: null });
    const a = new Scene(Quiz.a);
    a.onEnter(() => Promise.reject(no));
    const bot = new Bot({ routers: [a] });
    bot.message(command("wrap"), (context) =>
      a.enter(context).catch((cause: unknown) => {
        throw new Error("wrapped", { cause });
      }),
    );
    bot.message((context) => a.enter(context).catch(() => undefined));
    const host = createTestHost(bot);
    assert.equal((await host.feed(say("a"))).status, "handled");
    await assert.rejects(host.feed(say("/wrap")), {
      code: "handler-failed",
      message: "Handler bot/message#1 failed: wrapped",
    });
  });
});

describe("a scene's handlers", () => {
  it("are active only in it, and what they do not take goes on", async () => {
    const { seen, sayAll } = stage();
    await sayAll("a", "/menu", "b", "/unknown", "/ask", "c", "/exit", "d");
    assert.deepEqual(
      seen.filter((line) => !/enter|exit|leave/.test(line)),
      ["behind", "quiz:menu text", "behind", "quiz:question text", "behind"],
    );
  });

  it("come after routers that are included before the scene", async () => {
    const { seen, sayAll } = stage(undefined, (bot) =>
      bot.message(command("ask"), () => void seen.push("before")),
    );
    await sayAll("/menu", "/ask");
    assert.deepEqual(seen.at(-1), "before");
  });

  it("go from their own scene where another one is active under another key", async () => {
    const Mine = states("mine", { start: null }, { strategy: "user" });
    const Ours = states("ours", { start: null, next: null }, { strategy: "chat" });
    const [mine, ours, next] = [new Scene(Mine.start), new Scene(Ours.start), new Scene(Ours.next)];
    ours.message(command("go"), ({ scene }) => scene.goTo(next));
    next.message(command("exit"), ({ scene }) => scene.exit());
    ours.message(command("over"), ({ scene }) => scene.goTo(mine));
    const bot = new Bot();
    bot.message(command("start"), async (context) => {
      await mine.enter(context);
      await ours.enter(context);
    });
    bot.include(mine, next, ours);
    const host = createTestHost(bot);
    for (const words of ["/start", "/go", "/exit"]) await host.feed(say(words));
    assert.deepEqual(
      [...host.states.values()].map(({ state }) => state),
      ["mine:start"],
    );
    await host.feed(say("/start"));
    await assert.rejects(
      host.feed(say("/over")),
      /ours:start is kept by "chat", mine:start by "user", so there would be no way back/,
    );
  });

  it("may be for timeouts and own events", async () => {
    const Quiz = states("quiz", { start: null }, { timeoutMs: 60_000 });
    const seen: string[] = [];
    const start = new Scene(Quiz.start);
    start.on(stateTimeout, ({ scene }) => scene.exit());
    start.onExit(() => void seen.push("exit"));
    const bot = new Bot({ routers: [start] });
    bot.message(start.enter);
    const host = createTestHost(bot);
    await host.feed(say("a"));
    host.advance(60_000);
    await host.deliver();
    assert.deepEqual([seen, host.states.size], [["exit"], 0]);
  });
});

describe("a scene in the description of the bot", () => {
  it("has its hooks and its state, and is named where it is entered", () => {
    const Quiz = states("quiz", { start: null });
    const start = new Scene(Quiz.start);
    start.onExit(function thank() {});
    start.onEnter(() => undefined);
    start.message(text(), () => undefined);
    const bot = new Bot({ routers: [start] });
    bot.message(command("quiz"), start.enter);
    assert.equal(
      bot.describe(),
      `bot
  message(command(quiz)) → enter quiz:start
  quiz:start
    onEnter (function)
    onExit thank
    filter quiz:start
    message(text)`,
    );
  });
});

describe("the history of scenes", () => {
  it("gives every scene back with the data that it had, also after a restart", async () => {
    const first = stage();
    await first.sayAll("/menu", "/ask", "/next", "/next", "/result");
    const second = stage();
    second.host.states.set(KEY, first.host.states.get(KEY)!);
    await second.sayAll("/back", "/back", "/back", "/back", "/back", "a");
    assert.deepEqual(
      second.seen.filter((line) => !line.includes("leave")),
      [
        "question back 3",
        "question back 2",
        "question back 1",
        "quiz:menu enter",
        "quiz:menu exit",
        "behind",
      ],
    );
  });

  it("has ten steps", async () => {
    const { seen, sayAll } = stage();
    await sayAll("/question", ...Array.from({ length: 20 }, () => "/next"));
    seen.length = 0;
    await sayAll(...Array.from({ length: 11 }, () => "/back"));
    assert.deepEqual(
      seen.filter((line) => !line.includes("leave")),
      [24, 23, 22, 21, 20, 19, 18, 17, 16, 15]
        .map((step) => `question back ${step}`)
        .concat("question exit 15"),
    );
  });

  it("is kept by updates of the data, in the same record", async () => {
    const { host, seen, sayAll } = stage();
    await sayAll("/menu", "/ask", "/more");
    assert.deepEqual(
      [...host.states],
      [
        [
          KEY,
          {
            state: "quiz:question",
            data: { "@data": { step: 2 }, "@history": [["menu", null]] },
            schemaVersion: 1,
          },
        ],
      ],
    );
    await sayAll("/back");
    assert.deepEqual(seen.slice(-2), ["question leave 2", "quiz:menu enter"]);
  });

  it("begins anew with enter, with state.enter, and after exit", async () => {
    const { seen, sayAll } = stage();
    await sayAll("/menu", "/ask", "/question", "/back");
    assert.equal(seen.at(-1), "question exit 5");
    await sayAll("/menu", "/ask", "/exit", "/question", "/back");
    assert.equal(seen.at(-1), "question exit 5");
  });

  it("lives as long as the state", async () => {
    const { host, seen, sayAll } = stage({ ttlMs: 1000 });
    await sayAll("/menu", "/ask");
    host.advance(1000);
    await sayAll("/back");
    assert.equal(seen.at(-1), "behind");
    assert.equal(host.states.size, 0);
  });

  it("is migrated with the state, and loses what the migration ends", async () => {
    const old = stage();
    await old.sayAll("/menu", "/ask", "/next", "/result");
    const { host, seen, sayAll } = stage({
      version: 2,
      migrate: ({ state, data }) => {
        if (state !== "question") return { state, data };
        const { step } = data as { readonly step: number };
        return step === 2 ? undefined : { state, data: { step: step * 100 } };
      },
    });
    host.states.set(KEY, old.host.states.get(KEY)!);
    await sayAll("/back");
    assert.deepEqual(seen, ["quiz:result leave", "question back 100"]);
    assert.equal(host.states.get(KEY)?.schemaVersion, 2);
  });

  for (const [what, history] of [
    [
      "an unknown scene",
      [
        ["menu", null],
        ["retired", { a: 1 }],
      ],
    ],
    [
      "data that does not fit",
      [
        ["menu", null],
        ["question", { step: "one" }],
      ],
    ],
    ["what is no history", [["menu", null], 7, { state: "menu" }, [null]]],
  ] as const)
    it(`passes over ${what}`, async () => {
      const { host, seen, sayAll } = stage();
      const data = { "@data": null, "@history": history } as Json;
      host.states.set(KEY, { state: "quiz:result", data, schemaVersion: 1 });
      await sayAll("/back");
      assert.deepEqual(seen, ["quiz:result leave", "quiz:menu enter"]);
    });

  it("does not take data for itself that looks like it", async () => {
    const schema = z.object({ "@history": z.array(z.string()) });
    const Odd = states("odd", { one: schema });
    const seen: unknown[] = [];
    const bot = new Bot();
    bot.message(command("a"), ({ state }) => state.enter(Odd.one, { "@history": ["x"] }));
    bot.message(Odd.one, ({ data }) => void seen.push(data));
    const host = createTestHost(bot);
    await host.feed(say("/a"));
    await host.feed(say("b"));
    assert.deepEqual(seen, [{ "@history": ["x"] }]);
  });
});

/** A menu of one group that leads to the form of another, and the way back. */
function twoGroups({
  version = 1,
  migrate,
}: Pick<StateOptions, "version" | "migrate"> = {}): Stage {
  const Menu = states(
    "menu",
    { top: null, page: z.object({ page: z.number() }) },
    {
      version,
      ...(migrate === undefined ? {} : { migrate }),
    },
  );
  const Form = states("form", { name: z.object({ of: z.number() }), age: null });
  const seen: string[] = [];
  const [top, page] = [new Scene(Menu.top), new Scene(Menu.page)];
  const [name, age] = [new Scene(Form.name), new Scene(Form.age)];
  for (const scene of [top, age])
    scene.onEnter(({ kind }) => void seen.push(`${scene.name} ${kind}`));
  page.onEnter(({ data }) => void seen.push(`page ${data.page}`));
  name.onEnter(({ data }) => void seen.push(`name ${data.of}`));
  for (const scene of [top, page, name, age])
    scene.onLeave(() => void seen.push(`leave ${scene.name}`));
  page.message(command("form"), ({ data, scene }) => scene.goTo(name, { of: data.page }));
  name.message(command("age"), ({ scene }) => scene.goTo(age));
  age.message(command("menu"), ({ scene }) => scene.goTo(top));
  for (const router of [top, page, name, age] as readonly WithScene[])
    router.message(command("back"), ({ scene }) => scene.back());
  top.message(command("page"), ({ scene }) => scene.goTo(page, { page: 7 }));
  const bot = new Bot({ routers: [top, page, name, age] });
  bot.message(command("start"), top.enter);
  const host = createTestHost(bot);
  const sayAll = async (...texts: readonly string[]): Promise<void> => {
    for (const words of texts) await host.feed(say(words));
  };
  return { host, seen, sayAll };
}

describe("scenes of two groups", () => {
  it("lead to each other, and back with the data that each had", async () => {
    const { host, seen, sayAll } = twoGroups();
    await sayAll("/start", "/page", "/form", "/age", "/menu");
    assert.deepEqual(
      seen.filter((line) => !line.startsWith("leave")),
      ["menu:top message", "page 7", "name 7", "form:age message", "menu:top message"],
    );
    assert.equal(host.states.size, 1);
    seen.length = 0;
    await sayAll("/back", "/back", "/back", "/back", "/back");
    assert.deepEqual(seen, [
      "leave menu:top",
      "form:age message",
      "leave form:age",
      "name 7",
      "leave form:name",
      "page 7",
      "leave menu:page",
      "menu:top message",
    ]);
    assert.equal(host.states.size, 0);
  });

  it("are found again by a version that has migrated one of them meanwhile", async () => {
    const first = twoGroups();
    await first.sayAll("/start", "/page", "/form");
    const migrate: StateOptions["migrate"] = ({ state, data }) =>
      state === "page"
        ? { state, data: { page: (data as { page: number }).page * 100 } }
        : undefined;
    const second = twoGroups({ version: 2, migrate });
    second.host.states.set(KEY, first.host.states.get(KEY)!);
    await second.sayAll("/back", "/back");
    assert.deepEqual(second.seen, ["leave form:name", "page 700"]);
    assert.equal(second.host.states.size, 0);
  });

  for (const [what, options, record] of [
    ["it has no migration", { version: 2 }, 1],
    ["a newer version has written it", {}, 2],
    ["its migration fails", { version: 2, migrate: () => Promise.reject(new Error("no")) }, 1],
  ] as const)
    it(`pass over what cannot be read: ${what}`, async () => {
      const { host, sayAll } = twoGroups(options);
      const history = [
        ["menu:page", { page: 1 }, record],
        ["gone:page", null, 1],
      ];
      const data = { "@data": { of: 1 }, "@history": history };
      host.states.set(KEY, { state: "form:name", data, schemaVersion: 1 });
      await sayAll("/back");
      assert.equal(host.states.size, 0);
    });
});

describe("a stored scene that nobody knows any more", () => {
  const retired: StateRecord = { state: "quiz:retired", data: null, schemaVersion: 1 };

  it("counts as none, stays, and can be entered over", async () => {
    const { host, seen, sayAll } = stage();
    host.states.set(KEY, retired);
    await sayAll("a");
    assert.deepEqual([seen, host.states.get(KEY)], [["behind"], retired]);
    await sayAll("/menu");
    assert.equal(host.states.get(KEY)?.state, "quiz:menu");
  });
});

describe("a mistake with scenes", () => {
  const Quiz = states("quiz", { start: null, next: null });
  const fails = async (bot: Bot, words: string | RegExp): Promise<void> => {
    const host = createTestHost(bot);
    await assert.rejects(host.feed(say("a")), { message: words });
  };

  it("is named: the scene is not included", async () => {
    const bot = new Bot();
    bot.message(new Scene(Quiz.start).enter);
    await fails(bot, /Scene quiz:start is no part of this bot: include it in a router/);
  });

  it("is named: two scenes have one state", () => {
    const bot = new Bot({ routers: [new Scene(Quiz.start), new Scene(Quiz.start)] });
    assert.throws(
      () => bot.allowedUpdates,
      /Router "bot\/quiz:start": another scene has its state/,
    );
  });

  it("is named: a way between two strategies", async () => {
    const Group = states("group", { start: null }, { strategy: "chat" });
    const [start, other] = [new Scene(Quiz.start), new Scene(Group.start)];
    start.onEnter(({ scene }) => scene.goTo(other));
    const bot = new Bot({ routers: [start, other] });
    bot.message(start.enter);
    await fails(
      bot,
      /quiz:start is kept by "user-in-chat", group:start by "chat", .*declare both groups with one/,
    );
  });

  it("is named: a way to what is no scene", async () => {
    const start = new Scene(Quiz.start);
    // @ts-expect-error A state is no scene
    start.onEnter(({ scene }) => scene.goTo(Quiz.next));
    const bot = new Bot({ routers: [start] });
    bot.message(start.enter);
    await fails(bot, /scene.goTo: it takes a scene, not a state or a name/);
  });

  it("is named: a copy of the context", async () => {
    const start = new Scene(Quiz.start);
    const bot = new Bot({ routers: [start] });
    bot.message((context) => start.enter({ ...context }));
    await fails(bot, /Scene quiz:start, enter: it takes the context that the handler was given/);
  });

  it("is named: a hook that is none, or comes too late", async () => {
    const start = new Scene(Quiz.start);
    // @ts-expect-error It takes a function
    assert.throws(() => start.onEnter("hello"), /Scene quiz:start, onEnter: it takes a function/);
    // @ts-expect-error It takes a state
    assert.throws(() => new Scene(Quiz), /Scene: it takes a state, one that states\(\) made/);
    const host = createTestHost(new Bot({ routers: [start] }));
    await host.feed(say("a"));
    assert.throws(() => start.onExit(() => undefined), { code: "tree-in-use" });
  });

  it("is named: no user to keep the scene under", async () => {
    const start = new Scene(Quiz.start);
    const bot = new Bot({ routers: [start] });
    bot.channelPost(start.enter);
    const host = createTestHost(bot);
    await assert.rejects(host.feed(sampleUpdate("channel_post")), /has no user or chat/);
  });
});
