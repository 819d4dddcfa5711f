import type { NewUpdate } from "../store.ts";
import { LIVE } from "./schema.ts";
import type { Statements } from "./statements.ts";

/** What tells a keyed event from others. */
interface EventKey {
  readonly botId: number;
  readonly key: string;
  readonly atMs: number;
}

/** False when an event of the bot has this key already. */
export function takeEventKey(statements: Statements, { botId, key, atMs }: EventKey): boolean {
  return statements.get("takeEventKey").run(botId, key, atMs).changes === 1;
}

/** Stores events, set aside. Gives each one's number, 0 where the key was taken. */
export function storeEvents(
  statements: Statements,
  events: readonly NewUpdate[],
): readonly number[] {
  return events.map((event) => storeEvent(statements, event));
}

/** Stores one event, set aside. Gives its number, 0 where the key was taken. */
export function storeEvent(
  statements: Statements,
  event: Pick<NewUpdate, "botId" | "key" | "lane" | "raw" | "receivedAtMs">,
): number {
  const { botId, key, lane, raw, receivedAtMs: atMs } = event;
  if (key !== undefined && !takeEventKey(statements, { botId, key, atMs })) return 0;
  const { lastInsertRowid } = statements
    .get("insertUpdate")
    .run(botId, null, atMs, null, 0, 1, lane, LIVE, null, null);
  const seq = Number(lastInsertRowid);
  statements.get("insertPayload").run(seq, raw);
  return seq;
}
