import type { Update } from "@hookgram/bot-api";
import { addedData, Scope } from "../context/scope.ts";
import type { StateRecord } from "../dispatch/invocation.ts";
import { matchAll } from "../dispatch/match.ts";
import { type HandlerResult, skip } from "../dispatch/results.ts";
import { HookgramError } from "../error.ts";
import { isEventField } from "../event/event-kind.ts";
import type { Includable } from "../router/router.ts";
import { RouterFace } from "../router/router-face.ts";
import { type ConversationParts, conversationsOf } from "./conversations-of.ts";
import { createTalk } from "./create-talk.ts";
import {
  type AnyTalkFunction,
  type ConversationMethods,
  type ConversationOptions,
  type ConversationSettings,
  type Ending,
  toSettings,
} from "./conversation-options.ts";
import type { Talk, TalkKind, TalkTools, UsualKind } from "./talk.ts";
import { readRecord, type TalkRecord } from "./talk-record.ts";
import { isTry, type PendingWait, TalkRun } from "./talk-run.ts";
import { conversationTimeout, isTimed, TalkSlot } from "./talk-slot.ts";
import type { Turn } from "./transcript.ts";
import { TurnInvocation } from "./turn-invocation.ts";

/** @see {@link ConversationMethods} */
export type Conversation<Input = undefined, Given = unknown> = ConversationMethods<Input, Given> &
  Includable<Given>;

/**
 * Declares a conversation: questions and what comes of their answers, written as one function.
 *
 * ```ts
 * const address = conversation("address", async ({ ask, reply }) => {
 *   const { message } = await ask("Which street?", text());
 *   await reply(`${message.text}, then.`);
 * });
 * bot.message(command("address"), (context) => address.enter(context));
 * bot.include(address);
 * ```
 *
 * Where it waits for an answer the update is done, and what the function did is stored with it. The
 * answer's update runs the function from its start, with everything that was recorded given back, and so
 * to the next question: nothing is in memory in between, and no process has to live as long as the
 * conversation. `input` and the function's results are JSON.
 *
 * Handlers before it in the tree see updates first; what it waits for, those behind it do not see.
 * @throws HookgramError `bad-argument` for a name with `:` or an option out of range.
 */
export function conversation<
  Result = void,
  Input = undefined,
  const K extends TalkKind = UsualKind,
  Given = unknown,
>(
  name: string,
  run: (talk: Talk<K, Given>, input: Input) => Promise<Result>,
  options: ConversationOptions<K, Given, Result> = {},
): Conversation<Input, Given> {
  const settings = toSettings(
    name,
    run as unknown as AnyTalkFunction,
    options as unknown as ConversationOptions<TalkKind>,
  );
  return new ConversationRouter(settings) as unknown as Conversation<Input, Given>;
}

/**
 * The attempts in which a conversation is being replaced just now: its place is taken already, so what
 * its `onEnd` enters would be gone at once.
 */
const REPLACING = new WeakSet<object>();

/** A conversation as a part of the tree: its handlers continue what `enter` has begun. */
class ConversationRouter extends RouterFace {
  readonly #settings: ConversationSettings;

  constructor(settings: ConversationSettings) {
    super(settings.name);
    this.#settings = settings;
    const node = RouterFace.nodeOf(this);
    const { name, cancelFilters: cancels } = settings;
    node.conversation = { name, cancels, replaced: (...of) => this.#replaced(...of) };
    const label = `conversation(${settings.name})`;
    const isHeld = { label, matches: (scope: Scope) => this.isActive(scope) };
    const resume = [isHeld, (scope: Scope) => this.#resume(scope)];
    for (const kind of settings.kinds) if (!isEventField(kind)) node.register(kind, resume);
    for (const event of [...settings.events, conversationTimeout])
      node.registerEvent([event, ...resume]);
    // As a handler it is known by its name, and several may be in one router.
    Object.defineProperty(this.enter, "name", { value: `enter ${name}` });
  }

  readonly isActive = async (context: unknown): Promise<boolean> => {
    return (await this.#slot(this.#scopeOf(context)).readOwn()) !== undefined;
  };

  readonly leave = async (context: unknown): Promise<boolean> => {
    const slot = this.#slot(this.#scopeOf(context));
    const stored = await slot.readOwn();
    if (stored !== undefined) slot.clear(stored);
    return stored !== undefined;
  };

  readonly enter = async (context: unknown, input?: unknown): Promise<boolean> => {
    const { label, strategy } = this.#settings;
    const scope = this.#scopeOf(context);
    if (!RouterFace.nodeOf(this).root.isRoot) {
      const rule = "it is part of no bot, so nobody would hear the answers";
      throw new HookgramError("bad-conversation", `${label}: ${rule}; include it in a router`);
    }
    const slot = this.#slot(scope);
    if (slot.key === undefined) {
      const problem = `the update has no user or chat to keep it under (strategy "${strategy}")`;
      throw new HookgramError("no-conversation", `${label} cannot be entered: ${problem}`);
    }
    const { invocation } = Scope.attemptOf(scope);
    if (REPLACING.has(invocation)) return false;
    let stored = await slot.read();
    if (stored !== undefined && this.#keeps(stored)) return false;
    const given = toInput(label, input);
    if (stored !== undefined && (await this.#takePlace(scope, stored))) stored = undefined;
    const begun = { input: given, turns: [], stored };
    await this.#run(scope, begun, { by: "entry", update: updateOf(scope) });
    return true;
  };

  /** Continues the conversation with an update of its person. */
  async #resume(scope: Scope): Promise<HandlerResult> {
    const { label, version, cancels } = this.#settings;
    const stored = (await this.#slot(scope).readOwn())!;
    if (stored.schemaVersion > version) {
      const message = `${label}: ignored and kept, because version ${stored.schemaVersion} began it`;
      scope.logger.warn({ version }, message);
      return skip;
    }
    const cancel = cancels.get(scope.kind);
    if (cancel !== undefined && (await matchAll([cancel], scope)) !== undefined)
      return this.#end(scope, { status: "cancelled" }, stored);
    const record = readRecord(stored);
    if (stored.schemaVersion < version || record === undefined) {
      const reason = `version ${stored.schemaVersion} began it, and this is version ${version}`;
      return this.#changed(scope, { stored, record }, reason);
    }
    const by = reasonToGoOn(scope, record);
    if (by === undefined) return this.#passOn();
    return this.#run(scope, { ...record, stored, record }, { by, update: updateOf(scope) });
  }

  /** Runs the function with one more turn than are recorded, and stages what comes of it. */
  async #run(
    scope: Scope,
    begun: Begun,
    next: Pick<Turn, "by" | "update">,
  ): Promise<HandlerResult> {
    const { label, kinds, run: talkFunction, random } = this.#settings;
    const { input, stored, record } = begun;
    const turns = [...begun.turns, { ...next, atMs: scope.now(), done: [] }];
    const given = addedData(scope);
    const tries = record?.wait.tries ?? 0;
    const begin = (run: TalkRun): Promise<unknown> =>
      talkFunction(createTalk(run, { given, random }), structuredClone(input) as never);
    const run = new TalkRun({ label, begin, kinds, turns, tries, host: scope });
    const verdict = await run.run();
    if (verdict.status === "waiting")
      return this.#slot(scope).suspend({ input, turns: run.turns }, verdict.wait, isTimed(stored));
    if (verdict.status === "unanswered") return this.#askAgain(scope, record!, verdict.wait);
    if (verdict.status === "failed") throw verdict.error;
    if (verdict.status === "changed")
      return this.#changed(scope, { stored: stored!, record }, verdict.reason);
    return this.#end(scope, verdict, stored);
  }

  /** The question is still open. */
  async #askAgain(
    scope: Scope,
    record: TalkRecord,
    { reprompt, triesMax }: PendingWait,
  ): Promise<HandlerResult> {
    if ((reprompt === undefined && triesMax === undefined) || !isTry(scope)) return this.#passOn();
    const tries = record.wait.tries + 1;
    const said = typeof reprompt === "function" ? await reprompt(scope as never, tries) : reprompt;
    if (said !== undefined) await scope.reply?.(said);
    this.#slot(scope).write({ ...record, wait: { ...record.wait, tries } });
  }

  async #end(
    scope: Scope,
    ending: Ending,
    stored: StateRecord | undefined,
  ): Promise<HandlerResult> {
    if (stored !== undefined) this.#slot(scope).clear(stored);
    await this.#settings.onEnd?.(ending, this.#toolsOf(scope));
  }

  /** What is stored cannot be continued. */
  async #changed(
    scope: Scope,
    { stored, record }: { readonly stored: StateRecord; readonly record: TalkRecord | undefined },
    reason: string,
  ): Promise<HandlerResult> {
    const { label, whenChanged, onEnd } = this.#settings;
    if (whenChanged === "fail") {
      const mend = "bring back the code that began it, or raise its version";
      throw new HookgramError("conversation-changed", `${label} has changed: ${reason}; ${mend}`);
    }
    scope.logger.warn({ conversation: this.name, reason }, `${label} has changed: ${whenChanged}`);
    const [entry] = record?.turns ?? [];
    if (whenChanged === "restart" && entry !== undefined) {
      const begun = { input: record?.input, turns: [], stored };
      return this.#run(scope, begun, { by: "entry", update: entry.update });
    }
    await this.#end(scope, { status: "outdated", reason }, stored);
    return onEnd === undefined ? skip : undefined;
  }

  /** One that the bot does not know any more is in nobody's way. */
  #keeps(stored: StateRecord): boolean {
    return this.#settings.whenBusy === "keep" && this.#holderOf(stored) !== undefined;
  }

  /** The conversation that is stored, if the bot knows it. */
  #holderOf({ state }: StateRecord): ConversationParts | undefined {
    const known = conversationsOf(RouterFace.nodeOf(this).root);
    return known.get(state.slice(state.indexOf(":") + 1));
  }

  /** Ends what is stored, so that it can say goodbye before this one asks. False: nobody knows it. */
  async #takePlace(scope: Scope, stored: StateRecord): Promise<boolean> {
    const { invocation } = Scope.attemptOf(scope);
    REPLACING.add(invocation);
    try {
      const holder = this.#holderOf(stored);
      await holder?.replaced(scope, stored, this.name);
      return holder !== undefined;
    } finally {
      REPLACING.delete(invocation);
    }
  }

  async #replaced(scope: Scope, stored: StateRecord, by: string): Promise<void> {
    await this.#end(scope, { status: "replaced", by }, stored);
  }

  #passOn(): HandlerResult {
    return this.#settings.others === "pass" ? skip : undefined;
  }

  #slot(scope: Scope): TalkSlot {
    return new TalkSlot(scope, this.#settings);
  }

  #toolsOf(scope: Scope): TalkTools<object> {
    const { label } = this.#settings;
    const nowhere = (): Promise<never> =>
      Promise.reject(new HookgramError("no-target", `${label}, onEnd: the update has no chat`));
    const { api, step, reply = nowhere, send = nowhere } = scope;
    return { api, step, reply, send, context: scope, given: addedData(scope) };
  }

  /** @throws HookgramError `bad-argument`, `bad-conversation` */
  #scopeOf(context: unknown): Scope {
    const { label } = this.#settings;
    if (!(context instanceof Scope)) {
      const rule = "it takes the context itself that a handler is given, not a copy";
      throw new HookgramError("bad-argument", `${label}: ${rule}`);
    }
    if (!(Scope.attemptOf(context).invocation instanceof TurnInvocation)) return context;
    const mend = "enter it in onEnd, or call its function";
    const rule = "inside of a conversation no other is entered or left";
    throw new HookgramError("bad-conversation", `${label}: ${rule}; ${mend}`);
  }
}

/** A conversation before its newest turn. */
interface Begun extends Pick<TalkRecord, "input" | "turns"> {
  /** What is stored where it will be, perhaps another conversation. */
  readonly stored: StateRecord | undefined;
  /** Undefined when it begins now. */
  readonly record?: TalkRecord;
}

/** As the host gave it. */
function updateOf(scope: Scope): Update {
  return Scope.attemptOf(scope).invocation.update;
}

/** Why the function may go on with this update; undefined when it certainly does not wait for it. */
function reasonToGoOn(
  scope: Scope,
  { wait: { kinds, asksAgain, dueAtMs } }: TalkRecord,
): "answer" | "timeout" | undefined {
  if (scope.kind === conversationTimeout.kind) return dueAtMs === undefined ? undefined : "timeout";
  return kinds.includes(scope.kind) || (asksAgain && isTry(scope)) ? "answer" : undefined;
}

/** @throws HookgramError `bad-argument` for what is not JSON. */
function toInput(label: string, input: unknown): TalkRecord["input"] {
  if (input === undefined) return undefined;
  try {
    const text = JSON.stringify(input) as string | undefined;
    if (text !== undefined) return JSON.parse(text) as TalkRecord["input"];
  } catch {
    // It is said below.
  }
  throw new HookgramError("bad-argument", `${label}: the input of enter() is not JSON`);
}
