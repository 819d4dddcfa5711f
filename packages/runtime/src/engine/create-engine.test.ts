import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type BotApi, BotApiError, createBotApi } from "@hookgram/bot-api";
import type { Invocation } from "hookgram";

import { chatOf, EngineGround } from "../../test/engine-ground.ts";
import { RuntimeError } from "../error.ts";
import { createSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { createEngine } from "./create-engine.ts";

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof RuntimeError && error.code === code;
}

/** A promise that a test resolves. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe("an engine", () => {
  let ground: EngineGround;
  beforeEach(() => {
    ground = new EngineGround();
  });
  afterEach(() => ground.close());

  describe("in its lanes", () => {
    it("handles a chat's updates one at a time, in the order in which they were accepted", async () => {
      const handled: number[] = [];
      let running = 0;
      const engine = await ground.start(async ({ update }) => {
        running += 1;
        assert.equal(running, 1);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        handled.push(update.update_id);
      });
      const updates = Array.from({ length: 100 }, () => ground.message(1));
      await Promise.all(updates.map((update) => engine.accept(update)));
      await ground.settleAll();
      assert.deepEqual(
        handled,
        updates.map(({ updateId }) => updateId),
      );
    });

    it("does not let a chat that hangs hold up another one", async () => {
      const handled: number[] = [];
      const hanging = gate();
      const engine = await ground.start(async (invocation) => {
        if (chatOf(invocation) === 1) await hanging.opened;
        handled.push(chatOf(invocation));
      });
      await engine.accept(ground.message(1));
      await Promise.all([2, 3, 4].map((chatId) => engine.accept(ground.message(chatId))));
      await ground.until(() => handled.length === 3);
      assert.deepEqual(
        handled.toSorted((a, b) => a - b),
        [2, 3, 4],
      );
      hanging.open();
      await ground.settleAll();
      assert.equal(handled.at(-1), 1);
    });

    it("puts a button press in the lane of its message's chat", async () => {
      const handled: string[] = [];
      const hanging = gate();
      const engine = await ground.start(async ({ update }) => {
        if (update.message !== undefined) await hanging.opened;
        handled.push(update.message === undefined ? "press" : "message");
      });
      await engine.accept(ground.message(1));
      await engine.accept(ground.press(1));
      await ground.quiet();
      assert.deepEqual(handled, []);
      hanging.open();
      await ground.settleAll();
      assert.deepEqual(handled, ["message", "press"]);
    });

    it("handles updates without order side by side", async () => {
      const hanging = gate();
      let running = 0;
      const engine = await ground.start(
        async () => {
          running += 1;
          await hanging.opened;
        },
        { laneKey: () => null },
      );
      await Promise.all([1, 1, 1].map((chatId) => engine.accept(ground.message(chatId))));
      await ground.until(() => running === 3);
      hanging.open();
      await ground.settleAll();
    });

    it("runs no more attempts at the same moment than it may", async () => {
      let running = 0;
      let most = 0;
      const engine = await ground.start(
        async () => {
          most = Math.max(most, (running += 1));
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
        },
        { concurrencyMax: 3 },
      );
      await Promise.all(
        Array.from({ length: 40 }, (_, chatId) => engine.accept(ground.message(chatId))),
      );
      await ground.settleAll();
      assert.equal(most, 3);
    });

    it("keeps only so much in memory and loses no order over it", async () => {
      const handled = new Map<number, number[]>();
      const engine = await ground.start(
        (invocation) => {
          const list = handled.get(chatOf(invocation)) ?? [];
          handled.set(chatOf(invocation), [...list, invocation.update.update_id]);
        },
        { loadedMax: 20, concurrencyMax: 2 },
      );
      const accepting: Promise<unknown>[] = [];
      let lanesMost = 0;
      for (let turn = 0; turn < 20; turn += 1) {
        for (let count = 0; count < 100; count += 1) {
          accepting.push(engine.accept(ground.message(count % 7 === 0 ? 1 : count)));
        }
        await new Promise((resolve) => setImmediate(resolve));
        lanesMost = Math.max(lanesMost, engine.stats().lanes);
      }
      await Promise.all(accepting);
      await ground.settleAll();
      const all = [...handled.values()];
      assert.equal(all.flat().length, 2_000);
      for (const ids of all)
        assert.deepEqual(
          ids,
          ids.toSorted((a, b) => a - b),
        );
      assert.ok(lanesMost <= 40, `${lanesMost} lanes were in memory`);
      assert.equal(engine.stats().lanes, 0);
    });
  });

  describe("accepting", () => {
    it("has one effect for 50 deliveries of the same update at the same moment", async () => {
      let effects = 0;
      const engine = await ground.start(() => (effects += 1));
      const update = ground.message(1);
      const answers = await Promise.all(Array.from({ length: 50 }, () => engine.accept(update)));
      await ground.settleAll();
      assert.equal(answers.filter((answer) => answer === "stored").length, 1);
      assert.equal(answers.filter((answer) => answer === "duplicate").length, 49);
      assert.equal(effects, 1);
      assert.equal(await engine.accept(update), "duplicate");
      assert.equal(engine.stats().duplicates, 50);
    });

    it("does not wait for the handler", async () => {
      const hanging = gate();
      const engine = await ground.start(() => hanging.opened);
      assert.equal(await engine.accept(ground.message(1)), "stored");
      hanging.open();
    });

    it("parks what cannot be read, with its bytes", async () => {
      const engine = await ground.start(() => assert.fail("there is nothing to handle"));
      const broken = { ...ground.message(1), raw: Buffer.from('{"update_id":1,"message":{') };
      assert.equal(await engine.accept(broken), "stored");
      const deep = { ...ground.message(1), parkedBecause: "too-deep" as const };
      assert.equal(await engine.accept(deep), "stored");
      const parked = await engine.parked();
      assert.deepEqual(
        parked.map(({ reason }) => reason),
        ["too-deep", "unparsable"],
      );
      assert.equal(Buffer.from(parked[1]!.raw).toString(), '{"update_id":1,"message":{');
      assert.equal(engine.stats().parked, 2);
    });

    it("refuses updates of bots that it does not run, before the start and after the stop", async () => {
      const engine = await ground.start(() => {});
      const stranger = { ...ground.message(1), botId: 8 };
      await assert.rejects(engine.accept(stranger), hasCode("bad-options"));
      await engine.stop();
      await assert.rejects(engine.accept(ground.message(1)), hasCode("stopping"));
      const store = createSqliteStore({ path: "never-opened.sqlite" });
      const bot = { id: 7, me: {} as never, api: {} as BotApi, handler: {} as never };
      const unstarted = createEngine({ store, bots: [bot] });
      await assert.rejects(unstarted.accept(ground.message(1)), hasCode("store-unavailable"));
    });

    it("uses the default lane when the user's laneKey throws", async () => {
      const handled: number[] = [];
      const engine = await ground.start(({ update }) => handled.push(update.update_id), {
        laneKey() {
          throw new Error("no key");
        },
      });
      const updates = [ground.message(1), ground.message(1)];
      await Promise.all(updates.map((update) => engine.accept(update)));
      await ground.settleAll();
      assert.deepEqual(
        handled,
        updates.map(({ updateId }) => updateId),
      );
      assert.match(ground.logger.lines.join("\n"), /laneKey failed/);
    });
  });

  describe("when an attempt fails", () => {
    it("tries again after a growing delay, and holds only its own lane", async () => {
      const runs: { readonly attempt: number; readonly atMs: number }[] = [];
      const handled: string[] = [];
      const startMs = ground.clock.now();
      const engine = await ground.start(
        ({ update, attempt }) => {
          const text = update.message!.text!;
          if (text === "flaky") runs.push({ attempt, atMs: ground.clock.now() - startMs });
          if (text === "flaky" && attempt < 4) throw new Error("not yet");
          handled.push(text);
        },
        // With 0.5 of a random number, the jitter leaves three quarters.
        { retryDelayMs: 1_000, retryDelayMaxMs: 2_000, random: () => 0.5 },
      );
      await engine.accept(ground.message(1, "flaky"));
      await engine.accept(ground.message(1, "behind"));
      await engine.accept(ground.message(2, "elsewhere"));
      await ground.quiet();
      assert.deepEqual(handled, ["elsewhere"]);
      assert.equal(engine.stats().retrying, 1);
      await ground.settleAll(250);
      assert.deepEqual(runs, [
        { attempt: 1, atMs: 0 },
        { attempt: 2, atMs: 750 },
        { attempt: 3, atMs: 2_250 },
        { attempt: 4, atMs: 3_750 },
      ]);
      assert.deepEqual(handled, ["elsewhere", "flaky", "behind"]);
    });

    it("waits at least as long as Telegram asks", async () => {
      const engine = await ground.start(
        ({ attempt }) => {
          if (attempt > 1) return;
          const description = "Too Many Requests: retry after 30";
          const details = { method: "sendMessage", description, ambiguous: false } as const;
          throw new BotApiError({ code: "telegram", ...details, retryAfterSeconds: 30 });
        },
        { retryDelayMs: 10 },
      );
      await engine.accept(ground.message(1));
      await ground.quiet();
      ground.clock.advance(29_999);
      await ground.quiet();
      assert.equal(engine.stats().pending, 1);
      ground.clock.advance(1);
      await ground.settleAll();
    });

    it("parks it after the last attempt, with the error, and goes on in the lane", async () => {
      const attempts: (readonly [attempt: number, isLast: boolean])[] = [];
      const handled: string[] = [];
      const engine = await ground.start(
        ({ update, attempt, attemptsMax }) => {
          if (update.message!.text === "poison") {
            attempts.push([attempt, attempt === attemptsMax]);
            const cause = new Error("refused by 123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
            throw new Error("cannot digest", { cause });
          }
          handled.push(update.message!.text!);
        },
        { attemptsMax: 3, retryDelayMs: 100 },
      );
      const poison = ground.message(1, "poison");
      await engine.accept(poison);
      await engine.accept(ground.message(1, "next"));
      await ground.settleAll();
      const expected = [
        [1, false],
        [2, false],
        [3, true],
      ];
      assert.deepEqual(attempts, expected);
      assert.deepEqual(handled, ["next"]);
      const [letter, ...others] = await engine.parked();
      assert.deepEqual(others, []);
      assert.equal(letter?.updateId, poison.updateId);
      assert.deepEqual([letter?.reason, letter?.attempts], ["failed", 3]);
      assert.match(letter!.error, /cannot digest/);
      assert.match(letter!.error, /refused by 123456:\[secret\]/);
      assert.equal(engine.stats().failedAttempts, 3);
      assert.doesNotMatch(ground.logger.lines.join("\n"), /AAAAA/);
    });

    it("parks a poison in a hundred chats without holding up a hundred others", async () => {
      const handled: number[] = [];
      const engine = await ground.start(
        (invocation) => {
          if (invocation.update.message!.text === "poison") throw new Error("poison");
          handled.push(chatOf(invocation));
        },
        { attemptsMax: 2, retryDelayMs: 60_000 },
      );
      const chats = Array.from({ length: 100 }, (_, chatId) => chatId);
      await Promise.all(chats.map((chatId) => engine.accept(ground.message(chatId, "poison"))));
      await Promise.all(chats.map((chatId) => engine.accept(ground.message(1_000 + chatId))));
      await ground.quiet();
      assert.equal(handled.length, 100);
      assert.equal(engine.stats().retrying, 100);
      ground.clock.advance(60_000);
      await ground.settleAll();
      assert.equal(engine.stats().parked, 100);
    });

    it("ends at its deadline, whatever the handler does, and nothing of it counts later", async () => {
      const late = gate();
      const outcomes: unknown[] = [];
      const signals: AbortSignal[] = [];
      const handled: number[] = [];
      const api = createBotApi({ token: `7:${"A".repeat(35)}`, fetch: () => assert.fail("sent") });
      const zombie = async (invocation: Invocation): Promise<void> => {
        signals.push(invocation.signal);
        const state = { state: "s:zombie", data: 1, schemaVersion: 1 };
        invocation.states.write("before", state);
        await late.opened;
        for (const late of [
          () => invocation.states.read("key"),
          async () => invocation.states.write("key", state),
          () => invocation.step("late", () => assert.fail("the step ran")),
          () => invocation.api.sendMessage({ chat_id: 1, text: "late" }),
        ]) {
          outcomes.push(await late().catch((error: RuntimeError) => error.code));
        }
      };
      const engine = await ground.start(
        (invocation) =>
          invocation.attempt === 1 && invocation.update.message!.text === "hang"
            ? zombie(invocation)
            : handled.push(invocation.update.update_id),
        { attemptTimeoutMs: 5_000, retryDelayMs: 100, api },
      );
      const hanging = ground.message(1, "hang");
      const next = ground.message(1);
      await engine.accept(hanging);
      await engine.accept(next);
      await ground.quiet();
      assert.equal(signals[0]?.aborted, false);
      ground.clock.advance(5_000);
      assert.equal(signals[0]?.aborted, true);
      assert.equal(signals[0]?.reason.name, "TimeoutError");
      await ground.settleAll();
      assert.deepEqual(handled, [hanging.updateId, next.updateId]);
      late.open();
      await ground.until(() => outcomes.length === 4);
      assert.deepEqual(outcomes, Array(4).fill("attempt-over"));
      assert.equal((await ground.store.readState("before")).version, 0);
      assert.equal(engine.stats().handled, 2);
    });

    it("parks an update whose process died in every attempt", async () => {
      const poison = ground.message(1, "poison");
      let attempts = 0;
      const die = ({ update }: Invocation): Promise<never> | undefined => {
        if (update.message!.text !== "poison") return undefined;
        attempts += 1;
        return new Promise(() => {});
      };
      await ground.start(die, { attemptsMax: 3 });
      await ground.engine.accept(poison);
      await ground.engine.accept(ground.message(1, "next"));
      for (let life = 1; life <= 3; life += 1) {
        await ground.until(() => attempts === life);
        await ground.crash();
        await ground.start(die, { attemptsMax: 3 });
      }
      await ground.settleAll();
      assert.equal(attempts, 3);
      const [letter] = await ground.engine.parked();
      assert.equal(letter?.updateId, poison.updateId);
      assert.equal(letter?.reason, "killed-process");
      assert.equal(ground.engine.stats().handled, 1);
    });

    it("runs what may have killed the process alone, so that the others do not suffer", async () => {
      const innocent = [1, 2, 3, 4].map((chatId) => ground.message(chatId));
      const poison = ground.message(5, "poison");
      let running = 0;
      const handled = new Set<number>();
      // Kills when it runs: the others that run at this moment are interrupted with it.
      let killed = gate();
      const handle = async ({ update }: Invocation): Promise<void> => {
        running += 1;
        if (update.message!.text === "poison") killed.open();
        // In the first two lives everybody is running when the process dies.
        if (life < 3) await new Promise(() => {});
        if (update.message!.text === "poison") await new Promise(() => {});
        handled.add(update.update_id);
      };
      let life = 1;
      await ground.start(handle, { attemptsMax: 5 });
      await Promise.all([...innocent, poison].map((update) => ground.engine.accept(update)));
      for (; life <= 5; life += 1) {
        await killed.opened;
        if (life < 3) await ground.until(() => running === 5);
        await ground.crash();
        killed = gate();
        running = 0;
        await ground.start(handle, { attemptsMax: 5 });
      }
      await ground.settleAll();
      assert.deepEqual(
        (await ground.engine.parked()).map(({ updateId }) => updateId),
        [poison.updateId],
      );
      assert.equal(handled.size, 4);
    });
  });

  describe("with updates that outlive their use", () => {
    it("records them as expired and does not handle them", async () => {
      const handled: number[] = [];
      const hanging = gate();
      const engine = await ground.start(async (invocation) => {
        await hanging.opened;
        handled.push(invocation.update.update_id);
      });
      const message = ground.message(1);
      await engine.accept(message);
      await engine.accept(ground.press(1));
      ground.clock.advance(100_000);
      const fresh = ground.press(1);
      await engine.accept(fresh);
      ground.clock.advance(50_000);
      // The attempt at the message has run into its deadline meanwhile: it is tried again.
      hanging.open();
      await ground.settleAll();
      assert.deepEqual(handled.slice(-1), [fresh.updateId]);
      assert.equal(engine.stats().expired, 1);
    });

    it("takes a button press at 150 seconds and an inline query at 30", async () => {
      const handled: number[] = [];
      const engine = await ground.start(({ update }) => handled.push(update.update_id));
      const from = { id: 1, is_bot: false, first_name: "Ada" };
      const query = { inline_query: { id: "1", from, query: "", offset: "" } };
      const old = (update: ReturnType<typeof ground.message>, ageMs: number) => ({
        ...update,
        receivedAtMs: ground.clock.now() - ageMs,
      });
      const inTime = [old(ground.press(1), 149_999), old(ground.update(query), 29_999)];
      const late = [old(ground.press(2), 150_000), old(ground.update(query), 30_000)];
      const never = old(ground.message(3), 86_400_000);
      for (const update of [...inTime, ...late, never]) await engine.accept(update);
      await ground.settleAll();
      assert.deepEqual(
        handled.toSorted((a, b) => a - b),
        [...inTime, never].map(({ updateId }) => updateId),
      );
      assert.equal(engine.stats().expired, 2);
    });

    it("handles them late when it is told to", async () => {
      const engine = await ground.start(() => {}, { handleExpired: true });
      await engine.accept({ ...ground.press(1), receivedAtMs: 0 });
      await ground.settleAll();
      assert.deepEqual([engine.stats().handled, engine.stats().expired], [1, 0]);
    });
  });

  describe("with conversation state", () => {
    const count = async ({ states }: Invocation, key: string): Promise<number> => {
      const known = await states.read(key);
      const next = ((known?.data as number | undefined) ?? 0) + 1;
      states.write(key, { state: "count:er", data: next, schemaVersion: 1 });
      return next;
    };

    it("shows an attempt what it wrote, and everybody else only what was committed", async () => {
      const seen: number[] = [];
      const engine = await ground.start(
        async (invocation) => {
          const key = `chat${chatOf(invocation)}`;
          await count(invocation, key);
          seen.push(await count(invocation, key));
          if (invocation.attempt === 1) throw new Error("nothing of this remains");
        },
        { retryDelayMs: 10 },
      );
      for (let times = 0; times < 3; times += 1) await engine.accept(ground.message(1));
      await ground.settleAll();
      assert.deepEqual(seen, [2, 2, 4, 4, 6, 6]);
      assert.equal((await ground.store.readState("chat1")).record?.data, 6);
    });

    it("keeps state over a restart", async () => {
      const seen: number[] = [];
      const handle = async (invocation: Invocation): Promise<unknown> =>
        seen.push(await count(invocation, "key"));
      await ground.start(handle);
      await ground.engine.accept(ground.message(1));
      await ground.settleAll();
      await ground.engine.stop();
      await ground.start(handle);
      await ground.engine.accept(ground.message(1));
      await ground.settleAll();
      assert.deepEqual(seen, [1, 2]);
    });

    it("applies each update once when many lanes change one record", async () => {
      const engine = await ground.start(async (invocation) => {
        await count(invocation, "everybody");
        await new Promise((resolve) => setImmediate(resolve));
      });
      await Promise.all(
        Array.from({ length: 40 }, (_, chatId) => engine.accept(ground.message(chatId))),
      );
      await ground.settleAll(5);
      assert.equal((await ground.store.readState("everybody")).record?.data, 40);
      assert.equal(engine.stats().handled, 40);
      assert.ok(engine.stats().stateConflicts > 0);
    });

    it("does not let a handler change what others read", async () => {
      const seen: unknown[] = [];
      const engine = await ground.start(async ({ states }) => {
        const record = await states.read("key");
        seen.push(structuredClone(record?.data));
        if (record === undefined) {
          const data = { list: [1] };
          states.write("key", { state: "a:b", data, schemaVersion: 1 });
          data.list.push(2);
        } else (record.data as { list: number[] }).list.push(3);
      });
      for (let times = 0; times < 3; times += 1) await engine.accept(ground.message(1));
      await ground.settleAll();
      assert.deepEqual(seen, [undefined, { list: [1] }, { list: [1] }]);
    });

    it("parks an update that writes what the store cannot keep", async () => {
      const engine = await ground.start(
        ({ states, update }) => {
          const schemaVersion = update.message!.text === "odd" ? 0.5 : 1;
          states.write("key", { state: "a:b", data: 1, schemaVersion });
        },
        { attemptsMax: 2, retryDelayMs: 10 },
      );
      await engine.accept(ground.message(1, "odd"));
      await engine.accept(ground.message(1));
      await ground.settleAll();
      assert.equal((await engine.parked()).length, 1);
      assert.equal(engine.stats().handled, 1);
    });
  });

  describe("with effects", () => {
    it("runs a step once, whatever happens to the attempts after it", async () => {
      let charged = 0;
      const results: unknown[] = [];
      const handle = async ({ step, attempt }: Invocation): Promise<void> => {
        results.push(await step("charge", () => ({ receipt: (charged += 1) })));
        if (attempt === 1) throw new Error("after the charge");
        if (attempt === 2) await new Promise(() => {});
      };
      const engine = await ground.start(handle, { retryDelayMs: 10 });
      await engine.accept(ground.message(1));
      await ground.quiet();
      ground.clock.advance(10);
      await ground.until(() => results.length === 2);
      await ground.crash();
      await ground.start(handle, { retryDelayMs: 10 });
      await ground.settleAll();
      assert.equal(charged, 1);
      assert.deepEqual(results, Array(3).fill({ receipt: 1 }));
    });

    it("repeats a step that failed", async () => {
      let tries = 0;
      const engine = await ground.start(
        ({ step }) =>
          step("fragile", () => {
            tries += 1;
            if (tries === 1) throw new Error("fragile");
          }),
        { retryDelayMs: 10 },
      );
      await engine.accept(ground.message(1));
      await ground.settleAll();
      assert.equal(tries, 2);
      assert.equal(engine.stats().handled, 1);
    });

    it("sends a message once, the same text twice when it is asked twice, another text too", async () => {
      const sent: unknown[] = [];
      const fetch = (async (_url: unknown, init: RequestInit) => {
        sent.push((JSON.parse(init.body as string) as { text: string }).text);
        return Response.json({ ok: true, result: { message_id: sent.length } });
      }) as typeof globalThis.fetch;
      const api = createBotApi({ token: `7:${"A".repeat(35)}`, fetch });
      const ids: number[][] = [];
      const engine = await ground.start(
        async ({ api, attempt }) => {
          const texts = ["hello", "hello", `attempt ${attempt}`];
          const messages = [];
          for (const text of texts) messages.push(await api.sendMessage({ chat_id: 1, text }));
          ids.push(messages.map(({ message_id }) => message_id));
          if (attempt === 1) throw new Error("after sending");
        },
        { retryDelayMs: 10, api },
      );
      await engine.accept(ground.message(1));
      await ground.settleAll();
      assert.deepEqual(sent, ["hello", "hello", "attempt 1", "attempt 2"]);
      assert.deepEqual(ids, [
        [1, 2, 3],
        [1, 2, 4],
      ]);
      assert.match(ground.logger.lines.join("\n"), /took another path/);
    });
  });

  describe("starting and stopping", () => {
    it("takes up everything that is pending, in order per lane, in little memory", async () => {
      await ground.start(() => new Promise(() => {}), { loadedMax: 1 });
      const updates = Array.from({ length: 900 }, (_, count) =>
        ground.message(count % 3 === 0 ? 1 : count % 50),
      );
      await Promise.all(updates.map((update) => ground.engine.accept(update)));
      await ground.crash();
      const handled = new Map<number, number[]>();
      await ground.start(
        (invocation) => {
          const list = handled.get(chatOf(invocation)) ?? [];
          handled.set(chatOf(invocation), [...list, invocation.update.update_id]);
        },
        { loadedMax: 30 },
      );
      await ground.settleAll();
      const all = [...handled.values()];
      assert.equal(all.flat().length, 900);
      for (const ids of all)
        assert.deepEqual(
          ids,
          ids.toSorted((a, b) => a - b),
        );
    });

    it("waits for the rest of a delay that began before the restart", async () => {
      const runs: number[] = [];
      const handle = ({ attempt }: Invocation): void => {
        runs.push(attempt);
        if (attempt === 1) throw new Error("first");
      };
      await ground.start(handle, { retryDelayMs: 10_000 });
      await ground.engine.accept(ground.message(1));
      await ground.quiet();
      await ground.crash();
      await ground.start(handle, { retryDelayMs: 10_000 });
      await ground.quiet();
      ground.clock.advance(7_499);
      await ground.quiet();
      assert.deepEqual(runs, [1]);
      ground.clock.advance(1);
      await ground.settleAll();
      assert.deepEqual(runs, [1, 2]);
    });

    it("lets attempts finish that end in time, and reports them", async () => {
      const hanging = gate();
      const handled: number[] = [];
      const engine = await ground.start(async ({ update }) => {
        await hanging.opened;
        handled.push(update.update_id);
      });
      await engine.accept(ground.message(1));
      await engine.accept(ground.message(1));
      await engine.accept(ground.message(2));
      await ground.until(() => engine.stats().running === 2);
      const stopping = engine.stop({ drainMs: 1_000 });
      assert.equal(engine.stats().state, "stopping");
      hanging.open();
      assert.deepEqual(await stopping, { finished: 2, aborted: 0, left: 1 });
      assert.equal(handled.length, 2);
      assert.deepEqual(await engine.stop(), { finished: 2, aborted: 0, left: 1 });
    });

    it("aborts the others at the deadline, without counting their attempt", async () => {
      const signals: AbortSignal[] = [];
      const attempts: number[] = [];
      const handle = ({ signal, attempt }: Invocation): Promise<void> | undefined => {
        signals.push(signal);
        attempts.push(attempt);
        return attempts.length === 1 ? new Promise(() => {}) : undefined;
      };
      const engine = await ground.start(handle);
      await engine.accept(ground.message(1));
      await ground.until(() => attempts.length === 1);
      const stopping = engine.stop({ drainMs: 1_000 });
      await ground.quiet();
      assert.equal(signals[0]!.aborted, false);
      ground.clock.advance(1_000);
      assert.equal(signals[0]!.aborted, true);
      assert.deepEqual(await stopping, { finished: 0, aborted: 1, left: 1 });
      await ground.start(handle);
      await ground.settleAll();
      assert.deepEqual(attempts, [1, 1]);
    });

    it("does not count what it never ran", async () => {
      const hanging = gate();
      const attempts: number[] = [];
      const handle = async ({ attempt }: Invocation): Promise<void> => {
        attempts.push(attempt);
        await hanging.opened;
      };
      const engine = await ground.start(handle, { concurrencyMax: 1 });
      for (const chatId of [1, 2, 3, 3]) await engine.accept(ground.message(chatId));
      await ground.until(() => attempts.length === 1);
      const stopping = engine.stop({ drainMs: 0 });
      ground.clock.advance(0);
      assert.deepEqual(await stopping, { finished: 0, aborted: 1, left: 4 });
      hanging.open();
      await ground.start(handle);
      await ground.settleAll();
      assert.deepEqual(attempts, [1, 1, 1, 1, 1]);
    });

    it("stops even when the store does not answer any more", async () => {
      const engine = await ground.start(() => new Promise(() => {}));
      await engine.accept(ground.message(1));
      await ground.until(() => engine.stats().running === 1);
      const stopping = engine.stop({ drainMs: 10 });
      await ground.link.end();
      for (let turn = 0; turn < 100; turn += 1) {
        ground.clock.advance(100);
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.equal((await stopping).aborted, 1);
    });
  });

  describe("and its store", () => {
    it("commits later what a handler has done while the store was gone, and does not repeat it", async () => {
      const hanging = gate();
      let runs = 0;
      const engine = await ground.start(async () => {
        runs += 1;
        await hanging.opened;
      });
      await engine.accept(ground.message(1));
      await ground.until(() => runs === 1);
      await ground.link.end();
      hanging.open();
      await ground.settleAll(50);
      assert.equal(runs, 1);
      assert.equal(engine.stats().handled, 1);
      assert.equal(await engine.accept(ground.message(1)), "stored");
      await ground.settleAll();
      assert.equal(runs, 2);
    });

    it("handles what the store kept although it could not say so", async () => {
      const handled: number[] = [];
      const engine = await ground.start(({ update }) => handled.push(update.update_id));
      const updates = Array.from({ length: 50 }, () => ground.message(1));
      const accepting = updates.map((update) => engine.accept(update));
      const outcomes = Promise.allSettled(accepting);
      await new Promise((resolve) => setImmediate(resolve));
      await ground.link.end();
      await outcomes;
      // Telegram sends again what was not acknowledged.
      for (const update of updates) await engine.accept(update);
      await ground.settleAll();
      assert.deepEqual(
        handled.toSorted((a, b) => a - b),
        updates.map(({ updateId }) => updateId),
      );
    });

    it("gives everything up when another process has taken the store", async () => {
      const hanging = gate();
      const engine = await ground.start(() => hanging.opened);
      await engine.accept(ground.message(1));
      await ground.until(() => engine.stats().running === 1);
      ground.stealStore();
      hanging.open();
      await ground.until(() => ground.logger.lines.some((line) => line.includes("lost")));
      await assert.rejects(engine.accept(ground.message(2)), hasCode("store-in-use"));
      assert.equal(engine.stats().handled, 0);
    });

    it("puts a dead letter back at the end of its lane", async () => {
      const handled: string[] = [];
      let isRepaired = false;
      const engine = await ground.start(
        ({ update }) => {
          if (update.message!.text === "poison" && !isRepaired) throw new Error("poison");
          handled.push(update.message!.text!);
        },
        { attemptsMax: 1 },
      );
      await engine.accept(ground.message(1, "poison"));
      await engine.accept(ground.message(1, "next"));
      await ground.settleAll();
      isRepaired = true;
      const [letter] = await engine.parked();
      assert.equal(typeof (await engine.replay(letter!.seq)), "number");
      assert.equal(await engine.replay(letter!.seq), undefined);
      await ground.settleAll();
      assert.deepEqual(handled, ["next", "poison"]);
      assert.equal(engine.stats().parked, 0);
    });

    it("forgets the ids of settled updates after the window", async () => {
      const dayMs = 86_400_000;
      const engine = await ground.start(() => {}, { dedupeWindowMs: 2 * dayMs });
      const update = ground.message(1);
      await engine.accept(update);
      await engine.accept(ground.message(1));
      await ground.settleAll();
      ground.clock.advance(2 * dayMs - 60_000);
      await ground.quiet();
      assert.equal(await engine.accept(update), "duplicate");
      for (let minute = 0; minute < 3; minute += 1) {
        ground.clock.advance(60_000);
        await ground.quiet();
      }
      assert.equal(await engine.accept(update), "stored");
    });
  });

  it("refuses options that cannot be", async () => {
    for (const [options, words] of [
      [{ attemptsMax: 0 }, "attemptsMax is a whole number of at least 1; got 0"],
      [{ concurrencyMax: 1.5 }, "concurrencyMax"],
      [{ dedupeWindowMs: 1_000 }, "dedupeWindowMs is a whole number of at least 86400000"],
    ] as const) {
      await assert.rejects(
        ground.start(() => {}, options),
        (error) => {
          assert.ok(hasCode("bad-options")(error));
          return (error as Error).message.includes(words);
        },
      );
    }
  });
});
