import { RuntimeError } from "../error.ts";
import { wholeNumber } from "../whole-number.ts";

/** At most `max` messages in any period of `perMs`. */
export interface SendWindow {
  readonly max: number;
  readonly perMs: number;
}

/** The windows of each kind. A message has to fit into all windows that apply to it. */
export interface SendLimits {
  /** For all messages of a bot. */
  readonly bot: readonly SendWindow[];
  /** For its broadcasts, in addition to `bot`. */
  readonly bulk: readonly SendWindow[];
  /** For one chat. */
  readonly chat: readonly SendWindow[];
  /** For one group or channel, in addition to `chat`. */
  readonly group: readonly SendWindow[];
}

/**
 * Limits on messages; the defaults are those that Telegram publishes. Whole numbers from 1 to 10,000,
 * except for `chatPerSecond`. Telegram may lower its limits for a while and says so by 429, which is
 * obeyed whatever is set here.
 * @see https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
 */
export interface SendLimitOptions {
  /**
   * Messages per second to all chats together. Default 30. Telegram allows 1,000 to bots that pay for
   * their broadcasts (`allow_paid_broadcast`).
   */
  readonly perSecond?: number | undefined;
  /**
   * How many of these may belong to broadcasts; the rest is always free for answers. Default five
   * sixths of `perSecond`.
   */
  readonly bulkPerSecond?: number | undefined;
  /** Messages per second to one chat, on average. Above 0, and need not be whole. Default 1. */
  readonly chatPerSecond?: number | undefined;
  /**
   * Messages to one chat that may go at once. Telegram allows "short bursts that go over this limit"
   * and does not say how long. Default 3: at most three in any three seconds.
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
 * Each window is longer by this time. Windows count from the moment at which a send is claimed, and
 * commits and the network delay some sends more than others, so that two which are claimed a second
 * apart may arrive closer together. It costs less than 5 % of the speed, and provokes no 429.
 */
const JITTER_MS = 50;

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Far beyond what Telegram grants. The times of so many messages have to be kept. */
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

/** The windows for one chat. Groups and channels have negative ids or public names. */
export function windowsOf(lane: string, { chat, group }: SendLimits): readonly SendWindow[] {
  return /^[-@]/.test(lane) ? [...chat, ...group] : chat;
}

/**
 * How long a message that counts as `cost` messages has to wait until it fits into all windows.
 * `recent` has the times of earlier messages, in order; a time in the future counts as now. A message
 * whose cost exceeds a window needs the whole window.
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

/** The recent times with one more message, and without those that no window needs any more. */
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
