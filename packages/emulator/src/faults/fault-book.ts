import type { UpdateKind } from "@hookgram/bot-api";
import type { CallFault, DeliveryFault, FaultRule, FaultScope } from "./fault.ts";

/** A rule that is in force. */
export interface StandingFault {
  readonly id: number;
  readonly rule: FaultRule;
  /** How often it has hit. */
  readonly hits: number;
}

interface Entry {
  readonly id: number;
  readonly rule: FaultRule;
  hits: number;
}

/**
 * The faults that somebody has ordered. The newest rule that fits is the one that hits; a rule that
 * has hit as often as it should is gone.
 *
 * **Invariant:** the same calls with the same `random` are hit in every run.
 * Nothing survives the process.
 */
export class FaultBook {
  readonly #random: () => number;
  readonly #entries: Entry[] = [];
  #lastId = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Puts a rule in force and gives the number that takes it back. */
  add(rule: FaultRule): number {
    this.#lastId += 1;
    this.#entries.unshift({ id: this.#lastId, rule, hits: 0 });
    return this.#lastId;
  }

  /** Takes a rule back, or all of them. */
  clear(id?: number): void {
    const kept = id === undefined ? [] : this.#entries.filter((entry) => entry.id !== id);
    this.#entries.splice(0, this.#entries.length, ...kept);
  }

  /** The rules in force, the newest first. */
  list(): readonly StandingFault[] {
    return this.#entries.map((entry) => ({ ...entry }));
  }

  /** What goes wrong with this call. */
  takeCall(call: { botId: number; method: string; chatId: number }): CallFault | undefined {
    const method = call.method.toLowerCase();
    for (const { rule, ...entry } of this.#entries) {
      if (rule.on !== "call" || !isFor(rule, call)) continue;
      if (rule.method !== undefined && rule.method.toLowerCase() !== method) continue;
      if (this.#hits(rule, entry.id)) return rule.fault;
    }
    return undefined;
  }

  /** What goes wrong with this delivery. */
  takeDelivery(update: {
    botId: number;
    kind: UpdateKind;
    chatId: number;
  }): DeliveryFault | undefined {
    for (const { rule, ...entry } of this.#entries) {
      if (rule.on !== "delivery" || !isFor(rule, update)) continue;
      if (rule.kind !== undefined && rule.kind !== update.kind) continue;
      if (this.#hits(rule, entry.id)) return rule.fault;
    }
    return undefined;
  }

  #hits({ times = 1, probability = 1 }: FaultScope, id: number): boolean {
    if (probability < 1 && this.#random() >= probability) return false;
    const entry = this.#entries.find((one) => one.id === id)!;
    entry.hits += 1;
    if (times > 0 && entry.hits >= times) this.clear(id);
    return true;
  }
}

function isFor(rule: FaultScope, subject: { botId: number; chatId: number }): boolean {
  const isBot = rule.bot === undefined || rule.bot === subject.botId;
  return isBot && (rule.chat === undefined || rule.chat === subject.chatId);
}
