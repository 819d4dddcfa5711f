import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Bot, type Context, skip, text } from "../index.ts";
import { createTestHost, sampleUpdate } from "../testing.ts";

const hello = sampleUpdate("message", { text: "Hello" });

describe("a handler", () => {
  it("may be an object, which serves every update with its own fields", async () => {
    class Counter {
      readonly #log: string[];
      constructor(log: string[]) {
        this.#log = log;
      }
      handle({ message }: Context<"message">): void {
        this.#log.push(`${message.text}`);
      }
    }
    const log: string[] = [];
    const bot = new Bot();
    bot.message(new Counter(log));
    const host = createTestHost(bot);
    assert.deepEqual(await host.feed(hello), { status: "handled", handler: "bot/Counter" });
    await host.feed(hello);
    assert.deepEqual(log, ["Hello", "Hello"]);
    assert.equal(bot.describe(), "bot\n  message() → Counter");
  });

  it("may be a class, of which every update gets an instance of its own", async () => {
    const log: number[] = [];
    class Greeter {
      #greeted = 0;
      readonly context: Context<"message">;
      constructor(context: Context<"message">) {
        this.context = context;
      }
      async handle(): Promise<void> {
        this.#greeted += 1;
        log.push(this.#greeted);
        await this.context.reply("Hi");
      }
    }
    const bot = new Bot();
    bot.message(text("Hello"), Greeter);
    const host = createTestHost(bot);
    assert.deepEqual(await host.feed(hello), { status: "handled", handler: "bot/Greeter" });
    await host.feed(hello);
    assert.deepEqual(log, [1, 1]);
    assert.equal(host.calls.length, 2);
  });

  it("of any form may skip, and is named when it throws", async () => {
    const bot = new Bot();
    bot.message({ handle: () => skip });
    bot.message(
      class Failing {
        handle(): void {
          throw new Error("no paper");
        }
      },
    );
    await assert.rejects(createTestHost(bot).feed(hello), {
      code: "handler-failed",
      message: "Handler bot/Failing failed: no paper",
    });
  });

  it("is refused at once when it can do nothing", () => {
    for (const handler of [undefined, {}, "reply", { handle: 1 }])
      assert.throws(() => new Bot().message(handler as never), {
        code: "bad-argument",
        message:
          /^Router "bot", message: the last argument is the handler, a function or an object with/,
      });
  });
});
