import assert from "node:assert/strict";
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";

import { closeStores, newUpdate, openStore } from "../../../test/store-ground.ts";
import { RuntimeError } from "../../error.ts";
import { createSqliteStore } from "./sqlite-store.ts";

/** SQLite's default. @see https://www.sqlite.org/pragma.html#pragma_page_size */
const PAGE_BYTES = 4_096;
/** @see https://www.sqlite.org/walformat.html */
const WAL_HEADER_BYTES = 32;
const WAL_FRAME_BYTES = 24 + PAGE_BYTES;

const UPDATES = 1_000;
const RAW = Buffer.alloc(900, "x");

function overwrite(path: string, fromByte: number, toByte: number): void {
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(toByte - fromByte, 0xa5), 0, toByte - fromByte, fromByte);
  closeSync(file);
}

/** From this part of the file to that one, in whole pages. */
function overwritePart(path: string, from: number, to: number): void {
  const pages = statSync(path).size / PAGE_BYTES;
  overwrite(path, Math.floor(pages * from) * PAGE_BYTES, Math.floor(pages * to) * PAGE_BYTES);
}

const truncateTo = (part: number) => (path: string) =>
  truncateSync(path, Math.floor(statSync(path).size * part));

/** One line that names the file and says what to do. */
function isRefusal(path: string, code: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof RuntimeError, String(error));
    assert.equal(error.code, code, error.message);
    assert.doesNotMatch(error.message, /\n|\bat .*:\d+/);
    assert.equal(error.message.split(path).length, 2, error.message);
    assert.match(error.message, /restore a backup/);
    return true;
  };
}

describe("a damaged SQLite file", () => {
  let folder: string;
  let whole: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "hookgram-damaged-"));
    whole = join(folder, "whole.sqlite");
    const { store } = await openStore(createSqliteStore({ path: whole }));
    const all = Array.from({ length: UPDATES }, (_, id) =>
      store.accept(newUpdate(id, { raw: RAW, lane: `lane ${id}` })),
    );
    await Promise.all(all);
    await store.close();
  });
  afterEach(closeStores);
  after(() => rmSync(folder, { recursive: true }));

  function copy(name: string): string {
    const path = join(folder, `${name}.sqlite`);
    copyFileSync(whole, path);
    return path;
  }

  const cases: readonly [name: string, damage: (path: string) => void, code: string][] = [
    ["all pages but the first overwritten", (p) => overwritePart(p, 0.01, 1), "store-damaged"],
    ["pages in the middle overwritten", (p) => overwritePart(p, 0.01, 0.5), "store-damaged"],
    ["cut in the middle", truncateTo(0.5), "store-damaged"],
    ["cut in the middle of a page", truncateTo(0.4321), "store-damaged"],
    ["cut within the header", (p) => truncateSync(p, 50), "store-damaged"],
    ["the first page overwritten", (p) => overwrite(p, 0, PAGE_BYTES), "store-incompatible"],
    ["a text instead", (p) => writeFileSync(p, "Dear diary\n".repeat(99)), "store-incompatible"],
  ];
  for (const [name, damage, code] of cases) {
    it(`is refused in one line that says how to mend it: ${name}`, async () => {
      const path = copy(name);
      damage(path);
      await assert.rejects(openStore(createSqliteStore({ path })), isRefusal(path, code));
    });
  }

  it("accepts nothing more once it is noticed, also while the bot runs", async () => {
    const path = copy("running");
    const { store, found } = await openStore(createSqliteStore({ path }));
    overwritePart(path, 0.01, 1);
    const refusal = isRefusal(path, "store-damaged");
    await assert.rejects(store.claim(UPDATES), refusal);
    assert.deepEqual(found, []);
    await assert.rejects(store.accept(newUpdate(UPDATES)), refusal);
    await assert.rejects(store.readState("key"), refusal);
  });

  it("keeps what was committed before the frame in which its log is cut", async () => {
    const path = copy("log");
    const { store } = await openStore(createSqliteStore({ path }));
    const sizes: number[] = [];
    for (let id = UPDATES; id < UPDATES + 10; id += 1) {
      await store.accept(newUpdate(id));
      sizes.push(statSync(`${path}-wal`).size);
    }
    const cut = join(folder, "cut.sqlite");
    copyFileSync(path, cut);
    copyFileSync(`${path}-wal`, `${cut}-wal`);
    await store.close();
    // After the sixth commit, in the middle of the last frame of the seventh.
    assert.equal((sizes[6]! - WAL_HEADER_BYTES) % WAL_FRAME_BYTES, 0);
    truncateSync(`${cut}-wal`, sizes[6]! - PAGE_BYTES / 2);

    const again = await openStore(createSqliteStore({ path: cut }));
    assert.equal(again.store.stats().live, UPDATES + 6);
    assert.equal((await again.store.accept(newUpdate(UPDATES + 5))).status, "duplicate");
    assert.equal((await again.store.accept(newUpdate(UPDATES + 6))).status, "stored");
  });
});
