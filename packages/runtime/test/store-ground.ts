import assert from "node:assert/strict";

import type { Accepted, NewUpdate, Store, StoredUpdate } from "../src/store/store.ts";

/** A store that may be opened anew, and the updates in it. */
export interface StoreLife {
  readonly current: () => OpenStore;
  /** Closes the store and opens another one on the same data, as after a restart. */
  readonly reopen: () => Promise<OpenStore>;
  /** Stores an update and begins its first attempt. */
  readonly begin: (updateId: number, more?: Partial<NewUpdate>) => Promise<number>;
}

/** One place for data, on which stores are made one after the other. */
export interface StoreGround {
  /** A new store on the same data. The one before is closed. */
  readonly make: () => Store;
  /** Removes the data. */
  readonly remove: () => Promise<void>;
}

/** What a store has told, and the store. */
export interface OpenStore {
  readonly store: Store;
  readonly found: StoredUpdate[];
  readonly foundAside: { lane: string; seq: number }[];
  readonly timersDue: number[];
  readonly waits: () => number;
}

/** When everything happens that the tests do to a store. */
export const NOW_MS = 1_800_000_000_000;

const opened = new Set<Store>();

/** Closes what a failed test has left open, whose threads would keep its process alive: for `afterEach`. */
export async function closeStores(): Promise<void> {
  const stores = [...opened];
  opened.clear();
  await Promise.all(stores.map((store) => store.close()));
}

/** Opens a store and writes down what it tells. */
export async function openStore(store: Store): Promise<OpenStore> {
  opened.add(store);
  const found: StoredUpdate[] = [];
  const foundAside: { lane: string; seq: number }[] = [];
  const timersDue: number[] = [];
  let waits = 0;
  await store.open({
    found: (update) => found.push(update),
    foundAside: (lane, seq) => foundAside.push({ lane, seq }),
    waiting: () => (waits += 1),
    timerDue: (dueAtMs) => timersDue.push(dueAtMs),
  });
  return { store, found, foundAside, timersDue, waits: () => waits };
}

/** An update of bot 7 in lane "a" that the caller takes in hand; `more` overrides. */
export function newUpdate(updateId: number | undefined, more: Partial<NewUpdate> = {}): NewUpdate {
  return {
    botId: 7,
    updateId,
    raw: Buffer.from(`{"update_id":${updateId}}`),
    receivedAtMs: NOW_MS,
    lane: "a",
    expiresAtMs: undefined,
    parkedBecause: undefined,
    place: "hand",
    begin: false,
    ...more,
  };
}

/** The number of an update that must have been stored. */
export function seqOf(accepted: Accepted): number {
  assert.equal(accepted.status, "stored");
  return accepted.status === "stored" ? accepted.seq : NaN;
}
