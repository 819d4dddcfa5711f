import assert from "node:assert/strict";
import { test } from "node:test";
import type { BotApi, Update } from "@hookgram/bot-api";
import {
  eventKind,
  type HookContext,
  type Invocation,
  toEmission,
  type UpdateHandler,
} from "hookgram";
import { z } from "zod";

import { FlowHub } from "./flow-hub.ts";

const message = (text: string) =>
  ({ update_id: 1, message: { message_id: 1, date: 1, text } }) as unknown as Update;

function invoke(hub: UpdateHandler, update: Update, signal = new AbortController().signal) {
  return hub.handle({ update, signal, attempt: 1, attemptsMax: 5 } as Invocation);
}

/** Whether a promise is settled after everything that is due has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

test("an attempt ends when its consumer asks for the next update, and not before", async () => {
  const hub = new FlowHub(["message"]);
  const flow = hub.flow("message");
  const attempt = invoke(hub, message("one"));
  const { value } = await flow.next();
  assert.equal(value?.update.message.text, "one");
  assert.deepEqual([value.attempt, value.attemptsMax], [1, 5]);
  assert.equal(await isSettled(attempt), false);
  void flow.next();
  assert.deepEqual(await attempt, { status: "handled", handler: "flow message" });
});

test("updates wait for a consumer in the order in which they came", async () => {
  const hub = new FlowHub(["message"]);
  const attempts = ["one", "two", "three"].map((text) => invoke(hub, message(text)));
  const seen: (string | undefined)[] = [];
  for await (const { update } of hub.flow("message")) {
    seen.push(update.message.text);
    if (seen.length === 3) hub.close();
  }
  await Promise.all(attempts);
  assert.deepEqual(seen, ["one", "two", "three"]);
});

test("a consumer that throws makes the attempt fail; the next consumer gets it again", async () => {
  const hub = new FlowHub(["message"]);
  const failed = invoke(hub, message("one"));
  const consume = async (): Promise<void> => {
    for await (const _event of hub.flow("message")) throw new Error("the consumer's own");
  };
  await assert.rejects(consume(), { message: "the consumer's own" });
  await assert.rejects(failed, { message: "the flow's consumer left it unfinished" });
  const again = invoke(hub, message("one"));
  const { value } = await hub.flow("message").next();
  value?.done();
  await again;
});

test("a consumer that leaves after done() leaves nothing unfinished", async () => {
  const hub = new FlowHub(["message"]);
  const attempt = invoke(hub, message("one"));
  for await (const event of hub.flow("message")) {
    event.done();
    break;
  }
  assert.equal((await attempt).status, "handled");
});

test("the deadline ends an attempt that waits, and its update is not handed out any more", async () => {
  const hub = new FlowHub(["message"]);
  const deadline = new AbortController();
  const late = invoke(hub, message("late"), deadline.signal);
  deadline.abort(new Error("too late"));
  await assert.rejects(late, { message: "too late" });
  await assert.rejects(invoke(hub, message("late"), deadline.signal), { message: "too late" });
  const attempt = invoke(hub, message("in time"));
  const { value } = await hub.flow("message").next();
  assert.equal(value?.update.message.text, "in time");
  value.done();
  await attempt;
});

test("two flows of one kind share its updates", async () => {
  const hub = new FlowHub(["message"]);
  const [first, second] = [hub.flow("message").next(), hub.flow("message").next()];
  void invoke(hub, message("one"));
  void invoke(hub, message("two"));
  assert.equal((await first).value?.update.message.text, "one");
  assert.equal((await second).value?.update.message.text, "two");
});

test("flows get what the bot leaves unhandled, and other kinds nobody", async () => {
  const bot: UpdateHandler = {
    allowedUpdates: ["edited_message"],
    handle: async ({ update }) =>
      update.message?.text === "mine"
        ? { status: "handled", handler: "bot" }
        : { status: "unhandled" },
  };
  const hub = new FlowHub(["message"], bot);
  assert.deepEqual(hub.allowedUpdates, ["message", "edited_message"]);
  assert.deepEqual(await invoke(hub, message("mine")), { status: "handled", handler: "bot" });
  const edited = { update_id: 2, edited_message: {} } as unknown as Update;
  assert.deepEqual(await invoke(hub, edited), { status: "unhandled" });
  const attempt = invoke(hub, message("other"));
  const { value } = await hub.flow("message").next();
  value?.done();
  assert.equal((await attempt).status, "handled");
});

test("flows do not get what the bot has dropped on purpose", async () => {
  const bot: UpdateHandler = {
    allowedUpdates: [],
    handle: async () => ({ status: "dropped", middleware: "access" }),
  };
  const hub = new FlowHub(["message"], bot);
  assert.equal((await invoke(hub, message("one"))).status, "dropped");
});

test("calls that are made for the bot go through its outgoing middlewares", () => {
  const [api, around] = [{} as BotApi, {} as BotApi];
  const bot: UpdateHandler = {
    allowedUpdates: [],
    handle: async () => ({ status: "unhandled" }),
    withOutgoing: () => around,
  };
  assert.equal(new FlowHub(["message"], bot).withOutgoing(api), around);
  assert.equal(new FlowHub(["message"]).withOutgoing(api), api);
});

test("own events come with their data as the schema gives it", async () => {
  const paid = eventKind("paid", z.object({ at: z.coerce.date() }));
  const hub = new FlowHub([paid, "message"]);
  assert.deepEqual(hub.allowedUpdates, ["message"]);
  const { update } = await toEmission(paid, { at: "2026-01-01" }, { nowMs: 0 });
  const attempt = invoke(hub, update);
  const { value } = await hub.flow(paid).next();
  assert.equal(value?.data.at.getUTCFullYear(), 2026);
  value.done();
  assert.equal((await attempt).status, "handled");
  const bad = { update_id: 0, "event:paid": { data: {} } } as unknown as Update;
  await assert.rejects(invoke(hub, bad), { code: "bad-event-data" });
  // @ts-expect-error: no such kind was declared
  void hub.flow("poll").return();
});

test("the bot's start and stop reach it through the flows", async () => {
  const seen: string[] = [];
  const bot: UpdateHandler = {
    allowedUpdates: [],
    start: async ({ me }) => void seen.push(`start ${me.id}`),
    handle: async () => ({ status: "unhandled" }),
    stop: async ({ me }) => void seen.push(`stop ${me.id}`),
  };
  const context = { me: { id: 7 } } as HookContext;
  const hub = new FlowHub(["message"], bot);
  await hub.start(context);
  await hub.stop(context);
  await new FlowHub(["message"]).start(context);
  assert.deepEqual(seen, ["start 7", "stop 7"]);
});

test("closing ends consumers that wait and consumers that come later", async () => {
  const hub = new FlowHub(["message"]);
  const waiting = hub.flow("message").next();
  await new Promise((resolve) => setImmediate(resolve));
  hub.close();
  assert.equal((await waiting).done, true);
  assert.equal((await hub.flow("message").next()).done, true);
});
