import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "@hookgram/bot-api";
import { Journal } from "../journal/journal.ts";
import type { MethodHandler } from "../methods/method.ts";
import { CallParams } from "./call-params.ts";
import { MethodCaller } from "./method-caller.ts";

const user = { id: 1, is_bot: true, first_name: "Bot" };
const bot = { id: 1, user, publish: (): void => undefined };

/** A caller that knows the name of a method which nothing answers, as of a newer Bot API. */
function callerFor(generic?: (method: string) => MethodHandler): {
  readonly journal: Journal;
  readonly call: () => Promise<{ readonly status: number; readonly body: string }>;
} {
  const journal = new Journal({ clock: systemClock });
  const knownMethods = ["brandNewMethod"];
  const methods = new Map();
  const caller = new MethodCaller({ clock: systemClock, journal, methods, knownMethods, generic });
  const { signal } = new AbortController();
  const request = { bot, method: "BRANDNEWMETHOD", params: new CallParams(), signal } as const;
  return { journal, call: () => caller.call({ ...request, via: "http" }) };
}

describe("a method that the emulator has no state for", () => {
  it("is refused with its name when samples are not wanted, and the journal marks it", async () => {
    const { journal, call } = callerFor();
    const { status, body } = await call();
    assert.equal(status, 501);
    assert.deepEqual(JSON.parse(body), {
      ok: false,
      error_code: 501,
      description: "Not Implemented: hookgram's emulator has no brandNewMethod yet",
    });
    const [entry] = journal.read().entries;
    assert.equal(entry?.type === "api-call" && entry.not_implemented, true);
    assert.equal(entry?.type === "api-call" && entry.bot_id, bot.id);
  });

  it("is answered with a sample otherwise, and the journal marks that", async () => {
    const { journal, call } = callerFor(() => () => true);
    assert.deepEqual(JSON.parse((await call()).body), { ok: true, result: true });
    const [entry] = journal.read().entries;
    assert.equal(entry?.type === "api-call" && entry.generic, true);
  });
});
