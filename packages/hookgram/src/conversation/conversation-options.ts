import { UPDATE_KINDS, type UpdateKind } from "@hookgram/bot-api";
import { ALBUM_KIND } from "../album/incoming-album.ts";
import type { CommonContext, Context } from "../context/context.ts";
import { type Check, toCheck } from "../dispatch/match.ts";
import { HookgramError } from "../error.ts";
import type { AnyFilter, Filter } from "../filter/filter.ts";
import { STATE_STRATEGIES, type StateStrategy } from "../state/strategy.ts";
import { type AnyEventKind, type AnyKind, isEventKind } from "../event/event-kind.ts";
import type { Talk, TalkKind, TalkTools, UsualKind } from "./talk.ts";

/** How a conversation ended. */
export type Ending<Result = unknown> =
  /** Its function returned. */
  | { readonly status: "finished"; readonly result: Result }
  /** It called `leave`, or did not catch that an answer came too late or too often did not fit. */
  | { readonly status: "left" | "timed-out" | "gave-up" }
  /** The person cancelled it. */
  | { readonly status: "cancelled" }
  /** Another one was entered, or the same one anew: the conversation of this name. */
  | { readonly status: "replaced"; readonly by: string }
  /** Its function is not the one that began it; see `whenChanged`. */
  | { readonly status: "outdated"; readonly reason: string };

/** What cancels a conversation: messages that a filter wants, or filters by kinds of updates. */
export type Cancel<K extends TalkKind> =
  | Filter<Context<"message">, object>
  | { readonly [P in Extract<K, UpdateKind>]?: Filter<Context<P>, object> };

/** How a conversation is held. */
export interface ConversationOptions<
  K extends TalkKind = UsualKind,
  Given = unknown,
  Result = unknown,
> {
  /**
   * The kinds of updates that it may wait for, which Telegram is then asked for, `album`, and own kinds
   * of events: `["message", "album", orderPaid]`. Default: messages and presses on buttons. As with
   * every handler for albums, with `album` the parts of an album come as one.
   */
  readonly kinds?: readonly K[];
  /** Ends it at any question: `cancel: command("cancel")`. Nothing by default. */
  readonly cancel?: Cancel<K>;
  /**
   * Called when it has ended in any way but by {@link Conversation.leave}. `given` is what was added for
   * the update that ended it; of one that was replaced from elsewhere in the tree, parts may be absent.
   */
  readonly onEnd?: (ending: Ending<Result>, tools: TalkTools<Partial<Given>>) => unknown;
  /** Milliseconds that each wait takes at most unless it says otherwise; without limit by default. */
  readonly timeoutMs?: number;
  /**
   * What becomes of updates of the person that it does not wait for: `pass` (the default) gives them
   * to the handlers behind it, `drop` to nobody.
   */
  readonly others?: "pass" | "drop";
  /**
   * Whose conversation it is, as for states: a user's in a chat (`user-in-chat`) by default. Of all
   * conversations with the same strategy one is held at a time.
   */
  readonly strategy?: StateStrategy;
  /**
   * What `enter` does while one is being held: `replace` (the default) takes its place, once its
   * `onEnd` was told; `keep` lets it go on, unless the bot does not know it any more.
   */
  readonly whenBusy?: "replace" | "keep";
  /**
   * To be raised when the function takes another way than before, so that conversations which the
   * earlier one began are not continued by this one. A whole number, 1 by default.
   */
  readonly version?: number;
  /**
   * What becomes of a conversation that an earlier version began, or whose function does something
   * else than is recorded: `end` (the default) tells `onEnd` that it is outdated; `restart` runs the
   * function from its start as if it were entered anew; `fail` throws `conversation-changed` and keeps
   * it, so that it can go on when the earlier code is back. What a newer version began is always kept.
   */
  readonly whenChanged?: "end" | "restart" | "fail";
  /**
   * The size to which the record of a conversation may grow, in bytes of JSON; 65,536 by default. One
   * that grows beyond it fails with `conversation-too-long`.
   */
  readonly recordBytesMax?: number;
  /** What `random` draws from: numbers from 0 to below 1. Default: the platform's `crypto`. */
  readonly random?: () => number;
}

/** The function of a conversation, whatever it takes and gives. */
export type AnyTalkFunction = (talk: Talk<TalkKind>, input: never) => Promise<unknown>;

/** A conversation as it is run. */
export interface ConversationSettings {
  readonly name: string;
  /** For errors and logs. */
  readonly label: string;
  readonly run: AnyTalkFunction;
  /** Of updates and of own events, as the context says them. */
  readonly kinds: readonly AnyKind[];
  readonly events: readonly AnyEventKind[];
  readonly cancels: ReadonlyMap<string, Check>;
  /** The filters behind `cancels`. */
  readonly cancelFilters: readonly AnyFilter[];
  readonly onEnd: ((ending: Ending, tools: TalkTools<object>) => unknown) | undefined;
  readonly timeoutMs: number | undefined;
  readonly others: "pass" | "drop";
  readonly strategy: StateStrategy;
  readonly whenBusy: "replace" | "keep";
  readonly version: number;
  readonly whenChanged: "end" | "restart" | "fail";
  readonly recordBytesMax: number;
  readonly random: () => number;
}

/** Forty questions or more, and little enough to be written with every answer. */
const RECORD_BYTES_MAX = 65_536;

/** @throws HookgramError `bad-argument` */
export function toSettings(
  name: string,
  run: AnyTalkFunction,
  options: ConversationOptions<TalkKind>,
): ConversationSettings {
  const { kinds = ["message", "callback_query"], cancel, onEnd, timeoutMs } = options;
  const { others = "pass", strategy = "user-in-chat", version = 1 } = options;
  const { whenBusy = "replace", whenChanged = "end", random = cryptoRandom } = options;
  const { recordBytesMax = RECORD_BYTES_MAX } = options;
  const label = `conversation("${name}")`;
  const settings = {
    name,
    label,
    run,
    kinds: kinds.map(toKind),
    events: kinds.flatMap((kind) => toEvent(kind) ?? []),
    cancels: toCancels(cancel),
    cancelFilters: Object.values(filtersOf(cancel)),
    onEnd,
    timeoutMs,
    others,
  };
  const all = { ...settings, strategy, whenBusy, version, whenChanged, recordBytesMax, random };
  assertSettings(all);
  return all;
}

function assertSettings(settings: ConversationSettings): void {
  const { name, run, kinds, timeoutMs, strategy, version, recordBytesMax, label } = settings;
  const refuse = (problem: string): never => {
    throw new HookgramError("bad-argument", `${label}: ${problem}`);
  };
  if (typeof name !== "string" || name === "" || name.includes(":"))
    refuse(`a name is not empty and has no ":" in it`);
  if (typeof run !== "function") refuse("the second argument is its function");
  const isKind = (kind: AnyKind): boolean =>
    settings.events.some((event) => event.kind === kind) ||
    UPDATE_KINDS.includes(kind as UpdateKind);
  const foreign = kinds.find((kind) => !isKind(kind));
  if (kinds.length === 0 || foreign !== undefined) {
    const rule =
      'kinds are kinds of updates such as "callback_query", "album", or made by eventKind()';
    refuse(`${rule}, not "${foreign}"`);
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0))
    refuse(`timeoutMs is a number of milliseconds above 0, not ${timeoutMs}`);
  if (!STATE_STRATEGIES.includes(strategy))
    refuse(`strategy is one of ${STATE_STRATEGIES.join(", ")}, not "${strategy}"`);
  if (!Number.isSafeInteger(version)) refuse(`version is a whole number, not ${version}`);
  if (!(recordBytesMax > 0)) refuse(`recordBytesMax is above 0, not ${recordBytesMax}`);
}

/** The kind as contexts say it. */
export function toKind(kind: TalkKind): AnyKind {
  return toEvent(kind)?.kind ?? (kind as UpdateKind);
}

/** The kind of event; undefined for a kind of Telegram's updates. */
function toEvent(kind: TalkKind): AnyEventKind | undefined {
  if (kind === "album") return ALBUM_KIND;
  return isEventKind(kind) ? kind : undefined;
}

function toCancels(cancel: Cancel<TalkKind> | undefined): ReadonlyMap<string, Check> {
  const entries = Object.entries(filtersOf(cancel));
  return new Map(entries.map(([kind, filter]) => [kind, toCheck(filter)]));
}

/** By kind. */
function filtersOf(cancel: Cancel<TalkKind> | undefined): Readonly<Record<string, AnyFilter>> {
  if (cancel === undefined) return {};
  return isFilter(cancel) ? { message: cancel } : (cancel as Readonly<Record<string, AnyFilter>>);
}

function isFilter(cancel: Cancel<TalkKind>): cancel is Filter<Context<"message">, object> {
  return typeof cancel === "function" || "matches" in cancel;
}

function cryptoRandom(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
}

/** A conversation, to be included in a router or bot and entered by handlers. */
export interface ConversationMethods<Input, Given> {
  readonly name: string;
  /**
   * Begins it with the update of `context`, the context that a handler or middleware was given. Its
   * function runs until it waits, and what it throws is thrown. Gives false when another one is being
   * held and `whenBusy` says `keep`, and in the `onEnd` of one that is being replaced.
   * @throws HookgramError `no-conversation` when the update lacks the user or chat that the strategy
   * needs, `bad-conversation` inside of a conversation, and when it is included nowhere.
   */
  readonly enter: (
    context: CommonContext & Given,
    ...input: [Input] extends [undefined] ? [] : [input: Input]
  ) => Promise<boolean>;
  /** Ends it, without `onEnd`. Gives whether it was being held. */
  readonly leave: (context: CommonContext) => Promise<boolean>;
  /** Whether it is being held. */
  readonly isActive: (context: CommonContext) => Promise<boolean>;
}
