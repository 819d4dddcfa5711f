/**
 * A bot for albums that is to survive `kill -9`. Arguments: a SQLite file or a PostgreSQL URL, the Bot
 * API's address, how far its clock is ahead in milliseconds. It says "ready" when it has set its
 * webhook and, asked by any message, "settled" when nothing is pending. It answers each album with
 * the file names of its parts.
 */
import { setTimeout as delay } from "node:timers/promises";
import { systemClock } from "@hookgram/bot-api";
import { createSqliteStore, listen } from "@hookgram/runtime";
import { createPostgresStore } from "@hookgram/runtime/postgres";
import { Bot, everyPart, has } from "hookgram";

export const ALBUM_TOKEN = `42:${"A".repeat(35)}`;

/** Longer than any machine takes for the test: only a clock that is ahead comes to its end. */
export const QUIET_MS = 60_000;

async function main(place: string, apiRoot: string, aheadMs: number): Promise<void> {
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
  const albums = { quietMs: QUIET_MS, waitMaxMs: 2 * QUIET_MS };
  const bot = new Bot({ albums });
  bot.album(everyPart(has("document")), async ({ parts, album, reply }) => {
    const names = parts.map(({ document }) => document.file_name).join(" ");
    await reply(`${album.caption ?? "No words"}: ${names}`);
  });
  bot.message(async ({ reply }) => void (await reply("One message")));
  const store = place.startsWith("postgres:")
    ? createPostgresStore({ url: place, leaseMs: 5_000, clock })
    : createSqliteStore({ path: place, clock });
  const secret = "s".repeat(32);
  const options = { bot, store, clock, secret, token: ALBUM_TOKEN, apiRoot };
  const handle = listen({ ...options, port: 0, host: "127.0.0.1" });
  await handle.ready;
  await handle.setWebhook({ url: `http://127.0.0.1:${handle.port()}${handle.path}` });
  const settled = async (): Promise<void> => {
    while (handle.stats().engine?.pending !== 0) await delay(10);
    process.send!("settled");
  };
  process.on("message", () => void settled());
  process.send!("ready");
}

const [, , place, apiRoot, aheadMs] = process.argv;
if (process.send !== undefined && aheadMs !== undefined) {
  await main(place!, apiRoot!, Number(aheadMs));
}
