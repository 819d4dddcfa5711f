/**
 * A bot whose timers are to survive `kill -9`. Argument: the folder of its store. It says "ready" when
 * it runs, and to "go" it sets the timers; each timer's handler counts in state that it ran.
 */
import { join } from "node:path";
import type { BotApi, User } from "@hookgram/bot-api";
import { createEngine, createSqliteStore, type Engine } from "@hookgram/runtime";
import { Bot, type DispatchOutcome, eventKind, type Invocation } from "hookgram";

export const TIMERS = 60;

/** All are due within this time of being set. */
const DUE_MAX_MS = 2_000;

const go = eventKind("go");
const tick = eventKind("tick");

const bot = new Bot();
bot.on(go, async ({ timers }) => {
  for (let at = 0; at < TIMERS; at += 1) {
    const afterMs = Math.round((at * DUE_MAX_MS) / TIMERS);
    await timers.set(tick, { afterMs, data: at, name: `tick ${at}` });
  }
});

async function handle(invocation: Invocation): Promise<DispatchOutcome> {
  const event = (invocation.update as { readonly "event:tick"?: { readonly data: number } })[
    "event:tick"
  ];
  if (event === undefined) return bot.handle(invocation);
  const key = `count:${event.data}`;
  const before = ((await invocation.states.read(key))?.data as number | undefined) ?? 0;
  invocation.states.write(key, { state: "s:count", data: before + 1, schemaVersion: 1 });
  return { status: "handled", handler: "tick" };
}

async function start(folder: string): Promise<Engine> {
  const me = { id: 7, is_bot: true, first_name: "Crash" } as User;
  const engine = createEngine({
    store: createSqliteStore({ path: join(folder, "bot.sqlite") }),
    bots: [{ id: 7, me, api: {} as BotApi, handler: { allowedUpdates: [], handle } }],
    attemptsMax: 100,
  });
  await engine.start();
  return engine;
}

if (process.send !== undefined && process.argv[2] !== undefined) {
  const engine = await start(process.argv[2]);
  process.on("message", (message) => {
    if (message === "go") void engine.emit(go, null, { chat: 5, key: "once" });
    else if (message === "stop") void engine.stop().then(() => process.exit(0));
  });
  process.send("ready");
}
