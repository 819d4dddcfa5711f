import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { EmulatedBot, TOKEN } from "../test/emulated-bot.ts";
import { ScriptedPeer } from "../test/scripted-peer.ts";
import { VirtualClock } from "./clock/virtual-clock.ts";
import { SnapshotFile } from "./snapshot-file.ts";
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
      message: `${snapshotPath} is not a snapshot of the emulator; move it away to begin anew`,
    });
  });

  it("says in one line that a file is of another version", async () => {
    const snapshotPath = path.join(folder, "other-version.json");
    for (const [version, age] of [
      [0, "an older"],
      [2, "a newer"],
    ] as const) {
      writeFileSync(snapshotPath, JSON.stringify({ version, everything: [] }));
      const versions = `it has format ${version}, this one reads 1`;
      await assert.rejects(startTelegram({ port: 0, snapshotPath }), {
        code: "bad-world",
        message: `${snapshotPath} is a snapshot of ${age} emulator (${versions}); move it away to begin anew`,
      });
    }
  });

  it("gives no update id again when a crash lost the updates that had it", async () => {
    const snapshotPath = path.join(folder, "crash.json");
    const crashedPath = path.join(folder, "crashed.json");
    {
      await using bot = await EmulatedBot.start({ snapshotPath });
      bot.publish("message", 5);
    }
    let lostId: number | undefined;
    {
      await using bot = await EmulatedBot.start({ snapshotPath });
      copyFileSync(snapshotPath, crashedPath);
      lostId = bot.publish("message", 5);
    }
    await using bot = await EmulatedBot.start({ snapshotPath: crashedPath });
    assert.ok(bot.publish("message", 5)! > lostId!);
  });

  it("goes on in the time that somebody had moved it to", async () => {
    const snapshotPath = path.join(folder, "later.json");
    const dayMs = 24 * 60 * 60 * 1000;
    const first = await startTelegram({ port: 0, snapshotPath });
    await first.clock.advance(dayMs);
    await first.close();
    const second = await startTelegram({ port: 0, snapshotPath });
    const aheadMs = second.clock.now() - Date.now();
    await second.close();
    assert.ok(Math.abs(aheadMs - dayMs) < 10_000, `ahead by ${aheadMs} ms`);
  });

  it("keeps a second emulator away from its file until it has stopped", async () => {
    const snapshotPath = path.join(folder, "owned.json");
    {
      await using _owner = await EmulatedBot.start({ snapshotPath });
      await assert.rejects(startTelegram({ port: 0, snapshotPath }), {
        code: "snapshot-in-use",
        message: `${snapshotPath} is in use by another local Telegram`,
      });
    }
    await (await startTelegram({ port: 0, snapshotPath })).close();
  });

  it("says at the start that the file cannot be written", async () => {
    const notFolder = path.join(folder, "not-a-folder");
    writeFileSync(notFolder, "");
    const snapshotPath = path.join(notFolder, "world.json");
    await assert.rejects(startTelegram({ port: 0, snapshotPath }), {
      code: "snapshot-file",
      message: `${snapshotPath} cannot be written (EEXIST)`,
    });
  });
});

describe("a snapshot file", () => {
  const take = () => ({ version: 1, bots: [], world: "" }) as const;

  it("warns once while it cannot be written, and is written as soon as it can be", async () => {
    const away = path.join(folder, "away");
    const snapshotPath = path.join(away, "world.json");
    const clock = new VirtualClock({ paused: true });
    const warnings: string[] = [];
    const file = new SnapshotFile(snapshotPath, {
      clock,
      take,
      warn: (line) => warnings.push(line),
    });
    rmSync(away, { recursive: true });
    file.touch();
    await clock.advance(10_000);
    assert.deepEqual(warnings, [
      `${snapshotPath} cannot be written (ENOENT); it is tried again every two seconds`,
    ]);
    mkdirSync(away);
    await clock.advance(2_000);
    assert.ok(existsSync(snapshotPath));
    file.close();
  });

  it("is written 50 milliseconds after the first of some changes", async () => {
    const snapshotPath = path.join(folder, "soon.json");
    const clock = new VirtualClock({ paused: true });
    const file = new SnapshotFile(snapshotPath, { clock, take, warn: assert.fail });
    file.touch();
    await clock.advance(30);
    file.touch();
    await clock.advance(19);
    assert.equal(existsSync(snapshotPath), false);
    await clock.advance(1);
    assert.equal(existsSync(snapshotPath), true);
    file.abandon();
  });
});
