import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { closeStores, newUpdate, openStore } from "../../../test/store-ground.ts";
import { RuntimeError } from "../../error.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { WorkerLink } from "./worker-link.ts";

/** Together more than the thread has: a journal is read as a whole. */
const ENTRIES = 60;
const VALUE = JSON.stringify("v".repeat(1_000_000));
const LIMITS = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 };

describe("a store's thread that runs out of memory", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "hookgram-memory-"));
  });
  afterEach(async () => {
    await closeStores();
    await rm(folder, { recursive: true });
  });

  it("promises nothing, and is replaced by one that has all that was committed", async () => {
    const path = join(folder, "bot.sqlite");
    const { store } = await openStore(new SqliteStore({ path }, new WorkerLink(LIMITS)));
    await store.accept(newUpdate(1, { begin: true }));
    for (let at = 0; at < ENTRIES; at += 1) {
      const entry = { key: `step ${at}`, attempt: 1, kind: "result", value: VALUE } as const;
      await store.record({ seq: 1, attempt: 1 }, { ...entry, atMs: at });
    }
    const accepting = store.accept(newUpdate(2)).catch(() => {});
    await assert.rejects(store.journal(1), (error) => {
      assert.ok(error instanceof RuntimeError, String(error));
      assert.equal(error.code, "store-unavailable");
      assert.match(error.message, /memory/);
      return true;
    });
    await accepting;
    const again = await store.accept(newUpdate(2));
    assert.ok(["stored", "duplicate"].includes(again.status));
    assert.equal(store.stats().live, 2);
  });
});
