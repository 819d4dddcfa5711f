/**
 * Holds docs/from-aiogram.md to the truth: every row names tests that exist and names that hookgram
 * has. The few behaviours that no other test has a reason to look at are tested here.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import * as hookgram from "./index.ts";
import { Bot, Router, Scene, states } from "./index.ts";
import { SceneNavigator } from "./scene/scene-navigator.ts";
import { createTestHost, sampleUpdate } from "./testing.ts";

const ROOT = new URL("../../../", import.meta.url);
const TABLE = readFileSync(new URL("docs/from-aiogram.md", ROOT), "utf8");

interface Row {
  readonly aiogram: string;
  readonly ours: string;
  readonly tests: readonly string[];
}

const ROWS: readonly Row[] = TABLE.split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (aiogram |-)/.test(line))
  .map((line) => {
    const [aiogram = "", ours = "", , tests = ""] = line
      .slice(1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim());
    return { aiogram, ours, tests: tests.split("<br>").map((test) => test.trim()) };
  });

/** The titles of a file's tests and groups of tests. */
function titlesIn(file: string): string[] {
  const text = readFileSync(new URL(`packages/${file}`, ROOT), "utf8");
  const calls = text.matchAll(/\b(?:it|test|describe)\(\s*(["'`])((?:(?!\1).)*)\1/g);
  return [...calls].map(([, , title = ""]) => title);
}

describe("the table of docs/from-aiogram.md", () => {
  it("has the rows that a reader may expect", () => assert.ok(ROWS.length > 50, `${ROWS.length}`));

  for (const { aiogram, ours, tests } of ROWS) {
    it(`names tests for ${aiogram} (${ours})`, () => {
      for (const test of tests) {
        const [file = "", words = ""] = test.split(/: ?(.*)/s);
        assert.ok(existsSync(new URL(`packages/${file}`, ROOT)), `${file} does not exist`);
        assert.ok(words !== "", `${file}: name the test by words of its title`);
        assert.ok(
          titlesIn(file).some((title) => title.includes(words)),
          `no test in ${file} has "${words}" in its title: name one that proves the row`,
        );
      }
    });
  }

  it("names what hookgram has", () => {
    const bot = new Bot() as unknown as Readonly<Record<string, unknown>>;
    const router = new Router("router") as unknown as Readonly<Record<string, unknown>>;
    const scene = new Scene(states("quiz", { question: null }).question);
    const code = ROWS.flatMap(({ ours }) => [...ours.matchAll(/`([^`]+)`/g)]);
    for (const [, name = ""] of code) {
      const [owner = "", member] = name.split(".");
      if (owner === "router" || owner === "bot") {
        const object = owner === "bot" ? bot : router;
        assert.ok(member! in object, `${name} does not exist`);
      } else if (owner === "scene") {
        assert.ok(
          member! in scene || member! in SceneNavigator.prototype,
          `${name} does not exist`,
        );
      } else if (!WORDS.has(name)) {
        assert.ok(name in hookgram, `${name} is not exported`);
      }
    }
  });
});

/** Code in the table that is no name of an export: properties, options and packages. */
const WORDS = new Set(
  "args data handle() error failure strategy mount @hookgram/runtime".split(" "),
);

describe("a bot that was written with aiogram in mind", () => {
  it("gives what a root filter finds to the router's children", async () => {
    const seen: unknown[] = [];
    const child = new Router<{ readonly found: number }>("child");
    child.message(({ found }) => void seen.push(found));
    const bot = new Bot().filter(() => ({ found: 1 }));
    bot.include(child);
    await createTestHost(bot).feed(sampleUpdate("message"));
    assert.deepEqual(seen, [1]);
  });

  it("lets one middleware stand before every kind of update", async () => {
    const seen: string[] = [];
    const bot = new Bot().outer(({ kind }, next) => {
      seen.push(kind);
      return next();
    });
    const host = createTestHost(bot);
    for (const kind of ["message", "callback_query", "poll"] as const)
      await host.feed(sampleUpdate(kind));
    assert.deepEqual(seen, ["message", "callback_query", "poll"]);
  });

  it("lets filters replace what middlewares have added, and inner middlewares what filters have", async () => {
    const seen: unknown[] = [];
    const bot = new Bot()
      .outer((_context, next) => next({ by: "outer" as string }))
      .filter(({ by }) => seen.push(by) > 0 && { by: "root filter" })
      .inner(({ by }, next) => {
        seen.push(by);
        return next({ by: "inner" });
      });
    bot.message(
      ({ by }) => seen.push(by) > 0 && { by: "filter" },
      ({ by }) => void seen.push(by),
    );
    await createTestHost(bot).feed(sampleUpdate("message"));
    assert.deepEqual(seen, ["outer", "root filter", "filter", "inner"]);
  });
});
