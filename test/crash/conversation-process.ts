/**
 * A bot that holds one conversation and is killed in it. Arguments: its store, a path or a PostgreSQL
 * address, and the file in which it writes down every effect as the outside world would see it. It says
 * "ready" when it runs, and gives back the id of each update that it has stored.
 */
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { createBotApi, wrapBotApi } from "@hookgram/bot-api";
import { createEngine, createSqliteStore, type Store } from "@hookgram/runtime";
import { createPostgresStore } from "@hookgram/runtime/postgres";
import { Bot, command, conversation, text } from "hookgram";

export const QUESTIONS = 12;

const BOT_ID = 7;
/** The shortest that PostgreSQL takes; what a killed process held is free after it. */
const LEASE_MS = 5_000;

function makeBot(note: (effect: string) => void): Bot {
  const quiz = conversation("quiz", async ({ ask, step, reply }) => {
    const answers: string[] = [];
    for (let at = 1; at <= QUESTIONS; at += 1) {
      const { message } = await ask(`question ${at}`, text());
      answers.push(message.text);
      await step(`save ${at}`, () => note(`save ${at} ${message.text}`));
    }
    await reply(answers.join(","));
  });
  const bot = new Bot({ routers: [quiz] });
  bot.message(command("quiz"), (context) => quiz.enter(context));
  return bot;
}

function openStore(place: string): Store {
  if (!place.startsWith("postgres")) return createSqliteStore({ path: place });
  return createPostgresStore({ url: place, schema: "conversation", leaseMs: LEASE_MS });
}

async function main(place: string, diary: string): Promise<void> {
  const file = openSync(diary, "a");
  const note = (effect: string): void => {
    writeSync(file, `${effect}\n`);
    fsyncSync(file);
  };
  const bot = makeBot(note);
  const client = createBotApi({ token: `${BOT_ID}:${"A".repeat(35)}` });
  const api = wrapBotApi(client, async (_method, params) => {
    note(`send ${String(params["text"])}`);
    return { message_id: 1 };
  });
  const me = { id: BOT_ID, is_bot: true, first_name: "Crash" } as never;
  const engine = createEngine({
    store: openStore(place),
    bots: [{ id: BOT_ID, me, api, handler: bot }],
    attemptsMax: 100,
  });
  await engine.start();
  process.on("message", ({ updateId, words }: { updateId: number; words: string }) => {
    const from = { id: 5, is_bot: false, first_name: "P" };
    const chat = { id: 5, type: "private" };
    const message = { message_id: updateId, date: 1, chat, from, text: words };
    const raw = Buffer.from(JSON.stringify({ update_id: updateId, message }));
    const update = { botId: BOT_ID, updateId, raw, receivedAtMs: Date.now() };
    void engine.accept(update).then(() => process.send!(updateId));
  });
  process.on("disconnect", () => {
    void engine.stop().then(() => closeSync(file));
  });
  process.send!("ready");
}

if (process.send !== undefined && process.argv[3] !== undefined)
  await main(process.argv[2]!, process.argv[3]);
