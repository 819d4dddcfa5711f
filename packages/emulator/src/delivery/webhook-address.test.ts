import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EmulatedBot } from "../../test/emulated-bot.ts";
import { OK, ScriptedPeer } from "../../test/scripted-peer.ts";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { refuseAddress } from "./address-rules.ts";
import { WebhookAddress } from "./webhook-address.ts";

describe("the address of a webhook", () => {
  it("is the first IPv4 one of its host", async () => {
    const resolver = async (): Promise<readonly string[]> => ["::1", "127.0.0.1", "127.0.0.2"];
    await using bot = await EmulatedBot.start({ resolver });
    await bot.call("setWebhook", { url: "http://bot.example:9/" });
    const info = (await bot.call("getWebhookInfo")).result as Record<string, unknown>;
    assert.equal(info["ip_address"], "127.0.0.1");
  });

  it("is looked up again after half an hour, and a failure to do so changes nothing", async () => {
    const answers = [["127.0.0.1"], [], ["127.0.0.2"]];
    const askedAt: number[] = [];
    const resolver = async (): Promise<readonly string[]> => {
      askedAt.push(bot.secondsAt(bot.clock.monotonic()));
      return answers[askedAt.length - 1] ?? [];
    };
    await using bot = await EmulatedBot.start({ resolver });
    const ip = async (): Promise<unknown> =>
      ((await bot.call("getWebhookInfo")).result as Record<string, unknown>)["ip_address"];
    await bot.call("setWebhook", { url: "http://bot.example:9/" });
    await bot.advance(1_800);
    assert.equal(await ip(), "127.0.0.1");
    await bot.advance(1_800);
    assert.equal(await ip(), "127.0.0.2");
    assert.deepEqual(askedAt, [0, 1_800, 3_600]);
  });

  it("is never looked up when ip_address was given, and the Host header stays the name", async () => {
    const resolver = (): Promise<never> => Promise.reject(new Error("must not be asked"));
    await using bot = await EmulatedBot.start({ resolver });
    await using peer = new ScriptedPeer(bot.clock);
    await peer.up();
    const url = `http://bot.example:${peer.port}/`;
    await bot.call("setWebhook", { url, ip_address: "127.0.0.1" });
    bot.publish("message", 5);
    await bot.advance(1);
    await peer.down();
    assert.match(peer.requests[0]!.head, new RegExp(`^Host: bot.example:${peer.port}\r$`, "m"));
  });

  it("leaves a connection to the old address after its next answer when it changes", async () => {
    const answers = ["127.0.0.1", "127.0.0.2"];
    await using bot = await EmulatedBot.start({
      resolver: async () => [answers.length > 1 ? answers.shift()! : answers[0]!],
    });
    await using peer = new ScriptedPeer(bot.clock);
    await peer.up();
    peer.act = () => ({ ...OK, afterMs: 2_000 });
    await bot.call("setWebhook", { url: `http://bot.example:${peer.port}/` });
    await bot.advance(1_799);
    bot.publish("message", 5);
    await bot.advance(3);
    assert.equal(peer.requests.length, 1);
    assert.equal(peer.openConnections, 0);
  });

  it("stays as it was when the cloud's rules refuse the one that it would have next", async () => {
    const answers = ["149.154.167.220", "10.0.0.1", "2001:db8::1", "149.154.167.221"];
    const clock = new VirtualClock({ paused: true });
    const moves: string[] = [];
    const address = new WebhookAddress({
      clock,
      random: () => 0,
      resolver: async () => [answers.shift() ?? ""],
      host: "bot.example",
      isCloud: true,
      onMoved: (next) => moves.push(next),
    });
    assert.deepEqual(await address.start(), { ok: true, address: "149.154.167.220" });
    await clock.advance(3 * 1_800_000);
    address.stop();
    assert.deepEqual([moves, answers], [["149.154.167.221"], []]);
  });

  it("may be one of IPv6", async () => {
    await using bot = await EmulatedBot.start();
    await using peer = new ScriptedPeer(bot.clock);
    await peer.up();
    const host = `[::ffff:127.0.0.1]:${peer.port}`;
    await bot.call("setWebhook", { url: `http://${host}/` });
    bot.publish("message", 5);
    await bot.advance(1);
    await peer.down();
    assert.ok(peer.requests[0]?.head.includes(`Host: ${host}\r\n`));
  });

  it("is refused by the cloud's rules when it is reserved", () => {
    const reserved =
      "0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 169.254.1.1 172.16.0.1 " +
      "172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 " +
      "198.51.100.7 203.0.113.9 224.0.0.1 255.1.1.1";
    for (const address of reserved.split(" ")) {
      assert.equal(refuseAddress(address), `IP address ${address} is reserved`);
    }
    const free = ["1.1.1.1", "100.63.0.1", "100.128.0.1", "172.32.0.1", "192.0.1.1", "223.255.1.1"];
    for (const address of free) assert.equal(refuseAddress(address), undefined, address);
    assert.equal(refuseAddress("2001:db8::1"), "IPv6-only addresses are not allowed");
  });
});
