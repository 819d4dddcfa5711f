import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import type { ForeignBotOptions } from "@hookgram/runtime/foreign";
import type { UpdateHandler } from "hookgram";

import { ADA, CHECKS, TOKEN } from "./describe-client.ts";
import { BOB, type ForeignStage, openStage, textsOf } from "./foreign-stage.ts";
import { HALVES, POISON, SORRY } from "./trial.ts";

export interface ForeignFramework {
  readonly name: string;
  /** The bot of the framework's own suite, adapted. */
  adapt(token: string, apiRoot: string, options?: ForeignBotOptions): UpdateHandler;
  /** Sends a text to Ada outside of any update, by the last bot that was adapted. */
  send(text: string): Promise<unknown>;
  /** Lets the last bot that was adapted receive by itself. */
  receive(): Promise<unknown>;
  /** Adapts the last bot once more. */
  adaptAgain(): unknown;
}

/** Runs one framework's bot, unchanged, on the runtime. */
export function describeForeign(framework: ForeignFramework): void {
  describe(`${framework.name} on the runtime`, () => {
    let stage: ForeignStage;
    before(async () => {
      stage = await openStage((apiRoot) => framework.adapt(TOKEN, apiRoot));
    });
    after(() => stage?.close());

    for (const [title, check] of Object.entries(CHECKS)) test(title, () => check(stage.control));
    test("sends what it sent before a failure once", () => sendsOnce(stage, "/half"));
    test("sends a file that it sent before a failure once", () => sendsOnce(stage, "/filehalf"));
    test("parks what it cannot handle, and others go on", () => parks(stage));
    test("waits for calls that a handler forgot to await", () => waits(stage));
    test("waits as long as Telegram asks for, if the handler lets a 429 through", () =>
      heedsLimit(stage));
    test("makes every call of its handlers by the runtime's client", () => goesThrough(stage));
    test("calls Telegram its own way outside of updates", () => goesOwnWay(stage, framework));
    test("cannot receive by itself, nor be adapted twice", () => refuses(framework));
  });

  test(`${framework.name} can be told to let its own error handler decide`, async () => {
    const adapt = (apiRoot: string) => framework.adapt(TOKEN, apiRoot, { failures: "bot" });
    const stage = await openStage(adapt);
    try {
      assert.equal((await stage.control.ask(ADA, "/poison")).text, SORRY);
      await stage.control.ask(ADA, "/echo after");
      assert.deepEqual(await stage.handle.operator().parked(), []);
    } finally {
      await stage.close();
    }
  });

  test(`${framework.name} with the token of another bot is refused`, async () => {
    const opened = openStage((apiRoot) => framework.adapt(TOKEN.replace("123", "321"), apiRoot));
    await assert.rejects(opened, /own token is of bot 3214567890, .* runs bot 1234567890/);
  });
}

async function sendsOnce({ control }: ForeignStage, command: string): Promise<void> {
  const before = await textsOf(control, ADA);
  const first = await control.ask(ADA, command);
  assert.equal(first.text ?? first.caption, HALVES[0]);
  if ((await textsOf(control, ADA)).at(-1) !== HALVES[1]) await control.next(ADA);
  const said = (await textsOf(control, ADA)).slice(before.length);
  assert.deepEqual(said, [command, ...HALVES]);
}

async function parks({ control, handle }: ForeignStage): Promise<void> {
  await control.post("say", { person: ADA, text: "/poison" });
  const waiting = control.ask(ADA, "/echo behind the poison");
  assert.equal((await control.ask(BOB, "/echo beside it")).text, "echo beside it");
  assert.equal((await waiting).text, "echo behind the poison");
  const [parked, ...others] = await handle.operator().parked();
  assert.deepEqual(others, []);
  assert.match(parked!.error!, new RegExp(POISON));
  assert.equal(parked!.attempts, 3);
  assert.ok(!(await textsOf(control, ADA)).includes(SORRY));
}

async function waits({ control }: ForeignStage): Promise<void> {
  const before = (await textsOf(control, BOB)).length;
  await control.post("say", { person: BOB, text: "/forgotten" });
  // The lane goes on when the handler and what it has begun are over.
  await control.post("say", { person: BOB, text: "/echo after" });
  const isThere = async () => (await textsOf(control, BOB)).at(-1) === "echo after";
  while (!(await isThere())) await control.next(BOB);
  const said = (await textsOf(control, BOB)).slice(before);
  const answers = said.filter((text) => !text.startsWith("/"));
  assert.deepEqual(answers, [...HALVES, "echo after"]);
}

async function heedsLimit({ control, network }: ForeignStage): Promise<void> {
  const parameters = { retry_after: 1 };
  const description = "Too Many Requests: retry after 1";
  network.next("sendDice", () =>
    Response.json({ ok: false, error_code: 429, description, parameters }, { status: 429 }),
  );
  const dice = await control.ask(ADA, "/dice");
  assert.ok(dice.dice);
  const [refused, sent] = network.timesOf("sendDice");
  assert.ok(sent! - refused! >= 990, `tried again after ${sent! - refused!} ms`);
}

async function goesThrough({ control, network }: ForeignStage): Promise<void> {
  const { entries } = await control.get<{ entries: { type: string; method?: string }[] }>(
    "journal?limit=1000",
  );
  const arrived = entries.flatMap(({ type, method }) => (type === "api-call" ? [method!] : []));
  assert.equal(arrived.filter((method) => method === "getMe").length, 1);
  const sent = network.calls.map(({ method }) => method);
  // The network answered one by itself.
  sent.splice(sent.indexOf("sendDice"), 1);
  const byName = (a: string, b: string): number => a.localeCompare(b);
  assert.deepEqual(arrived.toSorted(byName), sent.toSorted(byName));
}

async function goesOwnWay({ control, network }: ForeignStage, bot: ForeignFramework) {
  const before = network.calls.length;
  await bot.send("by the way");
  assert.ok((await textsOf(control, ADA)).includes("by the way"));
  assert.equal(network.calls.length, before);
}

async function refuses(bot: ForeignFramework): Promise<void> {
  const rule = /the runtime receives the updates of this \w+ bot; do not let it poll/;
  await assert.rejects(bot.receive(), { name: "RuntimeError", code: "bad-options", message: rule });
  assert.throws(() => bot.adaptAgain(), { code: "bad-options", message: /adapted already/ });
}
