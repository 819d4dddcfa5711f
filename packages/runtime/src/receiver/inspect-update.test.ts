import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { DEPTH_MAX, inspectUpdate, MEMBERS_MAX, prefixedId } from "./inspect-update.ts";

const inspect = (text: string) => {
  const { updateId, fault } = inspectUpdate(Buffer.from(text));
  return { updateId, fault };
};
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

test("Telegram's own form is read, comma and newline after the id", () => {
  const found = inspect('{"update_id":569091602,\n"message":{"message_id":1,"text":"hi"}}');
  assert.deepEqual(found, { updateId: 569091602, fault: undefined });
});

const READABLE: readonly (readonly [name: string, json: string, updateId: number])[] = [
  ["another order of keys", '{"message":{"text":"hi"},"update_id":7}', 7],
  ["white space", ' {\n "update_id" :\t7 , "message" : {} }', 7],
  ["an escaped key", '{"update\\u005fid":7}', 7],
  ["a repeated key: the last counts, as for JSON.parse", '{"update_id":7,"update_id":8}', 8],
  ["a repetition behind an escape", '{"update_id":7,"\\u0075pdate_id":8}', 8],
  ["an inner update_id", '{"update_id":7,"message":{"update_id":8}}', 7],
  ["an inner update_id first", '{"message":{"update_id":8},"update_id":7}', 7],
  ["a key in a text", '{"update_id":7,"text":"\\",\\"update_id\\":8"}', 7],
  ["an exponent that is an integer", '{"update_id":7e2}', 700],
  ["zero", '{"update_id":0}', 0],
  ["the largest exact integer", '{"update_id":9007199254740991}', 9007199254740991],
  ["nothing else", '{"update_id":7}', 7],
  ["__proto__ beside it", '{"update_id":7,"__proto__":{"update_id":8}}', 7],
];

for (const [name, json, updateId] of READABLE) {
  test(`readable: ${name}`, () => assert.deepEqual(inspect(json), { updateId, fault: undefined }));
}

const UNREADABLE: readonly (readonly [name: string, json: string])[] = [
  ["nothing", ""],
  ["not JSON", "hello"],
  ["null", "null"],
  ["an array", '[{"update_id":7}]'],
  ["a text", '"update_id"'],
  ["no id", '{"message":{}}'],
  ["an id only under __proto__", '{"__proto__":{"update_id":7}}'],
  ["a negative id", '{"update_id":-7}'],
  ["a fraction", '{"update_id":7.5}'],
  ["a number that is not exact", '{"update_id":9007199254740993}'],
  ["a number beyond all", '{"update_id":1e999}'],
  ["digits without end", `{"update_id":${"9".repeat(100_000)}}`],
  ["a text for an id", '{"update_id":"7"}'],
  ["a list for an id", '{"update_id":[7]}'],
  ["null for an id", '{"update_id":null}'],
  ["a byte order mark", '\uFEFF{"update_id":7}'],
];

for (const [name, json] of UNREADABLE) {
  test(`unparsable without an id: ${name}`, () => {
    assert.deepEqual(inspect(json), { updateId: undefined, fault: "unparsable" });
  });
}

test("what is cut off is unparsable and keeps the id that its beginning shows", () => {
  const whole = '{"update_id":569091602,\n"message":{"text":"a \\" b","list":[1,2]}}';
  for (let length = 0; length < whole.length; length += 1) {
    const { updateId, fault } = inspect(whole.slice(0, length));
    assert.equal(fault, "unparsable", `${length} bytes`);
    assert.equal(updateId, length > 22 ? 569091602 : undefined, `${length} bytes`);
  }
});

test("bytes that are not UTF-8 are unparsable", () => {
  const bytes = Buffer.concat([
    Buffer.from('{"update_id":7,"a":"'),
    Buffer.of(0xc3),
    Buffer.from('"}'),
  ]);
  assert.deepEqual(inspectUpdate(bytes), { updateId: 7, fault: "unparsable" });
});

test("nesting is allowed up to its limit and refused beyond, however deep", () => {
  const at = (depth: number): string => `{"update_id":7,"a":${nested(depth - 1)}}`;
  assert.equal(inspect(at(DEPTH_MAX)).fault, undefined);
  for (const depth of [DEPTH_MAX + 1, 10_000, 500_000]) {
    assert.deepEqual(inspect(at(depth)), { updateId: 7, fault: "too-deep" });
  }
});

test("the content is what JSON.parse gives, and only there when there is no fault", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.jsonValue(), (id, value) => {
      const json = JSON.stringify({ update_id: id, value });
      const found = inspectUpdate(Buffer.from(json));
      assert.equal(found.fault, undefined);
      assert.deepEqual(found.content, JSON.parse(json));
    }),
  );
  assert.equal("content" in inspectUpdate(Buffer.from('{"update_id":7,')), false);
});

test("brackets in texts are not nesting", () => {
  assert.equal(inspect(`{"update_id":7,"a":"${"[{".repeat(500)}"}`).fault, undefined);
});

test("members are allowed up to their limit and refused beyond", () => {
  const withMembers = (count: number): string =>
    `{"update_id":7,"a":{${Array.from({ length: count - 2 }, (_, n) => `"${n}":0`).join()}}}`;
  assert.equal(inspect(withMembers(MEMBERS_MAX)).fault, undefined);
  assert.deepEqual(inspect(withMembers(MEMBERS_MAX + 1)), { updateId: 7, fault: "too-deep" });
});

test("looking at an update with __proto__ changes no prototype", () => {
  inspect('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
});

test("for any JSON object the id is the one that JSON.parse gives", () => {
  const key = fc.oneof(fc.constant("update_id"), fc.string());
  const document = fc
    .array(fc.tuple(key, fc.oneof(fc.maxSafeNat(), fc.jsonValue({ maxDepth: 4 }))))
    .map((members) =>
      members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`),
    )
    .map((members) => `{${members.join(",")}}`);
  fc.assert(
    fc.property(document, (json) => {
      const parsed = JSON.parse(json) as Record<string, unknown>;
      const id = Object.hasOwn(parsed, "update_id") ? parsed["update_id"] : undefined;
      const valid = Number.isSafeInteger(id) && (id as number) >= 0;
      assert.equal(inspect(json).updateId, valid ? id : undefined);
    }),
    { numRuns: 500 },
  );
});

test("the id of a beginning is read only when the number ends in it", () => {
  assert.equal(prefixedId(Buffer.from('{"update_id":12')), undefined);
  assert.equal(prefixedId(Buffer.from('{"update_id":12,')), 12);
  assert.equal(prefixedId(Buffer.from('{"update_id":012,')), undefined);
});

test("texts of every length end where they end, with and without escapes", () => {
  for (const escape of ["", '\\"', "\\\\", "\\u0022"]) {
    for (let length = 0; length < 200; length += 1) {
      for (const at of [0, length >> 1, length]) {
        const text = "x".repeat(at) + escape + "x".repeat(length - at);
        assert.deepEqual(inspect(`{"update_id":7,"a":"${text}","b":["]"]}`), {
          updateId: 7,
          fault: undefined,
        });
      }
    }
  }
});
