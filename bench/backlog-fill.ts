import { DatabaseSync } from "node:sqlite";
import type { IncomingUpdate } from "@hookgram/runtime";
import pg from "pg";

import type { NewUpdate } from "../packages/runtime/src/store/store.ts";
import { BENCH_ME } from "./servers/serve.ts";
import { updateBody } from "./update-body.ts";

/** Knuth's multiplicative hash: chats that write one after the other are far apart in any index. */
const SPREAD = 2_654_435_761;
const FIRST_CHAT = 1_000_000_000;

/** The number of the chat that an update is from; no two of `chats` have the same. */
function chatIdOf(updateId: number, chats: number): number {
  return FIRST_CHAT + (Math.imul(updateId % chats, SPREAD) >>> 0);
}

export function stateKeyOf(chatId: number): string {
  return `${BENCH_ME.id}:chat:${chatId}`;
}

export function pendingUpdate(updateId: number, chats: number): IncomingUpdate {
  const raw = updateBody(updateId, chatIdOf(updateId, chats));
  return { botId: BENCH_ME.id, updateId, raw, receivedAtMs: Date.now() };
}

/** The state of {@link pendingUpdate}'s chats: the number of updates, and what a form would have. */
export function stateData(count: number) {
  return { count, name: "Ada Lovelace", street: "221B Baker Street", city: "London" };
}

/** As a {@link NewUpdate} that nobody has in hand. */
export function toStored(update: IncomingUpdate, chats: number): NewUpdate {
  const lane = `${BENCH_ME.id}:${chatIdOf(update.updateId!, chats)}`;
  const rest = { expiresAtMs: undefined, parkedBecause: undefined, place: "later" } as const;
  return { ...update, ...rest, lane, begin: false };
}

const STATE = "bench:count";

/** No number of chats that is used here has it as a factor. */
const SHUFFLE = 7_919;

/** Gives each chat its record, in the order in which the chats come, or in another one. */
export function fillSqlite(path: string, chats: number, shuffled: boolean): void {
  const database = new DatabaseSync(path);
  const insert = database.prepare(`INSERT INTO states
    (key, version, state, data, schema_version) VALUES (?, 1, '${STATE}', ?, 1)`);
  const step = shuffled ? SHUFFLE : 1;
  database.exec("BEGIN");
  for (let at = 1; at <= chats; at += 1) {
    insert.run(stateKeyOf(chatIdOf(at * step, chats)), JSON.stringify(stateData(0)));
  }
  database.exec("COMMIT");
  database.close();
}

const CHATS_PER_INSERT = 10_000;

export async function fillPostgres(
  { url, schema }: { readonly url: string; readonly schema: string },
  chats: number,
  shuffled: boolean,
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (let first = 1; first <= chats; first += CHATS_PER_INSERT) {
    const length = Math.min(CHATS_PER_INSERT, chats + 1 - first);
    const step = shuffled ? SHUFFLE : 1;
    const keys = Array.from({ length }, (_, at) =>
      stateKeyOf(chatIdOf((first + at) * step, chats)),
    );
    await client.query(
      `INSERT INTO ${schema}.states (key, version, state, data, schema_version)
        SELECT key, 1, '${STATE}', $2, 1 FROM unnest($1::text[]) AS k (key)`,
      [keys, JSON.stringify(stateData(0))],
    );
  }
  await client.end();
}
