import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, afterEach, before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { freePort } from "../../packages/runtime/test/free-port.ts";
import { controlOf } from "../telegram-user.ts";
import { beginAddress } from "./begin-address.ts";
import {
  killLeftovers,
  runHookgram,
  type Finished,
  type HookgramProcess,
} from "./hookgram-process.ts";

const SUPPORT_BOT = fileURLToPath(new URL("../../examples/support-bot/bot.ts", import.meta.url));
const WORLD = fileURLToPath(new URL("../../examples/support-bot/world.json", import.meta.url));
const TOKEN = "1234567890:AAstartTestTokenThatNobodyMaySee12";

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hookgram-start-"));
});
afterEach(killLeftovers);
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

function startDev(port = 0): HookgramProcess {
  const args = ["dev", SUPPORT_BOT, "--world", WORLD, "--port", String(port)];
  return runHookgram(args, { cwd: folder });
}

async function addressOf(running: HookgramProcess): Promise<string> {
  const [, url = ""] = await running.line(/Bot API\s+(http:\S+)/);
  return url.replace(/\/$/, "");
}

/** Until no attempt runs that an hour's passing would cut off: the person has the answer sooner. */
async function untilSettled(): Promise<void> {
  const data = path.join(folder, ".hookgram");
  const file = readdirSync(data).find((name) => name.endsWith(".sqlite"))!;
  const database = new DatabaseSync(path.join(data, file), { readOnly: true });
  const live = database.prepare("SELECT count(*) AS live FROM updates WHERE status = 0");
  while (Number(live.get()?.["live"]) > 0) await setTimeout(20);
  database.close();
}

/** One line on standard error, an exit code that is not 0, no stack and no token. */
function assertOneClearLine({ code, stderr, stdout }: Finished, pattern: RegExp): void {
  assert.notEqual(code, 0);
  assert.match(stderr, pattern);
  assert.equal(stderr.trim().split("\n").length, 1, stderr);
  assert.doesNotMatch(stderr + stdout, /^\s+at /m);
  assert.doesNotMatch(stderr + stdout, /AAstartTestToken/);
}

async function finishedWith(
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<Finished> {
  return runHookgram(args, env === undefined ? { cwd: folder } : { cwd: folder, env }).finished();
}

describe("hookgram dev", () => {
  test("prints where to chat, where the Bot API is and where the data is kept", async () => {
    const running = startDev();
    const url = await addressOf(running);
    await running.line(/Data\s+\S+/);
    const page = await fetch(url);
    assert.equal(page.status, 200);
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
    running.child.kill("SIGINT");
    const { code, stdout, stderr } = await running.finished();
    assert.equal(code, 0);
    assert.equal(stderr, "");
    assert.equal(
      stdout
        .trim()
        .split("\n")
        .filter((line) => /^\S/.test(line)).length >= 3,
      true,
    );
    assert.ok(readdirSync(path.join(folder, ".hookgram")).length > 0);
  });

  for (const signal of ["SIGINT", "SIGKILL"] as const) {
    test(`goes on with a half-finished conversation after ${signal} and another start`, async () => {
      const person = 101;
      const first = startDev();
      const before = controlOf(await addressOf(first));
      const question = await beginAddress(before, person);
      first.child.kill(signal);
      assert.equal((await first.finished()).code, signal === "SIGINT" ? 0 : null);

      const second = startDev();
      const later = controlOf(await addressOf(second));
      let answer = await later.ask(person, "10115 Berlin");
      // Nobody had recorded yet that it was sent: then it is sent again.
      if (signal === "SIGKILL" && answer.text === question.text) answer = await later.next(person);
      assert.match(answer.text ?? "", /country/);
      second.child.kill("SIGINT");
      assert.equal((await second.finished()).code, 0);
    });
  }

  test("lets a conversation expire when its hours pass on the local Telegram", async () => {
    const running = startDev();
    const control = controlOf(await addressOf(running));
    await beginAddress(control, 102);
    await untilSettled();
    await control.post("clock", { advance_ms: 61 * 60 * 1000 });
    assert.match((await control.ask(102, "10115 Berlin")).text ?? "", /did not understand/);
    await control.post("clock", { pause: true });
    running.child.kill("SIGINT");
    assert.equal((await running.finished()).code, 0);
  });

  test("does what operators ask for, who need not say where its store is", async () => {
    const running = startDev();
    await addressOf(running);
    const paused = await finishedWith(["pause", "--bot", "1", "--note", "a look"]);
    assert.equal(paused.stderr, "");
    const { stdout } = await finishedWith(["pauses"]);
    assert.match(stdout, /^bot id {2}since .* note\n1 .*a look\n$/);
    assert.equal((await finishedWith(["resume", "--bot", "1"])).code, 0);
    running.child.kill("SIGINT");
    assert.equal((await running.finished()).code, 0);
  });

  test("says in one line that its port is taken", async (context) => {
    const server = createServer();
    context.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    assertOneClearLine(await startDev(port).finished(), new RegExp(`${port}.*--port`));
  });

  test("says in one line that another process has its data", async () => {
    const first = startDev();
    await addressOf(first);
    assertOneClearLine(await startDev().finished(), /is in use by another local Telegram/);
    first.child.kill("SIGINT");
    await first.finished();
  });

  test("says where a bot file throws on import", async () => {
    const file = path.join(folder, "throws.ts");
    writeFileSync(file, `const shop: string[] = [];\nthrow new Error("no " + shop.length);\n`);
    assertOneClearLine(
      await finishedWith(["dev", file]),
      /throws\.ts cannot be loaded: no 0.*:2:7/,
    );
  });

  test("says what is wrong with a bot file that is missing or exports no bot", async () => {
    const file = path.join(folder, "empty.ts");
    writeFileSync(file, "export default 5;\n");
    assertOneClearLine(await finishedWith(["dev", file]), /export default new Bot/);
    assertOneClearLine(await finishedWith(["dev", "nowhere.ts"]), /no bot file nowhere\.ts/);
  });

  test("says how to mend what keeps a bot file from being loaded", async () => {
    const project = mkdtempSync(path.join(folder, "project-"));
    const file = path.join(project, "bot.ts");
    // As `npm init` writes it.
    writeFileSync(path.join(project, "package.json"), '{ "type": "commonjs" }');
    writeFileSync(file, 'import { Bot } from "some-package";\nexport default new Bot();\n');
    assertOneClearLine(await finishedWith(["dev", file]), /run `npm pkg set type=module` there/);
    writeFileSync(path.join(project, "package.json"), '{ "type": "module" }');
    assertOneClearLine(await finishedWith(["dev", file]), /run `npm install some-package` there/);
    writeFileSync(file, "export default 1;\nlet b = ;\n");
    assertOneClearLine(await finishedWith(["dev", file]), /Expression expected \(at .*bot\.ts:2\)/);
  });

  test("says that the bot's own code has ended the process", async () => {
    const file = path.join(folder, "exits.ts");
    writeFileSync(
      file,
      `export default { allowedUpdates: ["message"], handle: () => process.exit(7) };\n`,
    );
    const running = runHookgram(["dev", file, "--port", "0", "--data", "exits"], { cwd: folder });
    const control = controlOf(await addressOf(running));
    await control.post("people", { id: 5, first_name: "Ada" });
    await control.post("say", { person: 5, text: "Goodbye" });
    const { code, stderr } = await running.finished();
    assert.equal(code, 7);
    assert.match(stderr, /^The bot's own code has ended the process \(exit code 7\).*\n$/);
  });

  test("names the unknown key of a world file", async () => {
    const file = path.join(folder, "world.json");
    writeFileSync(file, JSON.stringify({ bots: [], peopel: [] }));
    assertOneClearLine(await finishedWith(["dev", SUPPORT_BOT, "--world", file]), /peopel/);
  });
});

describe("hookgram serve", () => {
  test("says in one line that the token is missing or malformed", async () => {
    assertOneClearLine(await finishedWith(["serve", SUPPORT_BOT]), /BOT_TOKEN is not set/);
    const malformed = await finishedWith(["serve", SUPPORT_BOT], { BOT_TOKEN: "AAstartTestToken" });
    assertOneClearLine(malformed, /BOT_TOKEN is not a bot token/);
    const astray = await finishedWith(["webhook", "info"], { BOT_TOKEN: TOKEN, BOT_API_ROOT: "x" });
    assertOneClearLine(astray, /BOT_API_ROOT must be an http or https address: got "x"/);
  });

  for (const mode of ["long polling", "webhook"] as const) {
    test(`serves a bot on a Bot API server by ${mode}`, async () => {
      const telegram = runHookgram(["telegram", "--port", "0", "--json"], { cwd: folder });
      const [line] = await telegram.line(/^\{.*\}$/m);
      const { botApi } = JSON.parse(line) as { botApi: string };
      const control = controlOf(botApi);
      await control.post("bots", { token: TOKEN, username: "serve_bot" });
      await control.post("people", { id: 5, first_name: "Ada" });
      const port = await freePort();
      const env = {
        BOT_TOKEN: TOKEN,
        BOT_API_ROOT: botApi,
        ...(mode === "webhook" ? { WEBHOOK_URL: `http://127.0.0.1:${port}/updates` } : {}),
      };
      const args = ["serve", SUPPORT_BOT, "--port", String(port)];
      const bot = runHookgram(args, { cwd: mkdtempSync(path.join(folder, "serve-")), env });
      await bot.line(/serve_bot/);
      assert.match((await control.ask(5, "/start")).text ?? "", /\S/);

      bot.child.kill("SIGTERM");
      const { code, stdout, stderr } = await bot.finished();
      assert.equal(code, 0);
      assert.doesNotMatch(stdout + stderr, /AAstartTestToken/);
      telegram.child.kill("SIGINT");
      await telegram.finished();
    });
  }

  test("says in one line that Telegram refuses the token", async () => {
    const telegram = runHookgram(["telegram", "--port", "0", "--json", "--world", WORLD], {
      cwd: folder,
    });
    const [line] = await telegram.line(/^\{.*\}$/m);
    const { botApi } = JSON.parse(line) as { botApi: string };
    const env = { BOT_TOKEN: TOKEN, BOT_API_ROOT: botApi };
    assertOneClearLine(await finishedWith(["serve", SUPPORT_BOT], env), /refused the bot's token/);
    assertOneClearLine(await finishedWith(["webhook", "info"], env), /refused the bot's token/);
    telegram.child.kill("SIGINT");
    await telegram.finished();
  });
});

describe("hookgram telegram", () => {
  const MISTAKES: readonly (readonly [args: string, line: RegExp])[] = [
    ["--world missing.json", /^--world cannot be read: there is no file missing\.json$/m],
    ["--world .", /^--world cannot be read: \. is a folder$/m],
    ["--replay missing.jsonl", /^--replay cannot be read: there is no file missing\.jsonl$/m],
    ["--record missing/s.jsonl", /^missing\/s\.jsonl cannot be written .*with --record$/m],
    [
      "--intercept missing/ca.pem --intercept-port 0",
      /^--intercept cannot write missing\/ca\.pem/m,
    ],
  ];
  for (const [args, line] of MISTAKES) {
    test(`says in one line what is wrong with ${args}`, async () => {
      assertOneClearLine(await finishedWith(["telegram", "--port", "0", ...args.split(" ")]), line);
    });
  }

  test("takes a seed that is a number, and nothing else", async () => {
    const { code, stderr } = await finishedWith(["telegram", "--port", "0", "--seed", "x"]);
    assert.equal(code, 1);
    assert.match(stderr, /--seed <number>.*whole number: got "x"/);
  });

  test("replays a session, and says by its exit code whether the bot did the same", async () => {
    const session = path.join(folder, "session.jsonl");
    const run = async (option: string, methods: readonly string[]): Promise<Finished> => {
      const args = ["telegram", "--port", "0", "--json", option, session];
      const telegram = runHookgram(args, { cwd: folder });
      const [line] = await telegram.line(/^\{.*\}$/m);
      const { botApi } = JSON.parse(line) as { botApi: string };
      for (const method of methods) await fetch(`${botApi}/bot${TOKEN}/${method}`);
      telegram.child.kill("SIGINT");
      return telegram.finished();
    };
    assert.equal((await run("--record", ["getMe", "getMyName"])).code, 0);
    assert.equal((await run("--replay", ["getMe", "getMyName"])).code, 0);
    const other = await run("--replay", ["getMe", "getMyCommands"]);
    assert.equal(other.code, 1);
    assert.match(other.stdout, /^Missing +getMyName /m);
    assert.match(other.stdout, /^Unexpected +getMyCommands /m);
  });

  test("says which of two ports is taken", async (context) => {
    const server = createServer();
    context.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const args = ["--port", "0", "--intercept", "ca.pem", "--intercept-port", String(port)];
    assertOneClearLine(
      await finishedWith(["telegram", ...args]),
      new RegExp(`^Port ${port} is taken.* choose with --intercept-port$`, "m"),
    );
  });
});

describe("hookgram webhook", () => {
  test("sets, shows and deletes the webhook", async () => {
    const telegram = runHookgram(["telegram", "--port", "0", "--json"], { cwd: folder });
    const [line] = await telegram.line(/^\{.*\}$/m);
    const { botApi } = JSON.parse(line) as { botApi: string };
    const env = { BOT_TOKEN: TOKEN, BOT_API_ROOT: botApi, WEBHOOK_SECRET: "s3cret" };
    const hook = "http://127.0.0.1:9/hook";
    const set = await finishedWith(["webhook", "set", hook, "--max-connections", "7"], env);
    assert.equal(set.code, 0, set.stderr);
    const info = await finishedWith(["webhook", "info", "--json"], env);
    const shown = JSON.parse(info.stdout) as { url: string; max_connections: number };
    assert.deepEqual([shown.url, shown.max_connections], [hook, 7]);
    const polling = await finishedWith(["serve", SUPPORT_BOT], env);
    assert.equal(polling.code, 1);
    assert.match(polling.stderr, /^the bot has a webhook.*`hookgram webhook delete`$/m);
    const gone = await finishedWith(["webhook", "delete", "--json"], env);
    assert.equal((JSON.parse(gone.stdout) as { url: string }).url, "");
    telegram.child.kill("SIGINT");
    await telegram.finished();
  });
});

describe("set-up", () => {
  test("says in one line that Node is too old", () => {
    const setup = fileURLToPath(new URL("../../tools/setup.cjs", import.meta.url));
    const old = `Object.defineProperty(process.versions, "node", { value: "18.20.0" });`;
    const result = spawnSync(process.execPath, ["-e", `${old} require(${JSON.stringify(setup)})`], {
      encoding: "utf8",
    });
    assert.equal(result.status, 1);
    assert.match(result.stderr, /^hookgram needs Node 20 or newer.*18\.20\.0.*\n$/);
  });

  test("the command says in one line that Node is too old", () => {
    const bin = fileURLToPath(new URL("../../packages/cli/bin/hookgram.js", import.meta.url));
    assert.match(readFileSync(bin, "utf8"), /^#!\/usr\/bin\/env node\n/);
    const old = `Object.defineProperty(process.versions, "node", { value: "22.1.0" });`;
    const result = spawnSync(
      process.execPath,
      ["--input-type=module", "-e", `${old} await import(${JSON.stringify(bin)})`],
      { encoding: "utf8" },
    );
    assert.equal(result.status, 1);
    assert.match(result.stderr, /^hookgram needs Node 24\.12 or newer.*\n$/);
  });
});
