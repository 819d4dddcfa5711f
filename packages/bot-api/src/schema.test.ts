import assert from "node:assert/strict";
import { test } from "node:test";
import { METHOD_NAMES } from "./generated/method-names.ts";
import { type FieldSchema, METHODS, OBJECTS } from "./schema.ts";
import type { MethodName } from "./methods.ts";
import { UPDATE_KINDS } from "./update.ts";

function param(method: MethodName, name: string): FieldSchema {
  const found = METHODS[method].params.find((each) => each.name === name);
  assert.ok(found, `${method} has no parameter ${name}`);
  return found;
}

function field(object: string, name: string): FieldSchema {
  const found = OBJECTS[object]?.fields?.find((each) => each.name === name);
  assert.ok(found, `${object} has no field ${name}`);
  return found;
}

test("all 185 methods of Bot API 10.3 are there, the same as in the types", () => {
  assert.equal(METHOD_NAMES.length, 185);
  assert.deepEqual(Object.keys(METHODS), [...METHOD_NAMES]);
});

// Rows as core.telegram.org/bots/api has them, copied by hand.
test("parameters have the limits of the documentation", () => {
  assert.deepEqual(param("sendMessage", "text"), {
    name: "text",
    required: true,
    types: ["string"],
    lengthMin: 1,
    lengthMax: 4096,
    afterEntities: true,
  });
  assert.deepEqual(param("sendMessage", "chat_id"), {
    name: "chat_id",
    required: true,
    types: ["number", "string"],
  });
  assert.deepEqual(param("setWebhook", "secret_token"), {
    name: "secret_token",
    required: false,
    types: ["string"],
    lengthMin: 1,
    lengthMax: 256,
    pattern: "^[A-Za-z0-9_-]*$",
  });
  assert.deepEqual(param("setWebhook", "max_connections"), {
    name: "max_connections",
    required: false,
    types: ["number"],
    min: 1,
    max: 100,
  });
  assert.deepEqual(param("answerCallbackQuery", "text"), {
    name: "text",
    required: false,
    types: ["string"],
    lengthMin: 0,
    lengthMax: 200,
  });
  assert.deepEqual(param("getUpdates", "limit"), {
    name: "limit",
    required: false,
    types: ["number"],
    min: 1,
    max: 100,
  });
  assert.deepEqual(param("sendInvoice", "payload"), {
    name: "payload",
    required: true,
    types: ["string"],
    lengthMin: 1,
    lengthMax: 128,
    lengthUnit: "bytes",
  });
  assert.deepEqual(param("deleteMessages", "message_ids"), {
    name: "message_ids",
    required: true,
    types: ["number"],
    array: 1,
    itemsMin: 1,
    itemsMax: 100,
  });
  const { lengthMin, lengthMax } = param("sendPhoto", "caption");
  assert.deepEqual([lengthMin, lengthMax], [0, 1024]);
  const { itemsMin, itemsMax } = param("sendMediaGroup", "media");
  assert.deepEqual([itemsMin, itemsMax], [2, 10]);
});

test("fields of objects have the limits of the documentation", () => {
  assert.deepEqual(field("InlineKeyboardButton", "callback_data"), {
    name: "callback_data",
    required: false,
    types: ["string"],
    lengthMin: 1,
    lengthMax: 64,
    lengthUnit: "bytes",
  });
  assert.deepEqual(field("InlineKeyboardMarkup", "inline_keyboard"), {
    name: "inline_keyboard",
    required: true,
    types: ["InlineKeyboardButton"],
    array: 2,
  });
  assert.deepEqual(
    [field("BotCommand", "command"), field("BotCommand", "description")].map((each) => [
      each.lengthMin,
      each.lengthMax,
    ]),
    [
      [1, 32],
      [1, 256],
    ],
  );
  // "must be between 60 and 86400, or 0x7FFFFFFF": two bounds cannot say that.
  assert.equal(param("sendLocation", "live_period").max, undefined);
});

test("closed lists of values are spelled out", () => {
  assert.deepEqual(param("sendMessage", "parse_mode").values, ["HTML", "MarkdownV2", "Markdown"]);
  assert.deepEqual(field("Chat", "type").values, ["private", "group", "supergroup", "channel"]);
  assert.deepEqual(param("giftPremiumSubscription", "month_count").values, [3, 6, 12]);
  assert.deepEqual(field("InputMediaPhoto", "type").values, ["photo"]);
  assert.deepEqual(new Set(param("setWebhook", "allowed_updates").values), new Set(UPDATE_KINDS));
});

test("every kind of update is a field of Update", () => {
  const names = OBJECTS["Update"]?.fields?.map(({ name }) => name) ?? [];
  assert.deepEqual(new Set(names), new Set(["update_id", ...UPDATE_KINDS]));
});

test("files are marked where they can be uploaded", () => {
  assert.deepEqual(param("setWebhook", "certificate").types, ["InputFile"]);
  assert.equal(param("setWebhook", "certificate").file, "direct");
  assert.deepEqual(param("sendPhoto", "photo").types, ["InputFile", "string"]);
  const nested: readonly [MethodName, string][] = [
    ["sendMediaGroup", "media"],
    ["editMessageMedia", "media"],
    ["sendPaidMedia", "media"],
    ["addStickerToSet", "sticker"],
    ["createNewStickerSet", "stickers"],
    ["setMyProfilePhoto", "photo"],
    ["postStory", "content"],
  ];
  for (const [method, name] of nested) assert.equal(param(method, name).file, "nested", method);
  assert.equal(param("sendMessage", "reply_markup").file, undefined);
});

test("results are typed", () => {
  assert.deepEqual(METHODS.getMe.result, { types: ["User"] });
  assert.deepEqual(METHODS.sendMediaGroup.result, { types: ["Message"], array: 1 });
  assert.deepEqual(METHODS.editMessageText.result, { types: ["Message", "true"] });
  assert.deepEqual(METHODS.setWebhook.result, { types: ["true"] });
  assert.deepEqual(METHODS.getChatMemberCount.result, { types: ["number"] });
});

test("every type that is mentioned is a primitive, a file or an object of the schema", () => {
  const known = new Set([...Object.keys(OBJECTS), "string", "number", "boolean", "true", "false"]);
  known.add("InputFile");
  const mentioned = [
    ...Object.values(METHODS).flatMap(({ params, result }) => [result, ...params]),
    ...Object.values(OBJECTS).flatMap((each) => each.fields ?? each.anyOf),
  ].flatMap(({ types }) => types);
  assert.deepEqual(
    mentioned.filter((type) => !known.has(type)),
    [],
  );
});

test("a union of objects lists its members, a rich text may also be a plain one", () => {
  assert.deepEqual(OBJECTS["MenuButton"]?.anyOf, [
    { types: ["MenuButtonCommands", "MenuButtonWebApp", "MenuButtonDefault"] },
  ]);
  const richText = OBJECTS["RichText"]?.anyOf ?? [];
  assert.ok(richText[0]?.types.includes("string"));
  assert.deepEqual(richText[1], { types: ["RichText"], array: 1 });
});
