import type { UpdateKind, UpdatePayload } from "@hookgram/bot-api";
import type { ConversationRecord } from "./conversation.ts";
import { createConversation } from "./conversation.ts";
import { renewSubscriptionsInTime } from "./pay.ts";
import { closePollsInTime } from "./poll-closing.ts";
import type { WorldPorts } from "./ports.ts";
import type { WorldEvent } from "./world-event.ts";
import type { CounterName, WorldState } from "./world-state.ts";
import { publishSuggestionsInTime } from "./suggested-post.ts";
import { conversationKey, emptyWorldState } from "./world-state.ts";
import { decodeState, encodeState } from "./snapshot.ts";
import type { WorldFile } from "./world-file.ts";
import { populate } from "./populate.ts";

export interface WorldOptions {
  /** Who is there at the start and after a reset. Default: nobody. */
  readonly file?: WorldFile;
}

/** Counters whose numbers others may still hold after a reset, so that they never restart. */
const LASTING_COUNTERS: readonly CounterName[] = [
  "revision",
  "file",
  "query",
  "poll",
  "album",
  "customEmoji",
  "payment",
  "ephemeral",
  "business",
  "prepared",
  "gift",
];

/**
 * The people, bots, groups and messages of one emulated Telegram. It holds the state and its
 * primitive operations; what people do is in `acts/`, what bots do in `methods/`.
 *
 * States: there is only one; every operation is synchronous and complete when it returns.
 * **Invariant:** revisions only rise, also across `reset` and `restore`, so cursors stay valid.
 * **Invariant:** the same operations at the same clock times with the same `random` give the same
 * state, byte for byte.
 * Nothing survives the process by itself: `snapshot` and `restore` are for that.
 */
export class World {
  readonly ports: WorldPorts;
  readonly #file: WorldFile | undefined;
  readonly #listeners = new Set<() => void>();
  #state: WorldState = emptyWorldState();

  constructor(ports: WorldPorts, options: WorldOptions = {}) {
    this.ports = ports;
    this.#file = options.file;
    if (this.#file !== undefined) populate(this, this.#file);
  }

  get state(): WorldState {
    return this.#state;
  }

  /** The Unix time, as dates in messages have it. */
  nowS(): number {
    return Math.floor(this.ports.clock.now() / 1000);
  }

  /** The next number of a counter. */
  next(counter: CounterName): number {
    this.#state.counters[counter] += 1;
    return this.#state.counters[counter];
  }

  /** The latest revision; the cursor of everything that was read now. */
  get revision(): number {
    return this.#state.counters.revision;
  }

  publish<K extends UpdateKind>(botId: number, kind: K, payload: UpdatePayload<K>): void {
    this.ports.publish(botId, kind, payload);
  }

  /** Writes to the journal and wakes everyone who waits for something to happen. */
  record(event: WorldEvent): void {
    this.ports.record(event);
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` after everything that happens, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The conversation of a group or of a private chat, if anything ever happened there. */
  conversation(chatId: number, botId?: number): ConversationRecord | undefined {
    return this.#state.conversations.get(conversationKey(chatId, botId));
  }

  /** The same, created when it is not there yet. */
  openConversation(
    chatId: number,
    botId?: number,
    businessConnectionId?: string,
  ): ConversationRecord {
    const key = conversationKey(chatId, botId, businessConnectionId);
    const existing = this.#state.conversations.get(key);
    if (existing !== undefined) return existing;
    const created = createConversation(chatId, botId, businessConnectionId);
    this.#state.conversations.set(key, created);
    return created;
  }

  /**
   * Back to the world file: other people, groups, messages and files are gone. Bots stay with
   * their profiles, so that a bot that is running can go on.
   */
  reset(): void {
    const { counters, bots } = this.#state;
    this.#state = emptyWorldState();
    for (const name of LASTING_COUNTERS) this.#state.counters[name] = counters[name];
    if (this.#file !== undefined) populate(this, this.#file);
    for (const [id, bot] of bots) this.#state.bots.set(id, bot);
    this.record({ type: "reset" });
  }

  /** Everything, as JSON text; bytes of files are base64 in it. */
  snapshot(): string {
    return encodeState(this.#state);
  }

  /**
   * Takes over a snapshot. Bots that the world file names and the snapshot lacks are added.
   * @throws {EmulatorError} `bad-world` when the text is not a snapshot of this version.
   */
  restore(text: string): void {
    const present = this.#state;
    const restored = decodeState(text);
    for (const [id, bot] of present.bots) {
      if (!restored.bots.has(id)) restored.bots.set(id, bot);
    }
    this.#state = restored;
    closePollsInTime(this);
    renewSubscriptionsInTime(this);
    publishSuggestionsInTime(this);
  }
}
