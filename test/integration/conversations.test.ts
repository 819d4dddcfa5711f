/** examples/conversation.ts on the local Telegram and both stores, restarted between all answers. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it } from "node:test";

import type { Telegram } from "@hookgram/emulator";
import { type Handle, listen, type Store } from "@hookgram/runtime";
import { createPostgresStore } from "@hookgram/runtime/postgres";

import bot from "../../examples/conversation.ts";
import { PostgresServer } from "../../packages/runtime/test/postgres-server.ts";
import { ADA, BOB, GROUP, startExampleTelegram, textOf, TOKEN } from "./example-stage.ts";
import { PATIENT } from "../telegram-user.ts";

const SECRET = "a-secret-for-tests-0123456789-0123456789";

const silent = (): void => {};
const logger = { debug: silent, info: silent, warn: silent, error: silent };

/** A bot that is stopped and started anew as often as the test likes. */
class Shop {
  readonly #telegram: Telegram;
  readonly #store: () => Store | string;
  #handle: Handle | undefined;

  constructor(telegram: Telegram, store: () => Store | string) {
    this.#telegram = telegram;
    this.#store = store;
  }

  async restart(): Promise<void> {
    await this.stop();
    const handle = listen({
      bot,
      token: TOKEN,
      apiRoot: this.#telegram.url,
      store: this.#store(),
      secret: SECRET,
      port: 0,
      logger,
    });
    this.#handle = handle;
    await handle.ready;
    await handle.setWebhook({ url: `http://127.0.0.1:${handle.port()}${handle.path}` });
  }

  async stop(): Promise<void> {
    await this.#handle?.stop();
    this.#handle = undefined;
  }
}

async function orderThroughRestarts(store: () => Store | string): Promise<void> {
  const telegram = await startExampleTelegram();
  const shop = new Shop(telegram, store);
  const ada = telegram.users.get(ADA);
  const heard = async (who = ada): Promise<string> => textOf(await who.answer(PATIENT));
  try {
    await shop.restart();
    await ada.say("/order");
    assert.equal(await heard(), "Which size?");
    await ada.say("Large");
    assert.equal(await heard(), "Press a button, please.");

    await shop.restart();
    await ada.press("Large");
    assert.equal(await heard(), "A large one.");
    assert.equal(await heard(), "How many?");

    await shop.restart();
    await ada.say("many");
    assert.equal(await heard(), "many? A number from 1 to 9, please. (1)");
    await ada.say("/prices");
    assert.equal(await heard(), "Small 8 €, large 12 €.");
    await ada.say("2");
    assert.equal(await heard(), "Anything else?");

    await shop.restart();
    await ada.press("No");
    assert.match(await heard(), /^Order \d+: 2 large, 24 €\.$/);
    await ada.hearsNothing();

    await ada.say("/order");
    await heard();
    await ada.say("/cancel");
    assert.equal(await heard(), "No pizza, then.");
    await twoInOneGroup(telegram, heard);
  } finally {
    await shop.stop();
    await telegram.close();
  }
}

/** Each presses under a question of their own, and nobody answers for the other. */
async function twoInOneGroup(
  telegram: Telegram,
  heard: (who: ReturnType<Telegram["users"]["get"]>) => Promise<string>,
): Promise<void> {
  const [ada, bob] = [ADA, BOB].map((id) => telegram.users.get(id).in({ chat: GROUP }));
  await ada!.say("/order");
  assert.equal(await heard(ada!), "Which size?");
  await bob!.press("Small");
  await ada!.press("Small");
  assert.equal(await heard(ada!), "A small one.");
  assert.equal(await heard(ada!), "How many?");
}

describe("examples/conversation.ts, restarted between all answers", () => {
  it("takes the order once (SQLite)", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "conversation-"));
    try {
      await orderThroughRestarts(() => path.join(folder, "bot.sqlite"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("takes the order once (PostgreSQL)", async () => {
    const server = await PostgresServer.start();
    try {
      await orderThroughRestarts(() => createPostgresStore({ url: server.url }));
    } finally {
      await server.remove();
    }
  });
});
