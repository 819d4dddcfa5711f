import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, afterEach, before, describe, it } from "node:test";

import { describeStore } from "../../../test/describe-store.ts";
import { closeStores, newUpdate, openStore } from "../../../test/store-ground.ts";
import { RuntimeError } from "../../error.ts";
import { createSqliteStore, SqliteStore } from "./sqlite-store.ts";
import type { BatchRequest, WorkerAnswer, WorkerRequest } from "./protocol.ts";
import { type WhenAnswered, WorkerLink } from "./worker-link.ts";

describeStore("SQLite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hookgram-store-"));
  return {
    make: () => createSqliteStore({ path: join(folder, "bot.sqlite") }),
    remove: () => rm(folder, { recursive: true }),
  };
});

/** Checks the code, and that the message is one line with this in it. */
function isRefusal(code: string, ...parts: string[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof RuntimeError, String(error));
    assert.equal(error.code, code);
    assert.doesNotMatch(error.message, /\n/);
    for (const part of parts) assert.ok(error.message.includes(part), error.message);
    return true;
  };
}

/** A thread whose answers can get lost, although it has done what it was asked for. */
class LossyLink extends WorkerLink {
  /** The answer to the next batch that ends attempts. */
  losesNext = false;

  override ask(request: WorkerRequest, whenAnswered: WhenAnswered): void {
    const isLost = this.losesNext && request.do === "batch" && endsAttempts(request.batch);
    if (isLost) this.losesNext = false;
    super.ask(request, isLost ? () => whenAnswered(LOST) : whenAnswered);
  }
}

function endsAttempts({ endings, writes }: BatchRequest): boolean {
  return endings !== undefined || writes.some(({ op }) => op === "settle");
}

const LOST: WorkerAnswer = { did: "failed", fault: { kind: "broken", message: "lost" } };

describe("a SQLite store", () => {
  let folder: string;
  const pathOf = (name: string): string => join(folder, name);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "hookgram-sqlite-"));
  });
  afterEach(closeStores);
  after(() => rm(folder, { recursive: true }));

  describe("and its file", () => {
    it("makes the folder when it is not there", async () => {
      const { store } = await openStore(
        createSqliteStore({ path: pathOf("new/folder/bot.sqlite") }),
      );
      assert.equal((await store.accept(newUpdate(1))).status, "stored");
      await store.close();
    });

    it("writes through to the disk in every commit", async () => {
      const path = pathOf("durable.sqlite");
      const { store } = await openStore(createSqliteStore({ path }));
      await store.close();
      const database = new DatabaseSync(path);
      assert.equal(database.prepare("PRAGMA journal_mode").get()?.["journal_mode"], "wal");
      database.close();
    });

    it("is not kept in memory", () => {
      assert.throws(() => createSqliteStore({ path: ":memory:" }), isRefusal("not-durable"));
    });

    it("leaves another program's database alone", async () => {
      const path = pathOf("shop.sqlite");
      const shop = new DatabaseSync(path);
      shop.exec("CREATE TABLE orders (id INTEGER PRIMARY KEY)");
      shop.close();
      const opening = createSqliteStore({ path }).open({
        found() {},
        foundAside() {},
        waiting() {},
        timerDue() {},
      });
      await assert.rejects(opening, isRefusal("store-incompatible", path, "another program"));
    });

    it("refuses a file that is no database, and one of a newer version", async () => {
      const text = pathOf("text.sqlite");
      writeFileSync(
        text,
        "This is not a database, it is a text of more than a hundred bytes.".repeat(9),
      );
      await assert.rejects(
        openStore(createSqliteStore({ path: text })),
        isRefusal("store-incompatible", text),
      );
      const newer = pathOf("newer.sqlite");
      const { store } = await openStore(createSqliteStore({ path: newer }));
      await store.close();
      const database = new DatabaseSync(newer);
      database.exec("PRAGMA user_version = 4711");
      database.close();
      await assert.rejects(
        openStore(createSqliteStore({ path: newer })),
        isRefusal("store-incompatible", "4711"),
      );
    });

    it("keeps the state records of schema version 8, and goes on comparing their versions", async () => {
      const path = pathOf("old.sqlite");
      await (await openStore(createSqliteStore({ path }))).store.close();
      const database = new DatabaseSync(path);
      database.exec(`DROP TABLE states;
        CREATE TABLE states (key TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL,
          data TEXT NOT NULL, schema_version INTEGER NOT NULL, expires_at_ms INTEGER)
          STRICT, WITHOUT ROWID;
        CREATE INDEX states_expiry ON states (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
        INSERT INTO states VALUES ('b', 3, 's:b', '{"n":1}', 2, 9000), ('a', 4, 's:a', 'null', 1, NULL);
        PRAGMA user_version = 8`);
      database.close();
      const { store } = await openStore(createSqliteStore({ path }));
      const record = { state: "s:b", data: { n: 1 }, schemaVersion: 2, expiresAtMs: 9000 };
      assert.deepEqual(await store.readState("b"), { version: 3, record });
      const other = { state: "s:a", data: null, schemaVersion: 1 };
      assert.deepEqual(await store.readState("a"), { version: 4, record: other });
      await store.close();
    });

    it("says why when it cannot be opened", async () => {
      const path = join(pathOf("text.sqlite"), "below-a-file", "bot.sqlite");
      const opening = openStore(createSqliteStore({ path }));
      await assert.rejects(opening, isRefusal("store-unavailable", path));
    });
  });

  describe("and its owner", () => {
    it("is refused to a second one, in the same process or under another name", async () => {
      const path = pathOf("owned.sqlite");
      const { store } = await openStore(createSqliteStore({ path }));
      const linked = pathOf("linked.sqlite");
      symlinkSync(path, linked);
      const refusal = isRefusal("store-in-use", `process ${process.pid}`);
      await assert.rejects(openStore(createSqliteStore({ path })), refusal);
      await assert.rejects(openStore(createSqliteStore({ path: linked })), refusal);
      await store.close();
      const next = await openStore(createSqliteStore({ path: linked }));
      await next.store.close();
    });

    it("is free again when its process was killed, and not before", async () => {
      const path = pathOf("killed.sqlite");
      const owner = fork(new URL("../../../test/own-store.ts", import.meta.url), [path]);
      await once(owner, "message");
      await assert.rejects(
        openStore(createSqliteStore({ path })),
        isRefusal("store-in-use", path, `process ${owner.pid}`),
      );
      owner.kill("SIGSTOP");
      await assert.rejects(openStore(createSqliteStore({ path })), isRefusal("store-in-use"));
      owner.kill("SIGKILL");
      await once(owner, "exit");
      const { store } = await openStore(createSqliteStore({ path }));
      assert.equal(store.stats().live, 1);
      await store.close();
    });

    it("cannot write any more when somebody has got past the lock", async () => {
      const path = pathOf("zombie.sqlite");
      const { store } = await openStore(createSqliteStore({ path }));
      await store.accept(newUpdate(1));
      const thief = new DatabaseSync(path);
      thief.exec("UPDATE owner SET token = token + 1");
      thief.close();
      await assert.rejects(store.accept(newUpdate(2)), isRefusal("store-in-use"));
      await assert.rejects(store.begin({ seq: 1, attempt: 1 }), isRefusal("store-in-use"));
      await store.close();
    });
  });

  describe("in trouble", () => {
    it("accepts nothing on a full disk, loses nothing, and goes on when there is room", async () => {
      const path = pathOf("full.sqlite");
      const raw = Buffer.alloc(10_000, "x");
      const { store } = await openStore(createSqliteStore({ path, sizeMaxBytes: 512 * 1_024 }));
      const fill = async (from: number): Promise<number[]> => {
        const seqs: number[] = [];
        const refused: unknown[] = [];
        for (let updateId = from; refused.length === 0; updateId += 1) {
          await store.accept(newUpdate(updateId, { raw, begin: true })).then(
            (accepted) => seqs.push(accepted.status === "stored" ? accepted.seq : 0),
            (error: unknown) => refused.push(error),
          );
        }
        isRefusal("store-unavailable", path)(refused[0]);
        return seqs;
      };
      const seqs = await fill(0);
      assert.ok(seqs.length > 10);
      const more = Array.from({ length: 20 }, (_, at) =>
        store.accept(newUpdate(900 + at, { raw })),
      );
      const outcomes = await Promise.allSettled(more);
      assert.ok(outcomes.every(({ status }) => status === "rejected"));
      assert.equal(store.stats().live, seqs.length);

      for (const seq of seqs) {
        const ending = { to: "done", handler: undefined, writes: [] } as const;
        assert.equal(
          await store.settle({ seq, attempt: 1, ending, atMs: 1, next: undefined }),
          "applied",
        );
      }
      const nextYearMs = 1_900_000_000_000;
      const retention = { settledBeforeMs: 0, payloadBeforeMs: nextYearMs, expiredBeforeMs: 0 };
      assert.equal(await store.sweep({ ...retention, limit: 1_000 }), seqs.length);
      assert.ok((await fill(1_000)).length > 10);
      await store.close();
    });

    it("refuses when too much waits to be written, and nothing else", async () => {
      const path = pathOf("busy.sqlite");
      const { store } = await openStore(createSqliteStore({ path, queuedMax: 10 }));
      const outcomes = await Promise.allSettled(
        Array.from({ length: 15 }, (_, updateId) => store.accept(newUpdate(updateId))),
      );
      const refused = outcomes.filter(({ status }) => status === "rejected");
      assert.equal(refused.length, 5);
      isRefusal("overloaded", "10 updates")((refused[0] as PromiseRejectedResult).reason);
      assert.equal(store.stats().live, 10);
      assert.equal((await store.accept(newUpdate(100))).status, "stored");
      await store.close();
    });

    it("limits the bytes that wait, too", async () => {
      const path = pathOf("heavy.sqlite");
      const { store } = await openStore(createSqliteStore({ path, queuedBytesMax: 1_000 }));
      const raw = Buffer.alloc(600);
      const outcomes = await Promise.allSettled([
        store.accept(newUpdate(1, { raw })),
        store.accept(newUpdate(2, { raw })),
      ]);
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ["fulfilled", "rejected"],
      );
      await store.close();
    });

    it("promises nothing when its thread dies, and starts another one", async () => {
      const path = pathOf("thread.sqlite");
      const link = new WorkerLink();
      const { store, found, waits } = await openStore(new SqliteStore({ path }, link));
      await store.accept(newUpdate(1));
      const losing = store.accept(newUpdate(2)).then(
        () => false,
        (error: unknown) => isRefusal("store-unavailable")(error),
      );
      // The batch is on its way when the thread is gone.
      await new Promise((resolve) => setImmediate(resolve));
      await link.end();
      assert.equal(await losing, true);
      const again = await store.accept(newUpdate(2));
      assert.ok(["stored", "duplicate"].includes(again.status));
      // Nobody can know what the dead thread committed, so everything is handed out anew.
      assert.ok(waits() > 0);
      await store.claim(10);
      assert.deepEqual(
        found.map(({ updateId }) => updateId),
        [1, 2],
      );
      assert.equal(store.stats().live, 2);
      await store.close();
    });

    it("opens the file again when it was closed under it", async () => {
      const path = pathOf("closed.sqlite");
      const link = new WorkerLink();
      const { store } = await openStore(new SqliteStore({ path }, link));
      await new Promise<void>((resolve) => link.ask({ do: "close" }, () => resolve()));
      await assert.rejects(store.accept(newUpdate(1)), isRefusal("store-unavailable"));
      assert.equal((await store.accept(newUpdate(1))).status, "stored");
      await store.close();
    });

    it("counts an ending once whose answer was lost", async () => {
      const link = new LossyLink();
      const path = pathOf("lossy.sqlite");
      const { store } = await openStore(new SqliteStore({ path }, link));
      await store.accept(newUpdate(1, { begin: true }));
      await store.accept(newUpdate(2, { begin: true }));
      const plain = { to: "done", handler: "test", writes: [] } as const;
      const parked = { to: "parked", reason: "failed", error: "no" } as const;
      for (const [at, ending] of [plain, parked].entries()) {
        const settlement = { seq: at + 1, attempt: 1, ending, atMs: 1, next: undefined };
        link.losesNext = true;
        await assert.rejects(store.settle(settlement), isRefusal("store-unavailable"));
        assert.equal(await store.settle(settlement), "applied");
      }
      const { live, parked: dead } = store.stats();
      assert.deepEqual([live, dead], [0, 1]);
      await store.close();
    });

    it("lets only the operation fail that can never work", async () => {
      const path = pathOf("refused.sqlite");
      const { store } = await openStore(createSqliteStore({ path }));
      const accepted = await store.accept(newUpdate(1, { begin: true }));
      assert.ok(accepted.status === "stored");
      const record = { state: "s:one", data: 1, schemaVersion: 1.5 };
      const writes = [{ key: "key", record, expectedVersion: 0 }];
      const ending = { to: "done", handler: "start", writes } as const;
      const settling = store.settle({
        seq: accepted.seq,
        attempt: 1,
        ending,
        atMs: 1,
        next: undefined,
      });
      const accepting = store.accept(newUpdate(2));
      await assert.rejects(settling, isRefusal("store-refused"));
      assert.equal((await accepting).status, "stored");
      assert.equal(store.stats().live, 2);
      await store.close();
    });
  });
});
