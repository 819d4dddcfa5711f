import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  and,
  Bot,
  chatType,
  command,
  commandsOf,
  conversation,
  or,
  Router,
  text,
} from "../index.ts";
import { createTestHost, sampleUpdate } from "../testing.ts";

const done = (): void => undefined;

/** A bot with a router for administrators. */
function shop() {
  const admins = new Router("admins");
  admins.message(
    and(command("ban", { description: "Ban somebody" }), chatType("supergroup")),
    done,
  );
  const bot = new Bot();
  bot.message(command(["help", "faq"], { description: { default: "Help", de: "Hilfe" } }), done);
  bot.message(command("secret"), done);
  bot.message(command("help", { description: "Another one" }), done);
  bot.message(or(text("Order"), command("order", { description: "Order tea" })), done);
  bot.include(admins);
  return { bot, admins };
}

describe("commandsOf", () => {
  it("has the commands with a description, each once, in the order of trying", () => {
    assert.deepEqual(commandsOf(shop().bot), [
      { command: "help", description: "Help" },
      { command: "order", description: "Order tea" },
      { command: "ban", description: "Ban somebody" },
    ]);
  });

  it("has what cancels a conversation", () => {
    const talk = conversation("talk", async ({ ask }) => void (await ask("?", text())), {
      cancel: command("cancel", { description: "Stop" }),
    });
    const bot = new Bot({ routers: [talk] });
    assert.deepEqual(commandsOf(bot), [{ command: "cancel", description: "Stop" }]);
  });

  it("has those of one router, and those of a language", () => {
    const { bot, admins } = shop();
    assert.deepEqual(commandsOf(admins), [{ command: "ban", description: "Ban somebody" }]);
    const descriptionsIn = (language: string): string[] =>
      commandsOf(bot, language).map(({ description }) => description);
    assert.deepEqual(descriptionsIn("de"), ["Hilfe", "Order tea", "Ban somebody"]);
    assert.deepEqual(descriptionsIn("fr"), ["Help", "Order tea", "Ban somebody"]);
  });

  it("is what a start hook gives to Telegram, once everything is registered", async () => {
    const bot = new Bot();
    bot.onStart(({ api }) => api.setMyCommands({ commands: commandsOf(bot) }));
    bot.message(command("start", { description: "Begin" }), done);
    const host = createTestHost(bot);
    await host.start();
    const commands = [{ command: "start", description: "Begin" }];
    assert.deepEqual(host.calls, [{ method: "setMyCommands", params: { commands } }]);
    await host.feed(sampleUpdate("message", { text: "/start" }));
  });

  for (const [name, description, problem] of [
    ["Start", "Begin", /command\("Start"\), description: in the menu a command has 1 to 32 of a-z/],
    ["x".repeat(33), "Begin", /1 to 32 of a-z/],
    ["start", "", /description: it has 1 to 256 characters/],
    ["start", "x".repeat(257), /it has 1 to 256 characters/],
    ["start", { default: "Begin", de: "" }, /in each language and as "default"/],
    ["start", { de: "Los" } as never, /as "default"/],
  ] as const)
    it(`refuses what Telegram would: ${name.slice(0, 9)} ${JSON.stringify(description).slice(0, 40)}`, () =>
      assert.throws(() => command(name, { description }), {
        code: "bad-argument",
        message: problem,
      }));

  it("refuses what is no router", () => {
    // @ts-expect-error It takes a bot or a router
    assert.throws(() => commandsOf([]), { message: "commandsOf: it takes a bot or a router" });
  });

  it("refuses more than a menu can have", () => {
    const bot = new Bot();
    for (let at = 0; at < 101; at += 1)
      bot.message(command(`c${at}`, { description: "One of many" }), done);
    assert.throws(() => commandsOf(bot), /"bot": 101 commands have a description, .* 100 at most/);
  });
});
