import assert from "node:assert/strict";
import { test } from "node:test";
import { commandText, completeCommand } from "./command-completion.ts";

const command = (name: string, bot = "shop_bot") => ({ bot, command: name, description: name });
const commands = [command("start"), command("status"), command("restart"), command("help")];
const found = (text: string) => completeCommand(text, commands).map((each) => each.command);

test("a slash offers everything, letters narrow it down", () => {
  assert.deepEqual(found("/"), ["start", "status", "restart", "help"]);
  assert.deepEqual(found("/sta"), ["start", "status", "restart"]);
  assert.deepEqual(found("/HE"), ["help"]);
  assert.deepEqual(found("/nothing"), []);
});

test("only a lone word after a slash is a command being typed", () => {
  assert.deepEqual(found(""), []);
  assert.deepEqual(found("sta"), []);
  assert.deepEqual(found("/start now"), []);
  assert.deepEqual(found("see /start"), []);
});

test("a command names its bot only where several bots listen", () => {
  assert.equal(commandText(commands[0]!, commands), "/start");
  const two = [command("start"), command("start", "other_bot")];
  assert.equal(commandText(two[1]!, two), "/start@other_bot");
});
