import type { Clock } from "@hookgram/bot-api";

/** A store of sendings that fills up again with time. */
interface Bucket {
  tokens: number;
  atMs: number;
}

interface Limit {
  readonly capacity: number;
  readonly perSecond: number;
}

/** One message a second in a chat, of which a few may come at once. */
const CHAT: Limit = { capacity: 3, perSecond: 1 };
/** Twenty messages a minute in a group. */
const GROUP: Limit = { capacity: 20, perSecond: 20 / 60 };
/** Thirty messages a second over all chats. */
const OVERALL: Limit = { capacity: 30, perSecond: 30 };

/** Methods that put messages into chats. */
const SENDING = /^(send(?!chataction|messagedraft|richmessagedraft)|forward|copy)/i;

/**
 * A model of Telegram's limits, by what it publishes; how many messages may come at once is not
 * published and is an assumption. A message that is refused does not count.
 * @see https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
 */
export class FloodLimits {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();
  #isOn: boolean;

  constructor(clock: Clock, isOn: boolean) {
    this.#clock = clock;
    this.#isOn = isOn;
  }

  /** Whether anything is refused. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Switches the limits on or off. What was sent before does not count afterwards. */
  switch(isOn: boolean): void {
    this.#isOn = isOn;
    this.#buckets.clear();
  }

  /** Seconds to wait before this call may be made; 0 when it may be made now, which then counts. */
  take(call: { readonly botId: number; readonly method: string; readonly chatId: number }): number {
    if (!this.#isOn || !SENDING.test(call.method)) return 0;
    const wanted: (readonly [string, Limit])[] = [
      [`${call.botId}`, OVERALL],
      [`${call.botId}/${call.chatId}`, CHAT],
      ...(call.chatId < 0 ? [[`${call.botId}/${call.chatId}/group`, GROUP] as const] : []),
    ];
    const waits = wanted.map(([key, limit]) => this.#waitS(key, limit));
    const longest = Math.max(...waits);
    if (longest > 0) return longest;
    for (const [key] of wanted) this.#buckets.get(key)!.tokens -= 1;
    return 0;
  }

  #waitS(key: string, { capacity, perSecond }: Limit): number {
    const nowMs = this.#clock.monotonic();
    const bucket = this.#buckets.get(key) ?? { tokens: capacity, atMs: nowMs };
    const grown = bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSecond;
    const tokens = Math.min(capacity, grown);
    this.#buckets.set(key, { tokens, atMs: nowMs });
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / perSecond);
  }
}
