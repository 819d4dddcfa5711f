import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createBotApi } from "@hookgram/bot-api";
import { startTelegram, type Telegram, type UserClient } from "@hookgram/emulator";

import { PostgresServer } from "../../packages/runtime/test/postgres-server.ts";
import { ChildProgram } from "../child-program.ts";
import { ALBUM_TOKEN, QUIET_MS } from "./album-process.ts";

const PROGRAM = new URL("album-process.ts", import.meta.url);

/** The bot as a process, and a local Telegram that outlives it. */
class AlbumStage {
  readonly #telegram: Telegram;
  readonly #place: string;
  readonly anna: UserClient;
  #child: ChildProgram | undefined;

  private constructor(telegram: Telegram, place: string, anna: UserClient) {
    this.#telegram = telegram;
    this.#place = place;
    this.anna = anna;
  }

  static async build(place: string): Promise<AlbumStage> {
    const telegram = await startTelegram({ port: 0 });
    const api = createBotApi({ token: ALBUM_TOKEN, apiRoot: telegram.url });
    await api.getMe();
    return new AlbumStage(telegram, place, await telegram.users.add("Anna"));
  }

  /** Waits until the parts that have arrived are settled: from then on they wait for the others. */
  async settled(): Promise<void> {
    await this.#child!.ask("settled?");
  }

  async launch(aheadMs: number): Promise<void> {
    const args = [this.#place, this.#telegram.url, String(aheadMs)];
    this.#child = new ChildProgram(PROGRAM, args);
    assert.equal(await this.#child.heard(), "ready");
  }

  async kill(): Promise<void> {
    await this.#child?.kill();
  }

  /** Sends a part, and waits until Telegram was told that it has arrived. */
  async send(name: string, caption?: string): Promise<void> {
    const details = { kind: "document", file_name: name, media_group_id: "13" };
    await this.anna.send(Buffer.from(name), { ...details, ...(caption && { caption }) });
    const api = createBotApi({ token: ALBUM_TOKEN, apiRoot: this.#telegram.url });
    while ((await api.getWebhookInfo()).pending_update_count > 0) await delay(10);
  }

  async close(): Promise<void> {
    await this.kill();
    await this.#telegram.close();
  }
}

describe("albums of a bot that is killed", () => {
  let server: PostgresServer;
  let folder: string;
  before(async () => {
    server = await PostgresServer.start();
    folder = mkdtempSync(join(tmpdir(), "hookgram-albums-"));
  });
  after(async () => {
    await server.remove();
    rmSync(folder, { recursive: true });
  });

  for (const store of ["SQLite", "PostgreSQL"] as const)
    it(`come as one, with every part, on ${store}`, async () => {
      const place = store === "SQLite" ? join(folder, "bot.sqlite") : server.url;
      const stage = await AlbumStage.build(place);
      try {
        await stage.launch(0);
        await stage.send("one", "Two files");
        await stage.kill();
        await stage.launch(0);
        await stage.send("two");
        await stage.settled();
        await stage.kill();
        await stage.launch(2 * QUIET_MS);
        const { text } = await stage.anna.answer({ timeoutMs: 60_000 });
        assert.equal(text, "Two files: one two");
        await stage.send("three");
        await stage.settled();
        await stage.kill();
        await stage.launch(4 * QUIET_MS);
        const late = await stage.anna.answer({ timeoutMs: 60_000 });
        assert.equal(late.text, "No words: three");
        await stage.anna.hearsNothing();
      } finally {
        await stage.close();
      }
    });

  it("is handed over at once when it has ten parts", async () => {
    const stage = await AlbumStage.build(join(folder, "ten.sqlite"));
    try {
      await stage.launch(0);
      for (let at = 0; at < 10; at += 1) await stage.send(String(at));
      const { text } = await stage.anna.answer({ timeoutMs: 30_000 });
      assert.equal(text, "No words: 0 1 2 3 4 5 6 7 8 9");
    } finally {
      await stage.close();
    }
  });
});
