import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";

import type { Message } from "@hookgram/bot-api";
import type { ListenOptions, RuntimeError } from "@hookgram/runtime";
import { currentInvocation, fromGrammy } from "@hookgram/runtime/foreign";
import {
  Bot,
  type Context as GrammyContext,
  HttpError,
  InputFile,
  session,
  type SessionFlavor,
  type StorageAdapter,
  type Transformer,
} from "grammy";

import { ManualClock } from "../../packages/runtime/test/manual-clock.ts";
import { ChildProgram } from "../child-program.ts";
import { ADA, TOKEN } from "./describe-client.ts";
import { describeForeign } from "./describe-foreign.ts";
import { type ForeignStage, openStage, openTelegram, textsOf } from "./foreign-stage.ts";
import { createBot } from "./grammy-bot.ts";
import { HALVES, Trial } from "./trial.ts";

let bot: Bot;

describeForeign({
  name: "grammY",
  adapt(token, apiRoot, options) {
    bot = createBot(token, apiRoot);
    return fromGrammy(bot, options);
  },
  send: (text) => bot.api.sendMessage(ADA, text),
  receive: () => bot.start(),
  adaptAgain: () => fromGrammy(bot),
});

/** Opens a stage for a bot that `write` gets to write, and closes it after the test. */
async function stageFor(
  context: TestContext,
  write: (bot: Bot) => void,
  options?: Partial<ListenOptions>,
): Promise<ForeignStage> {
  const stage = await openStage((apiRoot) => {
    const own = new Bot(TOKEN, { client: { apiRoot } });
    write(own);
    return fromGrammy(own);
  }, options);
  context.after(() => stage.close());
  return stage;
}

test("a bot that polls is refused, and polling of an adapted one too", async (context) => {
  const { telegram } = await openTelegram();
  context.after(() => telegram.close());
  const polling = new Bot(TOKEN, { client: { apiRoot: telegram.url } });
  let ended: Promise<void> | undefined;
  await new Promise<void>((started) => {
    ended = polling.start({ onStart: () => started() });
  });
  assert.throws(() => fromGrammy(polling), { code: "bad-options", message: /do not let it poll/ });
  await polling.stop();
  await ended;
  fromGrammy(polling);
  await assert.rejects(polling.api.getUpdates(), { code: "bad-options" });
  assert.equal((await polling.api.getMe()).username, "tea_bot");
});

test("what is not a bot of the framework is refused in one line", () => {
  const other = { token: TOKEN, api: {}, isRunning: () => false } as unknown as Bot;
  assert.throws(() => fromGrammy(other), {
    name: "RuntimeError",
    code: "bad-options",
    message:
      "this is not a bot of grammY 1, or of a version with other internals; use a version that the documentation names",
  });
});

test("a call that gets no answer is grammY's HttpError", async (context) => {
  const { control, network } = await stageFor(context, (own) => {
    own.command("dice", async (ctx) => {
      const error: unknown = await ctx.replyWithDice("🎲").catch((reason: unknown) => reason);
      assert.ok(error instanceof HttpError);
      await ctx.reply(`${error.message} ${String(error.error)}`);
    });
  });
  network.next("sendDice", () => {
    throw new TypeError("fetch failed");
  });
  const { text } = await control.ask(ADA, "/dice");
  assert.match(text!, /^Network request for 'sendDice' failed! BotApiError: sendDice: /);
});

test("transformers stay around the calls, whenever they were added", async (context) => {
  const seen: string[] = [];
  const watch =
    (name: string): Transformer =>
    async (prev, method, payload, signal) => {
      const answer = await prev(method, { ...payload, protect_content: true }, signal);
      seen.push(`${name} ${method} ${answer.ok}`);
      return answer;
    };
  let late: Bot | undefined;
  const { control } = await stageFor(context, (own) => {
    late = own;
    own.api.config.use(watch("early"));
    own.command("nobody", async (ctx) => {
      await ctx.api.sendMessage(404_404, "?").catch(() => {});
      await own.api.sendMessage(ctx.chat.id, "nobody is there");
    });
  });
  late!.api.config.use(watch("late"));
  const answer = await control.ask(ADA, "/nobody");
  assert.equal(answer.has_protected_content, true);
  assert.deepEqual(seen.slice(0, 2), ["early sendMessage false", "late sendMessage false"]);
});

test("files in albums, from paths and from streams arrive", async (context) => {
  const { control } = await stageFor(context, (own) => {
    own.command("album", async (ctx) => {
      const stream = Readable.from([Buffer.from("streamed "), Buffer.from("content")]);
      await ctx.replyWithMediaGroup([
        { type: "document", media: new InputFile(stream, "stream.txt") },
        { type: "document", media: new InputFile(fileURLToPath(import.meta.url)) },
      ]);
    });
  });
  await control.ask(ADA, "/album");
  const { messages } = await control.get<{ messages: Message[] }>(`messages?person=${ADA}`);
  const documents = messages.flatMap(({ document }) => (document === undefined ? [] : [document]));
  assert.deepEqual(
    documents.map(({ file_name, file_size }) => [file_name, file_size]),
    [
      ["stream.txt", 16],
      ["foreign-grammy.test.ts", statSync(fileURLToPath(import.meta.url)).size],
    ],
  );
});

test("a handler that missed its deadline has no effect any more", async (context) => {
  const attemptTimeoutMs = 60_000;
  const clock = new ManualClock();
  const late = Promise.withResolvers<unknown>();
  let attempts = 0;
  const write = (own: Bot): void => {
    own.command("slow", async (ctx) => {
      attempts += 1;
      if (attempts > 1) return void (await ctx.reply("in time"));
      clock.advance(attemptTimeoutMs);
      late.resolve(await ctx.reply("too late").catch((error: unknown) => error));
    });
  };
  const { control } = await stageFor(context, write, { attemptTimeoutMs, clock });
  // The wait before the second attempt passes in manual time.
  const pump = setInterval(() => clock.advance(20), 5);
  context.after(() => clearInterval(pump));
  assert.equal((await control.ask(ADA, "/slow")).text, "in time");
  const { name, code } = (await late.promise) as RuntimeError;
  assert.deepEqual([name, code], ["RuntimeError", "attempt-over"]);
  assert.deepEqual(await textsOf(control, ADA), ["/slow", "in time"]);
});

test("a session kept in the attempt's state is committed with the update", async (context) => {
  type Counting = GrammyContext & SessionFlavor<{ count: number }>;
  const key = (name: string): string => `session:${name}`;
  const storage: StorageAdapter<{ count: number }> = {
    async read(name) {
      const record = await currentInvocation()!.states.read(key(name));
      return record?.data as { count: number } | undefined;
    },
    write(name, data) {
      currentInvocation()!.states.write(key(name), { state: "session", data, schemaVersion: 1 });
    },
    delete(name) {
      currentInvocation()!.states.write(key(name), undefined);
    },
  };
  const trial = new Trial();
  const stage = await openStage((apiRoot) => {
    const own = new Bot<Counting>(TOKEN, { client: { apiRoot } });
    own.use(session({ initial: () => ({ count: 0 }), storage }));
    own.command("count", async (ctx) => {
      ctx.session.count += 1;
      trial.failOnce();
      await ctx.reply(String(ctx.session.count));
    });
    return fromGrammy(own);
  });
  context.after(() => stage.close());
  assert.equal((await stage.control.ask(ADA, "/count")).text, "1");
  assert.equal((await stage.control.ask(ADA, "/count")).text, "2");
});

test("a bot that is killed in the middle goes on after the next start", async (context) => {
  const { telegram, control } = await openTelegram();
  const folder = mkdtempSync(join(tmpdir(), "hookgram-foreign-"));
  const processes: ChildProgram[] = [];
  context.after(async () => {
    for (const child of processes) await child.kill();
    await telegram.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const start = async (): Promise<ChildProgram> => {
    const program = new URL("foreign-process.ts", import.meta.url);
    const child = new ChildProgram(program, [telegram.url, folder]);
    processes.push(child);
    await child.heard();
    return child;
  };
  const killed = await start();
  assert.equal((await control.ask(ADA, "/crash")).text, HALVES[0]);
  await killed.killed();

  await start();
  await control.post("say", { person: ADA, text: "/echo after" });
  while ((await textsOf(control, ADA)).at(-1) !== "echo after") await control.next(ADA);
  const answers = (await textsOf(control, ADA)).filter((text) => !text.startsWith("/"));
  assert.deepEqual(answers, [...HALVES, "echo after"]);
});
