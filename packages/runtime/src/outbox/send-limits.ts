import { RuntimeError } from "../error.ts";
import { wholeNumber } from "../whole-number.ts";

/** At most `max` messages in any time of `perMs`. */
export interface SendWindow {
  readonly max: number;
  readonly perMs: number;
}

/** The windows that a message has to fit into, all of them. */
export interface SendLimits {
  /** All messages of a bot. */
  readonly bot: readonly SendWindow[];
  /** Its broadcasts, besides `bot`. */
  readonly bulk: readonly SendWindow[];
  /** One chat. */
  readonly chat: readonly SendWindow[];
  /** One group or channel, besides `chat`. */
  readonly group: readonly SendWindow[];
}

/**
 * Telegram's limits as it publishes them. It says of all that they may be lower for a while, and
 * tells by 429, which is obeyed whatever stands here.
 * @see https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
 */
export interface SendLimitOptions {
  /**
   * Messages per second over all chats. Default 30. A bot that pays for its broadcasts
   * (`allow_paid_broadcast`) has 1,000.
   */
  readonly perSecond?: number | undefined;
  /**
   * Broadcasts' part of it: what is left is there for answers at any moment. Default five sixths of
   * `perSecond`.
   */
  readonly bulkPerSecond?: number | undefined;
  /** Messages per second to one chat, over a longer time. Default 1. */
  readonly chatPerSecond?: number | undefined;
  /**
   * Messages to one chat that may go at once: "short bursts that go over this limit" are allowed,
   * and Telegram does not say how long. Default 3; at most so many in the time that they would take
   * one by one.
   */
  readonly chatBurst?: number | undefined;
  /** Messages per minute to one group or channel. Default 20. */
  readonly groupPerMinute?: number | undefined;
}

const PER_SECOND = 30;
const CHAT_PER_SECOND = 1;
const CHAT_BURST = 3;
const GROUP_PER_MINUTE = 20;
/**
 * Windows are counted from the moments at which sends are claimed. Commits and the network take more
 * time for one than for the next, so what is claimed a second apart may arrive closer: each window is
 * taken for so much longer. Less than 5 % of the speed is lost, and 429s are not provoked.
 */
const JITTER_MS = 50;

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Far above anything that Telegram grants; what counts is kept as a list of times. */
const PER_SECOND_MAX = 10_000;

/** @throws RuntimeError `bad-options` */
export function readLimits(options: SendLimitOptions = {}): SendLimits {
  const perSecond = count("perSecond", options.perSecond ?? PER_SECOND);
  const share = Math.max(1, Math.floor((perSecond * 5) / 6));
  const bulk = count("bulkPerSecond", options.bulkPerSecond ?? share);
  const burst = count("chatBurst", options.chatBurst ?? CHAT_BURST);
  const group = count("groupPerMinute", options.groupPerMinute ?? GROUP_PER_MINUTE);
  const { chatPerSecond = CHAT_PER_SECOND } = options;
  if (!(chatPerSecond > 0 && chatPerSecond <= PER_SECOND_MAX)) {
    const rule = `limits.chatPerSecond is above 0 and at most ${PER_SECOND_MAX}`;
    throw new RuntimeError("bad-options", `${rule}; got ${String(chatPerSecond)}`);
  }
  return {
    bot: [{ max: perSecond, perMs: SECOND_MS + JITTER_MS }],
    bulk: [{ max: bulk, perMs: SECOND_MS + JITTER_MS }],
    chat: [{ max: burst, perMs: Math.ceil((burst * SECOND_MS) / chatPerSecond) + JITTER_MS }],
    group: [{ max: group, perMs: MINUTE_MS + JITTER_MS }],
  };
}

function count(name: string, value: number): number {
  return wholeNumber(`limits.${name}`, value, { min: 1, max: PER_SECOND_MAX });
}

/** Groups and channels have negative ids or public names. */
export function windowsOf(lane: string, { chat, group }: SendLimits): readonly SendWindow[] {
  return /^[-@]/.test(lane) ? [...chat, ...group] : chat;
}

/**
 * How long a message that counts as `cost` has to wait for its place in all windows. `recent` are
 * the times of earlier ones, in order; one that lies in the future counts as now. What counts more
 * than a window holds needs the whole window.
 */
export function waitFor(
  recent: readonly number[],
  { cost, windows, atMs }: { cost: number; windows: readonly SendWindow[]; atMs: number },
): number {
  let waitMs = 0;
  for (const { max, perMs } of windows) {
    const first = recent.findIndex((timeMs) => timeMs > atMs - perMs);
    const inside = first === -1 ? 0 : recent.length - first;
    const surplus = inside + Math.min(cost, max) - max;
    if (surplus <= 0) continue;
    const freedBy = Math.min(recent[first + surplus - 1]!, atMs);
    waitMs = Math.max(waitMs, freedBy + perMs - atMs);
  }
  return waitMs;
}

/** The times after one more message, without those that no window looks at any more. */
export function withSend(
  recent: readonly number[],
  { cost, windows, atMs }: { cost: number; windows: readonly SendWindow[]; atMs: number },
): readonly number[] {
  const longestMs = Math.max(...windows.map(({ perMs }) => perMs));
  const most = Math.max(...windows.map(({ max }) => max));
  const kept = recent.filter((timeMs) => timeMs > atMs - longestMs);
  for (let message = 0; message < Math.min(cost, most); message += 1) kept.push(atMs);
  return kept.slice(-most);
}

/** Times as they are stored. */
export function timesToText(times: readonly number[]): string {
  return times.join();
}

export function textToTimes(text: string): readonly number[] {
  return text === "" ? [] : text.split(",").map(Number);
}
