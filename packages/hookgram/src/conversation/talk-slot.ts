import { Scope } from "../context/scope.ts";
import type { StateRecord } from "../dispatch/invocation.ts";
import { HookgramError } from "../error.ts";
import { eventKind } from "../event/event-kind.ts";
import { stateKey } from "../state/strategy.ts";
import { stageTimeout } from "../timer/state-timeout.ts";
import type { ConversationSettings } from "./conversation-options.ts";
import type { PendingWait } from "./talk-run.ts";
import { bytesOf, largestOf, readRecord, type TalkRecord, toRecord } from "./talk-record.ts";

/** What a wait that has lasted too long causes. */
export const conversationTimeout = eventKind("conversation_timeout");

/**
 * Where the conversation of one update is stored, with its time-out. One with the same strategy is
 * stored there at a time, whatever its name.
 *
 * **Invariant:** what is stored is written once per attempt, at the end of a run, and committed with
 * the update; a run that fails leaves what was there.
 */
export class TalkSlot {
  readonly #scope: Scope;
  readonly #settings: ConversationSettings;
  readonly key: string | undefined;

  constructor(scope: Scope, settings: ConversationSettings) {
    this.#scope = scope;
    this.#settings = settings;
    const { invocation, origin } = Scope.attemptOf(scope);
    const key = stateKey(settings.strategy, invocation.me.id, origin);
    // No state is kept under such a key, so both can be there at once.
    this.key = key === undefined ? undefined : `${key}|conversation`;
  }

  /** Whichever conversation is being held. */
  async read(): Promise<StateRecord | undefined> {
    if (this.key === undefined) return undefined;
    return Scope.attemptOf(this.#scope).invocation.states.read(this.key);
  }

  /** The conversation, when it is this one. */
  async readOwn(): Promise<StateRecord | undefined> {
    const stored = await this.read();
    return stored?.state === this.#state ? stored : undefined;
  }

  /**
   * Stages what is to be stored, and the time-out of the wait in place of an earlier one.
   * @throws HookgramError `conversation-too-long`
   */
  suspend(run: Pick<TalkRecord, "input" | "turns">, pending: PendingWait, wasTimed: boolean): void {
    const { invocation, origin } = Scope.attemptOf(this.#scope);
    const afterMs = pending.late?.afterMs ?? pending.timeoutMs ?? this.#settings.timeoutMs;
    const kinds = [...new Set(pending.wants.map(({ kind }) => kind))];
    const asksAgain = pending.reprompt !== undefined || pending.triesMax !== undefined;
    const due = afterMs === undefined ? {} : { dueAtMs: invocation.now() + afterMs };
    this.write(toRecord({ ...run, wait: { kinds, asksAgain, tries: 0, ...due } }));
    if (afterMs === undefined && !wasTimed) return;
    const entered = { key: this.key!, label: this.#state, afterMs, event: conversationTimeout };
    stageTimeout(invocation, origin, entered);
  }

  /** Stages a record as it is; the time-out stays. */
  write(record: TalkRecord): void {
    const { label, version, recordBytesMax } = this.#settings;
    const bytes = bytesOf(record);
    if (bytes > recordBytesMax) {
      const size = `its record has ${bytes} bytes, and ${recordBytesMax} are allowed`;
      const mend = "end it and enter another, keep less in steps, or raise recordBytesMax";
      const what = `${label}: ${size}; the largest part is ${largestOf(record)}; ${mend}`;
      throw new HookgramError("conversation-too-long", what);
    }
    const data = record as unknown as StateRecord["data"];
    this.#stage({ state: this.#state, data, schemaVersion: version });
  }

  /** Stages that no conversation is held any more. */
  clear(stored: StateRecord): void {
    const { invocation, origin } = Scope.attemptOf(this.#scope);
    this.#stage(undefined);
    if (!isTimed(stored)) return;
    const left = { key: this.key!, label: this.#state, event: conversationTimeout };
    stageTimeout(invocation, origin, { ...left, afterMs: undefined });
  }

  get #state(): string {
    return `conversation:${this.#settings.name}`;
  }

  #stage(record: StateRecord | undefined): void {
    Scope.attemptOf(this.#scope).invocation.states.write(this.key!, record);
  }
}

/** Whether a time-out is set for what is stored. */
export function isTimed(stored: StateRecord | undefined): boolean {
  return stored !== undefined && readRecord(stored)?.wait.dueAtMs !== undefined;
}
