import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, it } from "node:test";

import { done, settlement, write } from "../../../test/store-endings.ts";
import { closeStores, newUpdate, openStore, seqOf } from "../../../test/store-ground.ts";
import type { Settled, StateWrite, Store } from "../store.ts";
import { createSqliteStore } from "./sqlite-store.ts";

describe("state records whose places are remembered", () => {
  let folder: string;
  let store: Store;
  let updateId = 0;

  /** Handles one update whose handler has written this. */
  async function settle(stateWrite: StateWrite): Promise<Settled> {
    const seq = seqOf(await store.accept(newUpdate((updateId += 1), { begin: true })));
    return store.settle(settlement(seq, done(stateWrite)));
  }

  const read = () => store.readState("key");

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "hookgram-places-"));
    store = (await openStore(createSqliteStore({ path: join(folder, "bot.sqlite") }))).store;
    await settle(write("key", 1, 0));
  });
  afterEach(async () => {
    await closeStores();
    await rm(folder, { recursive: true });
  });

  it("are compared with what the same batch has written before", async () => {
    const { version } = await read();
    const settled = await Promise.all([2, 3].map((data) => settle(write("key", data, version))));
    assert.deepEqual(settled, ["applied", "conflict"]);
    assert.deepEqual((await read()).record?.data, 2);
  });

  it("are looked for again when their batch was undone because of another write", async () => {
    const { version } = await read();
    const refused = { state: "s:one", data: 0, schemaVersion: 1.5 };
    const settling = [
      settle(write("key", 2, version)),
      settle({ key: "other", record: refused, expectedVersion: 0 }),
    ];
    const [good, bad] = await Promise.allSettled(settling);
    assert.deepEqual(good, { status: "fulfilled", value: "applied" });
    assert.equal(bad!.status, "rejected");
    assert.deepEqual((await read()).record?.data, 2);
  });

  it("are gone when they were removed, and made anew", async () => {
    const { version } = await read();
    assert.equal(
      await settle({ key: "key", record: undefined, expectedVersion: version }),
      "applied",
    );
    assert.equal(await settle(write("key", 5, version)), "conflict");
    assert.equal(await settle(write("key", 6, 0)), "applied");
    assert.deepEqual((await read()).record?.data, 6);
  });

  it("are never taken for written when somebody has removed them by hand", async () => {
    const { version } = await read();
    const database = new DatabaseSync(join(folder, "bot.sqlite"));
    database.exec("DELETE FROM states");
    database.close();
    await assert.rejects(settle(write("key", 7, version)), { code: "store-unavailable" });
    assert.equal(await settle(write("key", 7, version)), "conflict");
    assert.deepEqual(await read(), { version: 0, record: undefined });
  });

  it("are forgotten by retention", async () => {
    const { version, record } = await read();
    const expiring = { ...record!, expiresAtMs: 10 };
    const renewal = { key: "key", record: expiring, expectedVersion: version };
    assert.equal(await settle(renewal), "applied");
    const kept = await read();
    const retention = { settledBeforeMs: 0, payloadBeforeMs: 0, expiredBeforeMs: 20, limit: 100 };
    assert.equal(await store.sweep(retention), 1);
    assert.equal(await settle(write("key", 9, kept.version)), "conflict");
  });
});
