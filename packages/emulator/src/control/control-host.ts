import type { UpdateKind, UpdatePayload } from "@hookgram/bot-api";
import type { FaultBook } from "../faults/fault-book.ts";
import type { FloodLimits } from "../faults/flood-limits.ts";
import type { TelegramSnapshot } from "../snapshot-file.ts";
import type { World } from "../world/world.ts";
import type { NewBot } from "../world/world-file.ts";

/** The clock as the control interface steers it; the emulator's `VirtualClock` is one. */
export interface SteerableClock {
  readonly isPaused: boolean;
  now(): number;
  pause(): void;
  resume(): void;
  advance(ms: number): Promise<void>;
  set(nowMs: number): Promise<void>;
}

/** One line of the journal: `type` says which other fields it has. */
export interface RecordedEntry {
  readonly seq: number;
  readonly at_ms: number;
  readonly type: string;
}

/** The journal as the control interface reads it. */
export interface ReadableJournal {
  /** Entries with `seq` above `after`, oldest first, and the cursor to go on from. */
  read(
    after: number,
    limit: number,
  ): { readonly entries: readonly RecordedEntry[]; readonly cursor: number };
  /** Calls `listener` for each entry that follows, until the returned function is called. */
  subscribe(listener: (entry: RecordedEntry) => void): () => void;
}

/** What the control interface drives. */
export interface ControlHost {
  readonly world: World;
  readonly clock: SteerableClock;
  readonly journal: ReadableJournal;
  readonly faults: FaultBook;
  readonly floodLimits: FloodLimits;
  /** Queues an update as it is, for `POST /control/updates`. */
  publish<K extends UpdateKind>(botId: number, kind: K, payload: UpdatePayload<K>): void;
  /** Makes a bot known to the server, with a queue. The world has it already. */
  addBot(bot: NewBot): void;
  /** What signs the init data of the bot's Web Apps; undefined until its token was seen. */
  webAppKey(botId: number): Uint8Array | undefined;
  /** Gives a bot another token, at random when none is given; the old one is refused from now on. */
  revokeToken(botId: number, token?: string): string;
  /** Resets the world and drops waiting updates; bots and their webhooks stay. */
  reset(): void | Promise<void>;
  /** Everything that there is, as JSON. */
  snapshot(): TelegramSnapshot;
  /** Goes on from a snapshot. */
  restore(snapshot: TelegramSnapshot): void;
  /** Host names that requests may name besides loopback ones, in lower case, without port. */
  readonly allowedHosts?: readonly string[];
}
