import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ANNA, BEN, BOT_ID, Stage } from "../../test/stage.ts";

describe("getMe", () => {
  it("answers with the fields of the Bot API", async () => {
    await using stage = await Stage.open();
    assert.deepEqual(await stage.ok("getMe"), {
      id: BOT_ID,
      is_bot: true,
      first_name: "Stage",
      username: "stage_bot",
      can_join_groups: true,
      can_read_all_group_messages: false,
      supports_inline_queries: false,
      can_connect_to_business: false,
      has_main_web_app: false,
      has_topics_enabled: false,
      allows_users_to_create_topics: false,
      can_manage_bots: false,
    });
  });
});

describe("texts about the bot", () => {
  it("are kept by language, with a common one for everyone else", async () => {
    await using stage = await Stage.open();
    await stage.ok("setMyDescription", { description: "Hello" });
    await stage.ok("setMyDescription", { description: "Hallo", language_code: "de" });
    assert.deepEqual(await stage.ok("getMyDescription", { language_code: "de" }), {
      description: "Hallo",
    });
    assert.deepEqual(await stage.ok("getMyDescription", { language_code: "fr" }), {
      description: "Hello",
    });
    await stage.ok("setMyDescription", { description: "", language_code: "de" });
    assert.deepEqual(await stage.ok("getMyDescription", { language_code: "de" }), {
      description: "Hello",
    });
    assert.deepEqual(await stage.ok("getMyShortDescription"), { short_description: "" });
    assert.equal(
      await stage.refusal("setMyName", { name: "x", language_code: "eng" }),
      "Bad Request: invalid language code specified",
    );
  });

  it("change the name in messages", async () => {
    await using stage = await Stage.open();
    await stage.ok("setMyName", { name: "Renamed" });
    assert.deepEqual(await stage.ok("getMyName"), { name: "Renamed" });
    assert.equal((await stage.ok<{ first_name: string }>("getMe")).first_name, "Renamed");
  });
});

describe("commands", () => {
  const commands = [{ command: "help", description: "How it works" }];

  it("are shown by scope and language, the narrowest first", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const inGerman = [{ command: "hilfe", description: "Wie es geht" }];
    const forAnna = [{ command: "anna", description: "For Anna" }];
    await stage.ok("setMyCommands", { commands });
    await stage.ok("setMyCommands", { commands: inGerman, language_code: "de" });
    await stage.ok("setMyCommands", {
      commands: forAnna,
      scope: { type: "chat", chat_id: ANNA },
    });
    assert.deepEqual(await stage.ok("getMyCommands"), commands);
    const shown = async (person: number): Promise<string[]> => {
      const menu = await stage.act<{ commands: { command: string }[] }>("getMenu", { person });
      return menu.commands.map(({ command }) => command);
    };
    assert.deepEqual(await shown(ANNA), ["anna"]);
    assert.deepEqual(await shown(BEN), ["help"]);
    await stage.ok("deleteMyCommands", { scope: { type: "chat", chat_id: ANNA } });
    assert.deepEqual(await shown(ANNA), ["help"]);
  });

  it("are checked in Telegram's words", async () => {
    await using stage = await Stage.open();
    const cases: readonly (readonly [params: object, description: string])[] = [
      [{ commands: "[" }, "can't parse commands JSON object"],
      [{ commands: {} }, "expected an Array of BotCommand"],
      [{ commands: [1] }, "can't parse BotCommand: expected an Object"],
      [
        { commands: [{ command: "a" }] },
        "can't parse BotCommand: Can't find field \"description\"",
      ],
      [{ commands: [{ command: "", description: "x" }] }, "command must be non-empty"],
      [{ commands: [{ command: "a", description: "" }] }, "command description must be non-empty"],
      [
        { commands: [{ command: "a".repeat(33), description: "x" }] },
        "command length must not exceed 32",
      ],
      [{ commands: [{ command: "A-b", description: "x" }] }, "BOT_COMMAND_INVALID"],
      [
        { commands, scope: { type: "x" } },
        "can't parse BotCommandScope: Unsupported type specified",
      ],
      [{ commands, scope: { type: "chat", chat_id: 5 } }, "chat not found"],
    ];
    for (const [params, description] of cases) {
      const refusal = await stage.refusal("setMyCommands", params);
      assert.equal(refusal, `Bad Request: ${description}`);
    }
  });
});

describe("the menu button", () => {
  it("is set for everyone or for one chat", async () => {
    await using stage = await Stage.open();
    assert.deepEqual(await stage.ok("getChatMenuButton"), { type: "commands" });
    const web = { type: "web_app", text: "Shop", web_app: { url: "https://shop.example/" } };
    await stage.ok("setChatMenuButton", { chat_id: ANNA, menu_button: web });
    assert.deepEqual(await stage.ok("getChatMenuButton", { chat_id: ANNA }), web);
    assert.deepEqual(await stage.ok("getChatMenuButton", { chat_id: BEN }), { type: "commands" });
    // python-telegram-bot, tests/test_bot.py: what was set to the default is told as that.
    await stage.ok("setChatMenuButton", { chat_id: ANNA, menu_button: { type: "default" } });
    assert.deepEqual(await stage.ok("getChatMenuButton", { chat_id: ANNA }), { type: "default" });
    assert.equal(
      await stage.refusal("setChatMenuButton", { menu_button: { type: "x" } }),
      "Bad Request: can't parse menu button: MenuButton has unsupported type",
    );
  });
});

describe("default rights of an administrator", () => {
  // python-telegram-bot, tests/test_bot.py, test_get_set_my_default_administrator_rights
  it("in channels are those that channels know, and nobody is anonymous", async () => {
    await using stage = await Stage.open();
    const rights = { can_post_messages: true, can_pin_messages: true, is_anonymous: true };
    await stage.ok("setMyDefaultAdministratorRights", { rights, for_channels: true });
    const kept = await stage.ok<Record<string, boolean>>("getMyDefaultAdministratorRights", {
      for_channels: true,
    });
    assert.equal(kept["can_post_messages"], true);
    assert.equal(kept["is_anonymous"], false);
    assert.equal("can_pin_messages" in kept, false);
    assert.equal("can_manage_topics" in kept, false);
  });
});
