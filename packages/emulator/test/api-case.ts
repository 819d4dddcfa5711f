/** A case of Bot API calls is data; this walks one of them on virtual time. */
import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { UpdateKind } from "@hookgram/bot-api";
import type { Resolver } from "../src/delivery/resolve-host.ts";
import { EmulatedBot } from "./emulated-bot.ts";
import type { ApiAnswer } from "./emulated-bot.ts";

export interface ApiStep {
  /** Virtual seconds to let pass first. */
  readonly afterS?: number;
  /** Updates to queue before the call, as `kind:id`. */
  readonly publish?: readonly string[];
  readonly call?: string;
  readonly params?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
  /** Parts to upload beside the parameters, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Virtual seconds that the call takes: it is awaited while they pass. */
  readonly takesS?: number;
  /** `DESCRIPTION` of a success, or `CODE DESCRIPTION` of a refusal. */
  readonly says?: string;
  readonly result?: unknown;
  /** The ids of the updates in the result. */
  readonly updateIds?: readonly number[];
  /** `parameters` of a refusal. */
  readonly parameters?: unknown;
}

export interface ApiCase {
  /** The fact, in a sentence. */
  readonly fact: string;
  readonly cloudRules?: boolean;
  /** Addresses by host name; other hosts do not exist. */
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
  readonly steps: readonly ApiStep[];
}

/** Walks a case and compares everything that it expects. */
export async function walkApiCase({
  steps,
  cloudRules = false,
  hosts = {},
}: ApiCase): Promise<void> {
  await using bot = await EmulatedBot.start({ cloudRules, resolver: fixedResolver(hosts) });
  for (const step of steps) await takeStep(bot, step);
}

async function takeStep(bot: EmulatedBot, step: ApiStep): Promise<void> {
  await bot.advance(step.afterS ?? 0);
  for (const spec of step.publish ?? []) {
    const [kind, id] = spec.split(":");
    bot.publish(kind as UpdateKind, Number(id));
  }
  if (step.call === undefined) return;
  const timersBefore = bot.clock.timerCount;
  const answering = callMethod(bot, step.call, step);
  if (step.takesS !== undefined) {
    // The call has arrived when it waits on a timer of the server.
    while (bot.clock.timerCount === timersBefore) await nextTurn();
    await bot.advance(step.takesS);
  }
  const answer = await answering;
  if (step.says !== undefined) assert.equal(spoken(answer), step.says);
  if (step.result !== undefined) assert.deepEqual(answer.result, step.result);
  if (step.updateIds !== undefined) {
    const updates = answer.result as readonly { readonly update_id: number }[];
    assert.deepEqual(
      updates.map(({ update_id: id }) => id),
      step.updateIds,
    );
  }
  if (step.parameters !== undefined) assert.deepEqual(answer.parameters, step.parameters);
}

function callMethod(bot: EmulatedBot, method: string, step: ApiStep): Promise<ApiAnswer> {
  const { params = {}, files } = step;
  if (files === undefined) return bot.call(method, params);
  const form = new FormData();
  for (const [name, value] of Object.entries(params)) form.set(name, String(value));
  for (const [name, text] of Object.entries(files)) form.set(name, new Blob([text]), `${name}.pem`);
  return bot.upload(method, form);
}

function spoken({ ok, error_code: code, description }: ApiAnswer): string {
  return ok ? String(description) : `${code} ${description}`;
}

/** Knows the given hosts and nothing else, like a machine without a network. */
export function fixedResolver(hosts: Readonly<Record<string, readonly string[]>>): Resolver {
  return async (host) => {
    const addresses = hosts[host];
    if (addresses === undefined) throw Object.assign(new Error(host), { code: "ENOTFOUND" });
    return addresses;
  };
}
