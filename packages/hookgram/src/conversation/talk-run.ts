import { type BotApi, wrapBotApi } from "@hookgram/bot-api";
import type { Reply, Send } from "../context/context.ts";
import { Scope } from "../context/scope.ts";
import type { Invocation } from "../dispatch/invocation.ts";
import { matchAll } from "../dispatch/match.ts";
import { HookgramError } from "../error.ts";
import { type AnyKind, isEventField } from "../event/event-kind.ts";
import { isCommand } from "../filter/no-command.ts";
import { callName } from "./call-name.ts";
import { assertDelay, toWants, type Wants } from "./expected.ts";
import type { WaitOptions } from "./talk.ts";
import { never, Transcript, type Turn } from "./transcript.ts";
import { TurnInvocation } from "./turn-invocation.ts";

/** What the function waits for. */
export interface PendingWait extends Wants, WaitOptions {}

/** How a run of the function ended. */
export type Verdict =
  | { readonly status: "finished"; readonly result: unknown }
  | { readonly status: "left" | "timed-out" | "gave-up" }
  | { readonly status: "failed"; readonly error: unknown }
  /** It asks for an update that has not come yet. */
  | { readonly status: "waiting"; readonly wait: PendingWait }
  /** The newest update is not what it asks for. */
  | { readonly status: "unanswered"; readonly wait: PendingWait }
  | { readonly status: "changed"; readonly reason: string };

/** What a run is made of. */
export interface TalkRunParts {
  /** `conversation("address")` */
  readonly label: string;
  /** The function, with its input and all that it talks with. */
  readonly begin: (run: TalkRun) => Promise<unknown>;
  readonly kinds: readonly AnyKind[];
  /** The last one happens now. */
  readonly turns: readonly Turn[];
  /** Answers that did not fit, to the question that is open. */
  readonly tries: number;
  /** The context of the update that is handled now. */
  readonly host: Scope;
}

/**
 * One run of a conversation's function, from its start to where it asks for an update that has not
 * come yet, or to its end. Where it is suspended its promise stays open, and is forgotten.
 *
 * States: running → over. **Invariant:** once it is over nothing that the function does has an effect.
 */
export class TalkRun {
  readonly api: BotApi;
  readonly #parts: TalkRunParts;
  readonly #transcript: Transcript;
  readonly #verdict = Promise.withResolvers<Verdict>();
  #scope: Scope;
  #replying: Scope | undefined;
  #isWaiting = false;
  #outcome: Pick<Turn, "by" | "case"> | undefined;
  /** What a wait has thrown. Uncaught it is no failure. */
  readonly #thrown = new Map<unknown, "timed-out" | "gave-up">();

  constructor(parts: TalkRunParts) {
    this.#parts = parts;
    this.#scope = parts.host;
    this.#transcript = new Transcript(parts.turns, (reason) =>
      this.#settle({ status: "changed", reason }),
    );
    this.api = wrapBotApi(parts.host.api, (method, params, next) =>
      this.#transcript.effect({
        name: callName(method, params),
        alike: `${method}:`,
        run: () => next(),
      }),
    );
  }

  /** The turns, with what the last one did. */
  get turns(): readonly Turn[] {
    const { turns } = this.#parts;
    const last = { ...turns.at(-1)!, ...this.#outcome, done: this.#transcript.done };
    return [...turns.slice(0, -1), last];
  }

  /** The context of the newest update. */
  get scope(): Scope {
    return this.#scope;
  }

  /** When the turn that it is in was handled, in milliseconds since the epoch. */
  get nowMs(): number {
    return this.#transcript.turn.atMs;
  }

  /** Runs the function. Never rejects. */
  async run(): Promise<Verdict> {
    try {
      await this.#open(this.#transcript.turn);
      this.#parts.begin(this).then(
        (result) => this.#over({ status: "finished", result }),
        (error: unknown) => this.#over(this.#toFailure(error)),
      );
    } catch (error) {
      this.#over(this.#toFailure(error));
    }
    return this.#verdict.promise;
  }

  readonly reply: Reply = async (text, params) => {
    const reply = this.#replying?.reply;
    if (reply !== undefined) return reply(text, params);
    throw new HookgramError("no-target", `${this.#parts.label}, reply: it belongs to no chat`);
  };

  readonly send: Send = async (method, ...params) => {
    const send = this.#replying?.send;
    if (send !== undefined) return send(method, ...params);
    throw new HookgramError("no-target", `${this.#parts.label}, send: it belongs to no chat`);
  };

  readonly step: Invocation["step"] = async <T>(
    ...[name, effect, options]: Parameters<Invocation["step"]>
  ): Promise<T> => {
    const { invocation } = Scope.attemptOf(this.#parts.host);
    const run = (): unknown => invocation.step(name, effect, options);
    return (await this.#transcript.effect({ name: `step:${name}`, isStep: true, run })) as T;
  };

  readonly wait = async (wanted: unknown, options: WaitOptions = {}): Promise<Scope> => {
    const wait = { ...toWants(wanted), ...options };
    this.#assertWait(wait);
    const turn = this.#transcript.next();
    if (turn === undefined) {
      this.#settle({ status: "waiting", wait });
      return never();
    }
    this.#isWaiting = true;
    const answer = await this.#answer(turn, wait);
    this.#isWaiting = false;
    return answer;
  };

  leave(): Promise<never> {
    this.#over({ status: "left" });
    return never();
  }

  async #answer(turn: Turn, wait: PendingWait): Promise<Scope> {
    const scope = await this.#open(turn);
    if (turn.by === "timeout") return this.#late(wait, scope);
    if (turn.by === "tries") throw this.#gaveUp();
    let found: Match | undefined;
    try {
      found = await this.#match(wait, scope);
    } catch (error) {
      // It is thrown to the host and not into the function, which has not asked for it.
      this.#over({ status: "failed", error });
      return never();
    }
    const { isLive } = this.#transcript;
    if (found !== undefined && (isLive || found.name === turn.case)) {
      this.#outcome = { by: "answer", case: found.name };
      return found.scope;
    }
    const triesMax = wait.triesMax ?? Infinity;
    if (!isLive) this.#transcript.change("the next answer does not fit any more");
    else if (!isTry(scope) || this.#parts.tries + 1 < triesMax)
      this.#settle({ status: "unanswered", wait });
    else throw this.#gaveUp();
    return never();
  }

  /** The first of what is waited for that the update is; the filters see the turn's own context. */
  async #match({ wants }: PendingWait, scope: Scope): Promise<Match | undefined> {
    for (const { name, kind, checks } of wants) {
      if (kind !== scope.kind) continue;
      const matched = await matchAll(checks, scope, (error, { label }) => {
        const reason = error instanceof Error ? error.message : String(error);
        const what = `${this.#parts.label}: filter ${label} failed: ${reason}`;
        throw new HookgramError("filter-failed", what, { cause: error });
      });
      if (matched === undefined) continue;
      return { name, scope: name === undefined ? matched : matched.extend({ case: name }) };
    }
    return undefined;
  }

  #late({ late }: PendingWait, scope: Scope): Scope {
    if (late !== undefined) return scope.extend({ case: late.name });
    throw this.#throw("timed-out", "answer-timed-out", "nobody answered in time");
  }

  #gaveUp(): HookgramError {
    this.#outcome = { by: "tries" };
    return this.#throw("gave-up", "no-valid-answer", "no answer did fit");
  }

  #throw(
    ending: "timed-out" | "gave-up",
    code: "answer-timed-out" | "no-valid-answer",
    problem: string,
  ): HookgramError {
    this.#isWaiting = false;
    const error = new HookgramError(code, `${this.#parts.label}: ${problem}`);
    this.#thrown.set(error, ending);
    return error;
  }

  /** Goes on to the context of a turn. */
  async #open(turn: Turn): Promise<Scope> {
    const { reopen, invocation: host, blame } = Scope.attemptOf(this.#parts.host);
    const { api, step } = this;
    const parts = { transcript: this.#transcript, api, step };
    const scope = await reopen({ invocation: new TurnInvocation(host, turn, parts), api, blame });
    this.#scope = scope;
    if (scope.chat !== undefined && scope.reply !== undefined) this.#replying = scope;
    return scope;
  }

  /** @throws HookgramError `bad-argument`, `bad-conversation` */
  #assertWait({ wants, timeoutMs, late }: PendingWait): void {
    const { kinds, label } = this.#parts;
    if (timeoutMs !== undefined) assertDelay(timeoutMs, "timeoutMs");
    if (late !== undefined) assertDelay(late.afterMs, "after()");
    const foreign = wants.find(({ kind }) => !kinds.includes(kind));
    if (foreign !== undefined) {
      const mend = `it does not get; add it to its kinds (${kinds.map(nameOf).join(", ")})`;
      throw new HookgramError(
        "bad-argument",
        `${label}: it waits for ${nameOf(foreign.kind)}, which ${mend}`,
      );
    }
    if (!this.#isWaiting) return;
    const mend = "for the first of several pass them to one wait, by names";
    throw new HookgramError("bad-conversation", `${label}: it waits twice at once; ${mend}`);
  }

  #toFailure(error: unknown): Verdict {
    const ending = this.#thrown.get(error);
    return ending === undefined ? { status: "failed", error } : { status: ending };
  }

  #over(verdict: Verdict): void {
    if (this.#transcript.isLive) return this.#settle(verdict);
    const how = verdict.status === "failed" ? `throws: ${String(verdict.error)}` : "ends";
    this.#transcript.change(`it ${how}, where it went on before`);
  }

  #settle(verdict: Verdict): void {
    this.#transcript.close();
    this.#verdict.resolve(verdict);
  }
}

/** The kind as the author of the conversation names it. */
function nameOf(kind: AnyKind): string {
  return isEventField(kind) ? kind.slice("event:".length) : kind;
}

interface Match {
  readonly name: string | undefined;
  readonly scope: Scope;
}

/** Kinds of which an update may be a try to answer. */
const TRIED: ReadonlySet<string> = new Set(["message", "business_message", "channel_post"]);

/** Whether an update that does not fit was meant as an answer: a message that is no command. */
export function isTry(scope: Scope): boolean {
  if (!TRIED.has(scope.kind)) return false;
  const { message } = scope as unknown as { readonly message: Parameters<typeof isCommand>[0] };
  return !isCommand(message);
}
