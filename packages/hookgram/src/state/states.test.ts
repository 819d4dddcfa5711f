import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { z } from "zod";
import {
  Bot,
  command,
  inGroup,
  noCommand,
  noState,
  not,
  or,
  Router,
  skip,
  type StandardSchema,
  type StateControl,
  type StateOptions,
  type StateRecord,
  states,
  text,
} from "../index.ts";
import { createTestHost, sampleUpdate, type TestHost } from "../testing.ts";

const KEY = "bot=4242/user-in-chat/chat=7/user=7";
const message = sampleUpdate("message", { text: "Hello" });
const say = (text: string) => sampleUpdate("message", { text });

const Address = states("address", {
  street: null,
  confirm: z.object({ street: z.string(), city: z.string().default("Berlin") }),
});

/** A bot that notes which state matched with which data, and its host. */
function watch(group = Address, more?: (bot: Bot) => void): { host: TestHost; seen: unknown[] } {
  const seen: unknown[] = [];
  const bot = new Bot();
  more?.(bot);
  bot.message(group.street, ({ data }) => void seen.push(["street", data]));
  bot.message(group.confirm, ({ data }) => void seen.push(["confirm", data]));
  bot.message(noState(), () => void seen.push("none"));
  return { host: createTestHost(bot), seen };
}

const stored = (record: Partial<StateRecord>): StateRecord => ({
  state: "address:confirm",
  data: { street: "Main" },
  schemaVersion: 1,
  ...record,
});

describe("a conversation", () => {
  for (const [name, said] of [
    ["text()", text()],
    ["noCommand()", noCommand()],
  ] as const)
    it(`with ${name} leaves commands to the handlers behind it`, async () => {
      const bot = new Bot();
      bot.message(command("begin"), ({ state }) => state.enter(Address.street));
      bot.message(Address.street, said, function street() {});
      bot.message(command("cancel"), function cancel() {});
      const host = createTestHost(bot);
      await host.feed(say("/begin"));
      const outcomes = [await host.feed(say("/cancel")), await host.feed(say("Main 1"))];
      assert.deepEqual(outcomes, [
        { status: "handled", handler: "bot/cancel" },
        { status: "handled", handler: "bot/street" },
      ]);
    });

  it("goes from state to state, each with its data, and ends", async () => {
    const { host, seen } = watch(Address, (bot) => {
      bot.message(command("street"), async ({ state }) => state.enter(Address.street));
      bot.message(command("confirm"), async ({ state }) =>
        state.enter(Address.confirm, { street: "Main" }),
      );
      bot.message(command("leave"), async ({ state }) => state.leave());
    });
    for (const text of ["a", "/street", "b", "/confirm", "c", "/leave", "d"])
      await host.feed(say(text));
    assert.deepEqual(seen, [
      "none",
      ["street", null],
      ["confirm", { street: "Main", city: "Berlin" }],
      "none",
    ]);
  });

  it("is stored as it was entered, with the state's full name and the version of the group", async () => {
    const { host } = watch(Address, (bot) =>
      bot.message(async ({ state }) => state.enter(Address.confirm, { street: "Main" })),
    );
    await host.feed(message);
    assert.deepEqual(
      [...host.states],
      [[KEY, { state: "address:confirm", data: { street: "Main" }, schemaVersion: 1 }]],
    );
  });

  it("sees its own changes at once, and nobody sees those of a failed attempt", async () => {
    const bot = new Bot();
    bot.message(async ({ state }) => {
      assert.equal(await state.read(Address.confirm), undefined);
      await state.enter(Address.confirm, { street: "Main" });
      assert.deepEqual(await state.read(Address.confirm), { street: "Main", city: "Berlin" });
      assert.equal(await state.read(Address.street), undefined);
      return skip;
    });
    bot.message(Address.confirm, async ({ attempt }) => {
      if (attempt === 1) throw new Error("The first attempt fails");
    });
    const host = createTestHost(bot);
    await assert.rejects(host.feed(message));
    assert.equal(host.states.size, 0);
    await host.feed(message, { attempt: 2 });
    assert.equal(host.states.size, 1);
  });

  it("updates its data in place", async () => {
    const bot = new Bot();
    bot.message(Address.confirm, async ({ data, state }) => {
      const changed = await state.update({ city: "Bonn" });
      assert.deepEqual(changed, { street: "Main", city: "Bonn" });
      assert.deepEqual(state.data, changed);
      assert.deepEqual(data, { street: "Main", city: "Berlin" }, "as it was when it matched");
      await assert.rejects(state.update({ city: 5 as never }), { code: "bad-state-data" });
    });
    const host = createTestHost(bot);
    host.states.set(KEY, stored({}));
    await host.feed(message);
    assert.deepEqual(host.states.get(KEY)?.data, { street: "Main", city: "Bonn" });
  });

  it("refuses to update a state that was left", async () => {
    const bot = new Bot();
    bot.message(Address.confirm, async ({ state }) => {
      await state.leave();
      await assert.rejects(state.update({ city: "Bonn" }), { code: "not-in-state" });
    });
    const host = createTestHost(bot);
    host.states.set(KEY, stored({}));
    await host.feed(message);
    assert.equal(host.states.size, 0);
  });

  it("matches several states by or and inGroup", async () => {
    const seen: unknown[] = [];
    const bot = new Bot();
    bot.message(or(Address.street, Address.confirm), ({ data }) => {
      seen.push(data);
      return skip;
    });
    bot.message(inGroup(Address), ({ data }) => {
      seen.push(data);
      return skip;
    });
    bot.message(not(Address.street), () => void seen.push("not in street"));
    const host = createTestHost(bot);
    await host.feed(message);
    host.states.set(KEY, stored({}));
    await host.feed(message);
    const data = { street: "Main", city: "Berlin" };
    assert.deepEqual(seen, ["not in street", data, data, "not in street"]);
  });

  it("is one for messages and buttons, and another in another chat", async () => {
    const seen: string[] = [];
    const bot = new Bot();
    bot.message(command("go"), async ({ state }) => state.enter(Address.street));
    bot.message(Address.street, () => void seen.push("message"));
    bot.callbackQuery(Address.street, () => void seen.push("button"));
    const host = createTestHost(bot);
    await host.feed(say("/go"));
    await host.feed(sampleUpdate("callback_query"));
    await host.feed(sampleUpdate("message", { chat: { id: -5, type: "group" } }));
    await host.feed(message);
    assert.deepEqual(seen, ["button", "message"]);
  });
});

describe("groups of states", () => {
  const Cart = states("cart", { open: z.object({ items: z.number() }) });
  const Tour = states("tour", { on: null }, { strategy: "user" });

  function bot(): Bot {
    const all = new Router("all");
    for (const state of [Address.street, Cart.open, Tour.on])
      all.message(state as typeof Tour.on, () => skip);
    return new Bot({ routers: [all] });
  }

  it("exclude each other when they have the same strategy, and live side by side otherwise", async () => {
    const enter = bot();
    enter.message(async ({ state }) => {
      await state.enter(Tour.on);
      await state.enter(Address.street);
      await state.enter(Cart.open, { items: 1 });
    });
    const host = createTestHost(enter);
    await host.feed(message);
    assert.deepEqual(
      [...host.states].map(([key, { state }]) => [key, state]),
      [
        ["bot=4242/user/user=7", "tour:on"],
        [KEY, "cart:open"],
      ],
    );
  });

  it("are left one by one where a state was matched, and all at once elsewhere", async () => {
    const leave = bot();
    leave.message(command("one"), Cart.open, async ({ state }) => state.leave());
    leave.message(command("all"), async ({ state }) => state.leave());
    const host = createTestHost(leave);
    const fill = (): void => {
      host.states.set(KEY, stored({ state: "cart:open", data: { items: 1 } }));
      host.states.set("bot=4242/user/user=7", stored({ state: "tour:on", data: null }));
    };
    fill();
    await host.feed(say("/one"));
    assert.deepEqual([...host.states.keys()], ["bot=4242/user/user=7"]);
    fill();
    await host.feed(say("/all"));
    assert.deepEqual([...host.states.keys()], []);
  });
});

describe("data", () => {
  const Trip = states("trip", {
    day: z.object({ on: z.coerce.date() }),
    free: z.object({ note: z.unknown() }),
  });

  async function enter(act: (state: StateControl) => Promise<void>): Promise<TestHost> {
    const bot = new Bot();
    bot.message(Trip.day, ({ data }) => assert.equal(data.on.getUTCFullYear(), 2026));
    bot.message(async ({ state }) => act(state));
    const host = createTestHost(bot);
    await host.feed(message);
    return host;
  }

  it("is stored as JSON before the schema, and read through it", async () => {
    const host = await enter((state) => state.enter(Trip.day, { on: new Date("2026-11-21") }));
    assert.deepEqual(host.states.get(KEY)?.data, { on: "2026-11-21T00:00:00.000Z" });
    assert.equal((await host.feed(message)).status, "handled");
  });

  it("that the schema does not accept is refused on the way in, by name", async () => {
    await enter((state) =>
      assert.rejects(state.enter(Address.confirm, { street: 5 as never }), {
        code: "bad-state-data",
        message:
          "State address:confirm cannot take the data: " +
          "street: Invalid input: expected string, received number",
      }),
    );
  });

  it("that is no JSON is refused on the way in, as every store would", async () => {
    await enter(async (state) => {
      const circle: Record<string, unknown> = {};
      circle["self"] = circle;
      for (const note of [circle, 5n])
        await assert.rejects(state.enter(Trip.free, { note }), {
          code: "bad-state-data",
          message: /^State trip:free cannot take the data: it is not JSON/,
        });
    });
  });

  it("may be checked by an asynchronous schema of any library", async () => {
    const even: StandardSchema<number> = {
      "~standard": {
        version: 1,
        vendor: "own",
        validate: async (value) =>
          Number(value) % 2 === 0
            ? { value: Number(value) }
            : { issues: [{ message: "Odd", path: ["rows", { key: 3 }] }] },
      },
    };
    const Even = states("even", { number: even });
    const bot = new Bot();
    bot.message(Even.number, ({ data }) => assert.equal(data, 4));
    bot.message(async ({ state }) => {
      await assert.rejects(state.enter(Even.number, 3), { message: /: rows\.3: Odd$/ });
      await state.enter(Even.number, 4);
    });
    const host = createTestHost(bot);
    await host.feed(message);
    assert.deepEqual(await host.feed(message), { status: "handled", handler: "bot/message#1" });
  });

  it("cannot be kept for an update without the user or chat of the strategy", async () => {
    const bot = new Bot();
    bot.poll(async ({ state }) => {
      assert.equal(await state.read(Address.street), undefined);
      await state.leave();
      await assert.rejects(state.enter(Address.street), {
        code: "no-conversation",
        message:
          "State address:street cannot be entered: the update has no user or chat to keep it " +
          'under (strategy "user-in-chat")',
      });
    });
    await createTestHost(bot).feed(sampleUpdate("poll"));
  });
});

describe("time to live", () => {
  const shape = { street: null, confirm: z.object({ street: z.string() }) };
  const Brief = states("address", shape, { ttlMs: 1_000 });

  it("ends a state after its last change, at the first look", async () => {
    const seen: unknown[] = [];
    const bot = new Bot();
    bot.message(command("go"), async ({ state }) => state.enter(Brief.confirm, { street: "a" }));
    bot.message(command("more"), Brief.confirm, async ({ state }) => {
      await state.update({ street: "b" });
    });
    bot.message(Brief.confirm, ({ data }) => void seen.push(data.street));
    bot.message(noState(), () => void seen.push("none"));
    const host = createTestHost(bot, { nowMs: 10_000 });
    await host.feed(say("/go"));
    assert.equal(host.states.get(KEY)?.expiresAtMs, 11_000);
    host.advance(999);
    await host.feed(message);
    await host.feed(say("/more"));
    host.advance(999);
    await host.feed(message);
    host.advance(1);
    await host.feed(message);
    assert.deepEqual(seen, ["a", "b", "none"]);
    assert.equal(host.states.size, 0);
  });
});

describe("what was stored by another version of the program", () => {
  const shape = { street: null, confirm: z.object({ street: z.string(), city: z.string() }) };
  const versioned = (options: StateOptions): typeof Address =>
    states("address", shape, { version: 2, ...options }) as unknown as typeof Address;

  async function meet(
    record: StateRecord,
    group: typeof Address,
  ): Promise<{ seen: unknown[]; kept: StateRecord | undefined; warnings: string[] }> {
    const { host, seen } = watch(group);
    host.states.set(KEY, record);
    await host.feed(message);
    const warnings = host.log.map((line) => `${line.level}: ${line.message}`);
    return { seen, kept: host.states.get(KEY), warnings };
  }

  it("is migrated, checked and stored anew", async () => {
    const group = versioned({
      migrate: async ({ state, data, version }) => {
        assert.deepEqual([state, version], ["confirm", 1]);
        return { state, data: { ...(data as object), city: "Bonn" } };
      },
    });
    const { seen, kept, warnings } = await meet(stored({ expiresAtMs: 5_000 }), group);
    const data = { street: "Main", city: "Bonn" };
    assert.deepEqual(seen, [["confirm", data]]);
    assert.deepEqual(kept, {
      state: "address:confirm",
      data,
      schemaVersion: 2,
      expiresAtMs: 5_000,
    });
    assert.deepEqual(warnings, []);
  });

  const ends: readonly (readonly [string, StateRecord, StateOptions, string, "kept" | "ended"])[] =
    [
      [
        "an earlier version without a migration",
        stored({}),
        {},
        "warn: A stored state was ended: there is no migration",
        "ended",
      ],
      [
        "an earlier version that the migration ends",
        stored({}),
        { migrate: () => undefined },
        "warn: A stored state was ended: the migration ends it",
        "ended",
      ],
      [
        "a migration to data that does not fit",
        stored({}),
        { migrate: ({ state, data }) => ({ state, data }) },
        "warn: A stored state was ended: its data does not fit: " +
          "city: Invalid input: expected string, received undefined",
        "ended",
      ],
      [
        "a migration that throws",
        stored({}),
        {
          migrate: () => {
            throw new Error("No idea");
          },
        },
        "warn: A stored state is ignored and kept: the migration failed: Error: No idea",
        "kept",
      ],
      [
        "data of this version that does not fit",
        stored({ schemaVersion: 2, data: 5 }),
        {},
        "warn: A stored state was ended: its data does not fit: " +
          "Invalid input: expected object, received number",
        "ended",
      ],
      [
        "a newer version",
        stored({ schemaVersion: 3 }),
        {},
        "warn: A stored state is ignored and kept: a newer version has written it",
        "kept",
      ],
      [
        "a state that is not there any more",
        stored({ schemaVersion: 2, state: "address:renamed" }),
        {},
        "warn: A stored state is ignored and kept: its name is unknown",
        "kept",
      ],
    ];
  for (const [name, record, options, warning, fate] of ends)
    it(`counts as no state and never breaks routing: ${name}`, async () => {
      const { seen, kept, warnings } = await meet(record, versioned(options));
      assert.deepEqual(seen, ["none"]);
      assert.deepEqual(warnings, [warning]);
      assert.deepEqual(kept, fate === "kept" ? record : undefined);
    });

  it("counts as no state when its whole group is unknown, and is kept", async () => {
    const record = stored({ state: "gone:somewhere" });
    assert.deepEqual(await meet(record, Address), { seen: ["none"], kept: record, warnings: [] });
  });

  it("is replaced when the conversation enters a state", async () => {
    const bot = new Bot();
    bot.message(async ({ state }) => state.enter(Address.street));
    const host = createTestHost(bot);
    host.states.set(KEY, stored({ state: "gone:somewhere" }));
    await host.feed(message);
    assert.equal(host.states.get(KEY)?.state, "address:street");
  });
});

describe("a declaration of states", () => {
  it("is refused when it makes no sense", () => {
    const refusals: readonly (readonly [() => unknown, string])[] = [
      [() => states("a:b", { one: null }), 'states("a:b"): "a:b" is no name for a state or group'],
      [() => states("a", { "": null }), 'states("a"): "" is no name for a state or group'],
      [() => states("a", {}), 'states("a"): a group needs at least one state'],
      [() => states("a", { one: null }, { ttlMs: 0 }), 'states("a"): ttlMs is a number of'],
      [() => states("a", { one: null }, { version: 1.5 }), 'states("a"): version is a whole'],
      [
        () => states("a", { one: null }, { strategy: "world" as never }),
        'states("a"): strategy is one of user-in-chat, chat, user, user-in-topic, topic, not',
      ],
    ];
    for (const [declare, begin] of refusals)
      assert.throws(declare, (error: Error) => {
        assert.equal(error.message.slice(0, begin.length), begin);
        return "code" in error && error.code === "bad-argument";
      });
  });
});
