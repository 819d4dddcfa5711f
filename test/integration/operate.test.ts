import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { answerOperators } from "@hookgram/cli";
import { startTelegram, type Telegram } from "@hookgram/emulator";
import { poll } from "@hookgram/runtime";
import { Bot } from "hookgram";

import { explainError } from "../../packages/cli/src/explain-error.ts";
import { createProgram } from "../../packages/cli/src/program.ts";
import { waitUntil } from "../../packages/runtime/test/fair-watch.ts";
import { PostgresServer } from "../../packages/runtime/test/postgres-server.ts";
import { type Control, controlOf } from "../telegram-user.ts";
import { type HookgramProcess, killLeftovers, runHookgram } from "./hookgram-process.ts";

const BOT_ID = 1234567891;
const TOKEN = `${BOT_ID}:AAoperateTestToken12345678901234`;
const FRAMEWORK = new URL("../../packages/hookgram/src/index.ts", import.meta.url);

/** Echoes; cannot do so with "bad" while it is broken; and writes to a chat that it is not in. */
const BOT = `
import { existsSync } from "node:fs";
import { attempts, Bot, text } from ${JSON.stringify(FRAMEWORK.href)};
const bot = new Bot();
bot.message(text("pay"), attempts({ ambiguous: "park" }), async ({ step, reply }) => {
  const lost = Object.assign(new Error("the bank does not answer"), { ambiguous: true });
  await reply("paid: " + await step("pay", () => Promise.reject(lost)));
});
bot.message(text(), attempts({ attemptsMax: 1 }), async ({ message, reply, outbox }) => {
  if (message.text.startsWith("bad") && !existsSync("mended")) throw new Error("it is broken");
  if (message.text === "tell") outbox.send("sendMessage", { chat_id: 424242, text: "hello" });
  await reply(message.text);
});
export default bot;
`;

interface Letter {
  readonly seq: number;
  readonly error: string;
}

describe("the commands for operators", () => {
  let folder: string;
  let telegram: Telegram;
  let control: Control;
  let postgres: PostgresServer;

  before(async () => {
    postgres = await PostgresServer.start();
  });
  after(() => postgres.remove());
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "hookgram-operate-"));
    writeFileSync(path.join(folder, "bot.ts"), BOT);
    telegram = await startTelegram({ port: 0 });
    control = controlOf(telegram.url);
    await control.post("bots", { token: TOKEN, username: "operated_bot" });
    await control.post("people", { id: 5, first_name: "Ada" });
  });
  afterEach(async () => {
    killLeftovers();
    await telegram.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const sqlite = (): string => `sqlite:${path.join(folder, "bot.sqlite")}`;

  function run(args: readonly string[]): HookgramProcess {
    const env = { BOT_TOKEN: TOKEN, BOT_API_ROOT: telegram.url };
    return runHookgram(args, { cwd: folder, env });
  }

  async function serve(store: string): Promise<HookgramProcess> {
    const bot = run(["serve", "bot.ts", "--store", store]);
    await bot.line(/operated_bot/);
    return bot;
  }

  /** The whole command line, in this process: one of its own takes a second each. */
  async function command(...args: readonly string[]): Promise<string> {
    const lines: string[] = [];
    const output = { print: (line: string) => lines.push(line), warn: assert.fail };
    const environment = { BOT_TOKEN: TOKEN };
    await createProgram(environment, output).parseAsync([...args], { from: "user" });
    return lines.join("\n");
  }

  /** What a command prints with `--json`. */
  async function ask<T>(store: string, ...args: readonly string[]): Promise<T> {
    return JSON.parse(await command(...args, "--store", store, "--json")) as T;
  }

  /** The line of a command that cannot do what it is asked for. */
  async function refused(...args: readonly string[]): Promise<string> {
    const error: unknown = await command(...args).then(assert.fail, (thrown: unknown) => thrown);
    const line = explainError(error);
    assert.doesNotMatch(line, /\n/);
    return line;
  }

  const say = (text: string): Promise<unknown> => control.post("say", { person: 5, text });
  const heard = async (): Promise<unknown> => (await control.next(5)).text;

  /** The dead letters, newest first, as soon as there are so many. */
  async function letters(store: string, count: number): Promise<readonly Letter[]> {
    let found: readonly Letter[] = [];
    await waitUntil(async () => {
      found = await ask(store, "parked", "list");
      return found.length === count;
    });
    return found;
  }

  for (const kind of ["SQLite", "PostgreSQL"]) {
    const storeOf = (): string => (kind === "SQLite" ? sqlite() : postgres.url);

    test(`mend a bot that runs on ${kind}`, async () => {
      const store = storeOf();
      await serve(store);
      await say("bad one");
      await say("bad two");
      const [newest, oldest] = (await letters(store, 2)) as [Letter, Letter];
      assert.match(newest.error, /it is broken/);
      const shown = await ask<{ update: { message: { text: string } } }>(
        store,
        "parked",
        "show",
        `${oldest.seq}`,
      );
      assert.equal(shown.update.message.text, "bad one");

      writeFileSync(path.join(folder, "mended"), "");
      const previewOfOne = ["parked", "replay", `${oldest.seq}`, "--preview", "--store", store];
      assert.match(await refused(...previewOfOne), /^--preview is for many, a number for one/);
      assert.equal((await letters(store, 2)).length, 2);
      await ask(store, "parked", "replay", `${oldest.seq}`);
      assert.equal(await heard(), "bad one");
      const filter = ["--error", "broken"];
      const preview = await ask<{ id: number; total: number; status: string }>(
        store,
        "parked",
        "replay",
        "--preview",
        ...filter,
      );
      assert.deepEqual([preview.total, preview.status], [1, "planned"]);
      await ask(store, "repairs", "abort", `${preview.id}`);
      const { id } = await ask<{ id: number }>(store, "parked", "replay", ...filter);
      assert.equal(await heard(), "bad two");
      const statusOf = async (): Promise<string> =>
        (await ask<{ status: string }>(store, "repairs", "show", `${id}`)).status;
      await waitUntil(async () => (await statusOf()) === "done");
    });

    test(`decide what nobody can know on ${kind}`, async () => {
      const store = storeOf();
      await serve(store);
      await say("pay");
      const [{ seq } = assert.fail()] = await letters(store, 1);
      type Doubt = { effects: { key: string }[] };
      const [doubt] = await ask<Doubt[]>(store, "doubts");
      assert.deepEqual(
        doubt?.effects.map(({ key }) => key),
        ["step:pay"],
      );

      const advice = "decide it with --repeat KEY, or --happened KEY=JSON";
      assert.equal(
        await refused("parked", "replay", `${seq}`, "--store", store),
        `update ${seq} waits for a decision about step:pay; ${advice}`,
      );
      await ask(store, "parked", "replay", `${seq}`, "--happened", 'step:pay="receipt 7"');
      assert.equal(await heard(), "paid: receipt 7");
      assert.deepEqual(await letters(store, 0), []);
    });

    test(`pause and send again on ${kind}`, async () => {
      const store = storeOf();
      await serve(store);
      await ask(store, "pause", "--note", "a look");
      const [pause] = await ask<{ botId: number; note: string }[]>(store, "pauses");
      assert.deepEqual([pause?.botId, pause?.note], [BOT_ID, "a look"]);
      await say("tell");
      await ask(store, "resume");
      assert.equal(await heard(), "tell");

      type Sends = { id: number; chatId: number; error: string }[];
      let failed: Sends = [];
      await waitUntil(async () => {
        failed = await ask<Sends>(store, "outbox", "list", "--state", "failed");
        return failed.length === 1;
      });
      assert.equal(failed[0]!.chatId, 424242);
      assert.match(failed[0]!.error, /chat not found/);
      await control.post("people", { id: 424242, first_name: "Late" });
      await ask(store, "outbox", "decide", `${failed[0]!.id}`, "again");
      assert.match(await refused("outbox", "decide", "99999", "again", "--store", store), /99999/);
      assert.deepEqual(await ask(store, "broadcasts", "list"), []);
    });
  }

  test("work on a bot that is stopped, and let nobody else near one that runs", async () => {
    const store = sqlite();
    const bot = await serve(store);
    const mode = statSync(path.join(folder, "bot.sqlite-operator")).mode & 0o777;
    assert.equal(mode, 0o600);
    await say("bad one");
    const [{ seq } = assert.fail()] = await letters(store, 1);
    bot.child.kill("SIGKILL");
    await bot.finished();
    assert.equal((await letters(store, 1)).length, 1);
    writeFileSync(path.join(folder, "mended"), "");
    await ask(store, "parked", "replay", `${seq}`);
    await serve(store);
    assert.equal(await heard(), "bad one");
  });

  test("reach a program of one's own that answers operators", async () => {
    const storePath = path.join(folder, "bot.sqlite");
    const handle = poll({ bot: new Bot(), token: TOKEN, apiRoot: telegram.url, store: storePath });
    try {
      await handle.ready;
      const silent = await refused("pauses", "--store", sqlite());
      assert.match(silent, /answers no operators; .*answerOperators of @hookgram\/cli$/);
      assert.equal(await answerOperators(handle, storePath), true);
      assert.match(
        await refused("nodes", "--store", sqlite()),
        /belongs to one process; only a Post/,
      );
      await ask(sqlite(), "pause", "--note", "asked");
      assert.deepEqual(
        handle.stats().engine?.paused.map(({ note }) => note),
        ["asked"],
      );
    } finally {
      await handle.stop();
    }
  });

  test("say in one line what cannot be", async () => {
    const { code, stderr } = await run(["parked", "list"]).finished();
    assert.equal(code, 1);
    assert.match(stderr, /^there is no store at [^\n]*--store\n$/);
    const elsewhere = postgres.url.replace(/[^/]*$/, "template1");
    assert.match(await refused("doubts", "--store", elsewhere), /template1.*no store here/);
    const nothing = await refused("parked", "replay", "--store", postgres.url);
    assert.match(nothing, /a number, a filter such as --error, or --all/);
    const undecided = ["--all", "--repeat", "step:pay", "--store", postgres.url];
    assert.match(await refused("parked", "replay", ...undecided), /decide about one/);
    await serve(postgres.url);
    const unknown = await refused("parked", "show", "4711", "--store", postgres.url);
    assert.match(unknown, /no update 4711 is parked/);
    await postgres.query("ALTER ROLE hookgram SET synchronous_commit = off");
    const forgetful = await refused("doubts", "--store", postgres.url);
    assert.match(forgetful, /synchronous_commit = off; .* allow it with --allow-not-durable$/);
    assert.ok(Array.isArray(await ask(postgres.url, "doubts", "--allow-not-durable")));
    await postgres.query("ALTER ROLE hookgram RESET synchronous_commit");
  });
});
