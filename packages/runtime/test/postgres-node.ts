/**
 * A process with a PostgreSQL store, for tests that stop or kill it. It takes ten updates of as many
 * lanes in hand and begins them. Then, when it is asked to, it ends the first and accepts another.
 */
import { createPostgresStore } from "../src/store/postgres/postgres-store.ts";
import type { Accepted } from "../src/store/store.ts";
import { patientStore } from "./patient-store.ts";
import { newUpdate, openStore } from "./store-ground.ts";

const [url, schema] = process.argv.slice(2) as [string, string];
const { store } = await openStore(
  patientStore(createPostgresStore({ url, schema, leaseMs: 5_000 })),
);
const seqs: number[] = [];
for (let updateId = 1; updateId <= 10; updateId += 1) {
  const update = newUpdate(updateId, { lane: `lane${updateId}`, begin: true });
  const accepted: Accepted = await store.accept(update);
  if (accepted.status === "stored") seqs.push(accepted.seq);
}
process.on("message", (ask) => {
  if (ask === "settle") void settle();
  else void store.close().then(() => process.disconnect());
});
process.send!({ seqs });

async function settle(): Promise<void> {
  const record = { state: "s:zombie", data: 1, schemaVersion: 1 };
  const writes = [{ key: "key", record, expectedVersion: undefined }];
  const ending = { to: "done", handler: "zombie", writes } as const;
  const settled = await store.settle({
    seq: seqs[0]!,
    attempt: 1,
    ending,
    atMs: 1,
    next: undefined,
  });
  const accepted = await store.accept(newUpdate(100, { lane: "lane1" }));
  process.send!({ settled, place: accepted.status === "stored" ? accepted.place : "duplicate" });
}
