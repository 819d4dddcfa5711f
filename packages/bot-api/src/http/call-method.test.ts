import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { createBotApi, fileFromStream, type BotApiOptions, type Clock } from "../index.ts";

const TOKEN = `4242:AAH9k_x-3Zq7Lw0VbN5mT8cRyU2pEoGdJfs`;

/** A clock that keeps the delays it was asked for and runs nothing. */
function recordingClock(): Clock & { readonly delaysMs: number[]; readonly open: Set<symbol> } {
  const delaysMs: number[] = [];
  const open = new Set<symbol>();
  return {
    delaysMs,
    open,
    now: () => 0,
    monotonic: () => 0,
    after(delayMs) {
      const timer = Symbol("timer");
      delaysMs.push(delayMs);
      open.add(timer);
      return () => open.delete(timer);
    },
  };
}

const okFetch: typeof fetch = () => Promise.resolve(Response.json({ ok: true, result: [] }));

function clientOn(clock: Clock, options: Partial<BotApiOptions> = {}) {
  return createBotApi({ token: TOKEN, fetch: okFetch, clock, ...options });
}

test("a call may take timeoutMs, 60 s when nothing is said", async () => {
  const clock = recordingClock();
  await clientOn(clock).getMe();
  await clientOn(clock, { timeoutMs: 5000 }).getMe();
  await clientOn(clock, { timeoutMs: 5000 }).getMe({}, { timeoutMs: 70 });
  assert.deepEqual(clock.delaysMs, [60_000, 5000, 70]);
  assert.equal(clock.open.size, 0);
});

test("getUpdates may be silent for its own timeout on top", async () => {
  const clock = recordingClock();
  const api = clientOn(clock, { timeoutMs: 5000 });
  await api.getUpdates({ timeout: 50 });
  await api.getUpdates();
  await api.getUpdates({ timeout: 50 }, { timeoutMs: 70 });
  assert.deepEqual(clock.delaysMs, [55_000, 5000, 70]);
});

test("each piece of an uploaded stream starts the time anew", async () => {
  const clock = recordingClock();
  const drain: typeof fetch = async (_url, init) => {
    await new Response(init?.body as ReadableStream).arrayBuffer();
    return Response.json({ ok: true, result: true });
  };
  async function* three(): AsyncGenerator<Uint8Array> {
    for (const piece of ["a", "b", "c"]) yield await Promise.resolve(Buffer.from(piece));
  }
  const document = fileFromStream(three, "abc");
  await clientOn(clock, { fetch: drain }).sendDocument({ chat_id: 1, document });
  assert.ok(clock.delaysMs.length >= 4, `${clock.delaysMs.length} starts`);
  assert.equal(clock.open.size, 0);
});

test("a caller's long-lived signal keeps nothing of a finished call", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const api = clientOn(recordingClock());
  for (let count = 0; count < 3; count += 1) await api.getMe({}, { signal });
  assert.deepEqual(getEventListeners(signal, "abort"), []);
});
