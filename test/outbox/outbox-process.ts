/**
 * A process whose outbox is to be killed. Arguments: a SQLite file or a PostgreSQL URL, the Bot API's
 * address, the plan as JSON. It enqueues the whole plan at every start: the keys say what is known.
 */
import { type BotApi, createBotApi } from "@hookgram/bot-api";
import { createSqliteStore } from "@hookgram/runtime";
import { createPostgresStore } from "@hookgram/runtime/postgres";

import { createEngine } from "../../packages/runtime/src/engine/create-engine.ts";
import type { OutboxOptions } from "../../packages/runtime/src/outbox/outbox.ts";

export interface OutboxPlan {
  readonly sends: readonly {
    readonly key: string;
    readonly chatId: number;
    readonly parks: boolean;
  }[];
  readonly limits: NonNullable<OutboxOptions["limits"]>;
}

/** What it tells when it is asked for anything. */
export interface OutboxReport {
  /** Sends that are yet to be sent, or under way. */
  readonly left: number;
  readonly sent: readonly (string | undefined)[];
  readonly parked: readonly (string | undefined)[];
  readonly doubtful: readonly (string | undefined)[];
}

const BOT_ID = 42;
const LIST_MAX = 10_000;

async function main(place: string, apiRoot: string, plan: OutboxPlan): Promise<void> {
  const isUrl = place.startsWith("postgres:");
  const store = isUrl
    ? createPostgresStore({ url: place, leaseMs: 5_000 })
    : createSqliteStore({ path: place });
  const api: BotApi = createBotApi({ token: `${BOT_ID}:${"A".repeat(35)}`, apiRoot });
  const handler = { allowedUpdates: [], handle: async () => ({ status: "unhandled" }) as const };
  const me = { id: BOT_ID, is_bot: true, first_name: "Outbox" } as never;
  const bots = [{ id: BOT_ID, me, api, handler }];
  const engine = createEngine({ store, bots, outbox: { limits: plan.limits } });
  await engine.start();
  process.on("message", (message) => {
    if (message === "report") void report().then((told) => process.send!(told));
    else void engine.stop({ drainMs: 5_000 }).then(() => process.disconnect());
  });
  await Promise.all(
    plan.sends.map(({ key, chatId, parks }) =>
      engine.outbox.enqueue(
        "sendMessage",
        { chat_id: chatId, text: key },
        { key, ambiguous: parks ? "park" : "repeat" },
      ),
    ),
  );
  process.send!("enqueued");

  async function keysOf(state: "sent" | "parked" | "doubtful") {
    const sends = await engine.outbox.sends({ state, limit: LIST_MAX });
    return sends.map(({ key }) => key);
  }

  async function report(): Promise<OutboxReport> {
    const { ready, scheduled, sending } = await engine.outbox.stats();
    const [sent, parked, doubtful] = [
      await keysOf("sent"),
      await keysOf("parked"),
      await keysOf("doubtful"),
    ];
    return { left: ready + scheduled + sending, sent, parked, doubtful };
  }
}

if (import.meta.main) {
  const [place, apiRoot, plan] = process.argv.slice(2) as [string, string, string];
  await main(place, apiRoot, JSON.parse(plan) as OutboxPlan);
}
