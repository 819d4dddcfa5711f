import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { METHODS, OBJECTS } from "@hookgram/bot-api/schema";
import type { TypeSchema } from "@hookgram/bot-api/schema";
import { CallParams } from "../http/call-params.ts";
import { Refusal } from "../methods/method.ts";
import { checkParams } from "./check-params.ts";
import { sampleOf } from "./sample.ts";

const NOW_S = 1_795_262_400;

function paramsOf(values: Readonly<Record<string, unknown>>): CallParams {
  const params = new CallParams();
  for (const [name, value] of Object.entries(values)) {
    params.add(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  return params;
}

function refusal(method: keyof typeof METHODS, values: Readonly<Record<string, unknown>>): string {
  try {
    checkParams(METHODS[method], paramsOf(values));
    return "";
  } catch (error) {
    assert.ok(error instanceof Refusal);
    return error.message;
  }
}

/** An independent reading of the schema: where a value is not of its type, or "". */
function misfit(type: TypeSchema, value: unknown, path: string): string {
  const { array = 0, types, values } = type;
  if (array > 0) return Array.isArray(value) ? "" : `${path} is no list`;
  if (values !== undefined && !values.includes(value as string)) return `${path} is not allowed`;
  const [name] = types;
  if (name === "string") return typeof value === "string" ? "" : `${path} is no text`;
  if (name === "number") return typeof value === "number" ? "" : `${path} is no number`;
  if (name === "boolean") return typeof value === "boolean" ? "" : `${path} is no boolean`;
  if (name === "true") return value === true ? "" : `${path} is not true`;
  const object = OBJECTS[name!];
  if (object?.anyOf !== undefined) return misfit(object.anyOf[0]!, value, path);
  for (const field of object?.fields ?? []) {
    const inner = (value as Record<string, unknown>)[field.name];
    if (inner === undefined && !field.required) continue;
    const found = misfit(field, inner, `${path}.${field.name}`);
    if (found !== "") return found;
  }
  return "";
}

describe("a sample", () => {
  it("is of the type that the schema says, for every method", () => {
    for (const [name, { result }] of Object.entries(METHODS)) {
      const sample = sampleOf(result, { nowS: NOW_S, given: () => undefined });
      assert.equal(misfit(result, sample, name), "");
    }
  });

  it("repeats what the call gave, and its dates are now", () => {
    const given = (name: string): string | undefined => ({ name: "Offers" })[name];
    const result = sampleOf({ types: ["ForumTopic"] }, { nowS: NOW_S, given });
    assert.deepEqual(result, { message_thread_id: 1, name: "Offers", icon_color: 1 });
    const message = sampleOf({ types: ["MessageId"] }, { nowS: NOW_S, given });
    assert.deepEqual(message, { message_id: 1 });
  });
});

describe("the check against the schema", () => {
  it("wants what is required and names it", () => {
    assert.equal(refusal("getUserGifts", {}), 'Bad Request: parameter "user_id" is required');
    assert.equal(refusal("getUserGifts", { user_id: 7, more: "ignored" }), "");
  });

  it("looks into objects and lists", () => {
    const base = { chat_id: 1, title: "T", description: "D", payload: "p", currency: "XTR" };
    assert.equal(refusal("sendInvoice", { ...base, prices: [{ label: "L", amount: 1 }] }), "");
    const wrong = 'Bad Request: parameter "prices" must be an Array of LabeledPrice';
    assert.equal(refusal("sendInvoice", { ...base, prices: [{ label: "L" }] }), wrong);
    assert.equal(refusal("sendInvoice", { ...base, prices: {} }), wrong);
    assert.equal(
      refusal("sendInvoice", { ...base, prices: "[{" }),
      "Bad Request: can't parse prices JSON object",
    );
    assert.match(refusal("sendInvoice", { ...base, prices: [], currency: "QQQ" }), /one of AED/);
  });

  it("takes any alternative of a union", () => {
    const answer = (keyboard: unknown): string =>
      refusal("sendGame", { chat_id: 1, game_short_name: "g", reply_markup: keyboard });
    assert.equal(answer({ inline_keyboard: [[{ text: "x", callback_data: "y" }]] }), "");
    assert.match(answer({ inline_keyboard: [{ text: "x" }] }), /must be InlineKeyboardMarkup/);
  });
});
