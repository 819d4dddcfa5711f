import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

import type { Store } from "../store/store.ts";
import { StateCache } from "./state-cache.ts";

const RECORDS_MAX = 8;

describe("the cache of conversation state", () => {
  let read: string[];
  let cache: StateCache;
  beforeEach(() => {
    read = [];
    const store: Pick<Store, "isShared" | "readState"> = {
      isShared: false,
      readState: async (key) => {
        read.push(key);
        return { version: 1, record: { state: "stored", data: null, schemaVersion: 1 } };
      },
    };
    cache = new StateCache(store as Store, RECORDS_MAX);
  });

  it("keeps what is used again and again, whatever else is read", async () => {
    for (let at = 0; at < 3 * RECORDS_MAX; at += 1) {
      await cache.read("often");
      await cache.read(`once ${at}`);
    }
    assert.equal(read.filter((key) => key === "often").length, 1);
  });

  it("gives up what was not used for the longest time", async () => {
    for (let at = 0; at <= RECORDS_MAX; at += 1) await cache.read(`${at}`);
    await cache.read("0");
    assert.deepEqual(read.at(-1), "0");
    assert.equal(read.length, RECORDS_MAX + 2);
  });

  it("has what was committed last, also of a record that was not used for long", async () => {
    const record = { state: "written", data: null, schemaVersion: 1 };
    await cache.read("a");
    for (let at = 0; at < RECORDS_MAX / 2; at += 1) await cache.read(`${at}`);
    cache.committed([{ key: "a", record, expectedVersion: 1 }], 2);
    for (let at = 0; at < RECORDS_MAX / 2; at += 1) await cache.read(`${at}`);
    assert.deepEqual(await cache.read("a"), { version: 2, text: JSON.stringify(record) });
  });

  it("reads anew what it was told to forget, wherever it is", async () => {
    await cache.read("a");
    for (let at = 0; at < RECORDS_MAX / 2; at += 1) await cache.read(`${at}`);
    await cache.read("a");
    cache.forget(["a"]);
    await cache.read("a");
    assert.equal(read.filter((key) => key === "a").length, 2);
  });
});
