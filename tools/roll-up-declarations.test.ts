import assert from "node:assert/strict";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { rollUpDeclarations } from "./roll-up-declarations.ts";

/** A folder with these declaration files, as `tsc` would have left it. */
function folderWith(files: Readonly<Record<string, string>>, t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "hookgram-roll-up-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

function contents(folder: string): Record<string, string> {
  const names = globSync("**/*.d.ts", { cwd: folder }).toSorted();
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(path.join(folder, name), "utf8")]),
  );
}

test("one file has what the entries lead to, with its comments, and nothing else", (t) => {
  const folder = folderWith(
    {
      "index.d.ts":
        'export { Shop, type Order } from "./shop/shop.ts";\nexport type { Clock } from "./clock.ts";\n',
      "testing.d.ts": 'export { sample } from "./testing/sample.ts";\n',
      "shop/shop.d.ts":
        'import type { User } from "wire";\nimport { Clock } from "../clock.ts";\n' +
        "/** Sells. */\nexport declare class Shop {\n    /** Who buys. */\n    buyer: User;\n" +
        '    order(): Order;\n    open(at: import("../hours.ts").Hours): Clock;\n}\n' +
        "export interface Order { readonly item: string }\n" +
        "/** For other modules only. */\nexport declare function stock(): Order[];\n" +
        'declare module "wire" {\n    interface User { shop?: Shop }\n}\n',
      "clock.d.ts": "export declare class Clock { now(): number }\n",
      "hours.d.ts": "export type Hours = readonly Hour[];\ntype Hour = number;\n",
      "shop/till.d.ts": "export declare const till: number;\n",
      "testing/sample.d.ts":
        'import { Order } from "../shop/shop.ts";\nexport declare function sample(): Order;\n',
    },
    t,
  );
  rollUpDeclarations(folder, ["index", "testing"]);
  assert.deepEqual(contents(folder), {
    "declarations.d.ts":
      'import type { User } from "wire";\n' +
      "export declare class Clock { now(): number }\n" +
      "export type Hours = readonly Hour[];\ntype Hour = number;\n" +
      "/** Sells. */\nexport declare class Shop {\n\t/** Who buys. */\n\tbuyer: User;\n" +
      "\torder(): Order;\n\topen(at: Hours): Clock;\n}\n" +
      "export interface Order { readonly item: string }\n" +
      'declare module "wire" {\n\tinterface User { shop?: Shop }\n}\n' +
      "export declare function sample(): Order;\n",
    "index.d.ts":
      'export { Shop } from "./declarations.js";\n' +
      'export type { Order, Clock } from "./declarations.js";\n',
    "testing.d.ts": 'export { sample } from "./declarations.js";\n',
  });
});

test("lists of another package's names are passed on", (t) => {
  const folder = folderWith(
    {
      "index.d.ts": 'export type * from "./wire.ts";\n',
      "wire.d.ts":
        'import type * as Source from "source";\nimport type { TheirUser as User } from "source";\n' +
        'export type { TheirUser as User, TheirChat as Chat } from "source";\n' +
        "export interface Message extends Source.TheirMessage { from: User }\n",
    },
    t,
  );
  rollUpDeclarations(folder, ["index"]);
  assert.deepEqual(contents(folder), {
    "declarations.d.ts":
      'import type * as Source from "source";\nimport type { TheirUser as User } from "source";\n' +
      "export interface Message extends Source.TheirMessage { from: User }\n",
    "index.d.ts":
      'export { Message } from "./declarations.js";\n' +
      'export type { TheirUser as User, TheirChat as Chat } from "source";\n',
  });
});

test("two things of one name are refused, since one file cannot have both", (t) => {
  const folder = folderWith(
    {
      "index.d.ts": 'export { a } from "./a.ts";\nexport { b } from "./b.ts";\n',
      "a.d.ts": "interface Options { a: 1 }\nexport declare function a(options: Options): void;\n",
      "b.d.ts": "interface Options { b: 1 }\nexport declare function b(options: Options): void;\n",
    },
    t,
  );
  assert.throws(
    () => rollUpDeclarations(folder, ["index"]),
    /Options is declared in .*b\.d\.ts and in .*a\.d\.ts: call one of them otherwise/,
  );
});
