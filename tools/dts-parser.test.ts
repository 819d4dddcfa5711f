import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDeclarations } from "./dts-parser.ts";

test("interfaces, aliases and their doc comments are read", () => {
  const found = parseDeclarations(`
    /** About the file. */
    import type * as Objects from "./objects"

    /**
     * A person.
     *
     * [More](https://example.org/*)
     */
    export interface Person<T = string> {
        /** A name, 1-64 characters */
        name: string
        friends?: (Objects.Person | "self")[][]
        parse: Exclude<keyof Objects.Update, "update_id">[]
        text: string | { toString(): string }
    }
    export type Dice = | 1 | 64
  `);
  assert.deepEqual(found, [
    {
      kind: "interface",
      name: "Person",
      doc: "A person.\n\n[More](https://example.org/*)",
      members: [
        {
          name: "name",
          optional: false,
          doc: "A name, 1-64 characters",
          type: { kind: "name", name: "string", args: [] },
        },
        {
          name: "friends",
          optional: true,
          doc: "",
          type: {
            kind: "array",
            of: {
              kind: "array",
              of: {
                kind: "union",
                of: [
                  { kind: "name", name: "Person", args: [] },
                  { kind: "literal", value: "self" },
                ],
              },
            },
          },
        },
        {
          name: "parse",
          optional: false,
          doc: "",
          type: {
            kind: "array",
            of: {
              kind: "name",
              name: "Exclude",
              args: [
                { kind: "keyof", of: { kind: "name", name: "Update", args: [] } },
                { kind: "literal", value: "update_id" },
              ],
            },
          },
        },
        {
          name: "text",
          optional: false,
          doc: "",
          type: {
            kind: "union",
            of: [
              { kind: "name", name: "string", args: [] },
              {
                kind: "method",
                name: "toString",
                returns: { kind: "name", name: "string", args: [] },
              },
            ],
          },
        },
      ],
    },
    {
      kind: "alias",
      name: "Dice",
      doc: "",
      type: {
        kind: "union",
        of: [
          { kind: "literal", value: 1 },
          { kind: "literal", value: 64 },
        ],
      },
    },
  ]);
});

test("what it does not know is an error that names the line", () => {
  assert.throws(
    () => parseDeclarations("export class A {}"),
    /line 1: expected "type", found "class"/,
  );
  assert.throws(() => parseDeclarations("\n\nexport type A = B & C"), /line 3: cannot read "&"/);
  assert.throws(() => parseDeclarations("export interface A {\n  a: {b: string}\n}"), /line 2/);
  assert.throws(
    () => parseDeclarations("export interface A {\n  a: string"),
    /line 2: expected a name/,
  );
});
