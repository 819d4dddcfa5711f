import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { EmulatedBot, TOKEN } from "../test/emulated-bot.ts";
import { ScriptedPeer } from "../test/scripted-peer.ts";
import { startTelegram } from "./telegram.ts";

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hookgram-emulator-"));
});
after(() => rmSync(folder, { recursive: true }));

describe("an emulator with a snapshot file", () => {
  it("goes on after a restart with its updates, ids, webhook and settings", async () => {
    const snapshotPath = path.join(folder, "world.json");
    let peer: ScriptedPeer;
    let firstId: number | undefined;
    {
      await using bot = await EmulatedBot.start({ snapshotPath });
      peer = new ScriptedPeer(bot.clock);
      await peer.up();
      const url = `http://127.0.0.1:${peer.port}/`;
      await bot.call("setWebhook", { url, secret_token: "s", allowed_updates: '["message"]' });
      peer.act = () => "hang";
      firstId = bot.publish("message", 5);
      await bot.advance(1);
    }
    await using bot = await EmulatedBot.start({ snapshotPath });
    peer.act = () => ({ send: "HTTP/1.1 200 OK\r\n\r\n" });
    await bot.advance(1);
    await peer.down();
    const [before, again] = peer.requests;
    assert.deepEqual([again?.head, again?.body], [before?.head, before?.body]);
    assert.equal(bot.publish("message", 5), firstId! + 1);
    const info = (await bot.call("getWebhookInfo")).result as Record<string, unknown>;
    assert.deepEqual(info["allowed_updates"], ["message"]);
  });

  it("keeps no token in the file and lets nobody else read it", async () => {
    const snapshotPath = path.join(folder, "secret.json");
    {
      await using bot = await EmulatedBot.start({ snapshotPath });
      await bot.call("getMe");
    }
    assert.ok(!readFileSync(snapshotPath, "utf8").includes(TOKEN.split(":")[1]!));
    assert.equal(statSync(snapshotPath).mode & 0o777, 0o600);
    await using bot = await EmulatedBot.start({ snapshotPath });
    assert.equal((await bot.call("getMe")).ok, true);
    const other = `${bot.telegram.url}/bot${TOKEN.replace("A", "B")}/getMe`;
    assert.equal((await fetch(other)).status, 401);
  });

  it("lets a bot in that the world file has named since then", async () => {
    const snapshotPath = path.join(folder, "named.json");
    {
      await using bot = await EmulatedBot.start({ snapshotPath });
      await bot.call("getMe");
    }
    const named = `77:${"C".repeat(30)}`;
    const telegram = await startTelegram({
      port: 0,
      snapshotPath,
      world: { bots: [{ token: named, username: "newcomer_bot" }] },
    });
    const statuses = [];
    for (const token of [named, TOKEN, `78:${"D".repeat(30)}`]) {
      statuses.push((await fetch(`${telegram.url}/bot${token}/getMe`)).status);
    }
    await telegram.close();
    assert.deepEqual(statuses, [200, 200, 401]);
  });

  it("says in one line that a file is not a snapshot", async () => {
    const snapshotPath = path.join(folder, "broken.json");
    writeFileSync(snapshotPath, '{"version":');
    await assert.rejects(startTelegram({ port: 0, snapshotPath }), {
      name: "EmulatorError",
      code: "bad-world",
      message: `${snapshotPath} is not a snapshot of this version of the emulator`,
    });
  });
});
