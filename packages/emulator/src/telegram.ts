import type { TelegramUsers } from "./client/user-client.ts";
import type { VirtualClock } from "./clock/virtual-clock.ts";
import type { BotDirectory } from "./delivery/bot-directory.ts";
import type { FaultBook } from "./faults/fault-book.ts";
import type { FloodLimits } from "./faults/flood-limits.ts";
import type { InterceptProxy } from "./intercept/intercept-proxy.ts";
import type { Journal } from "./journal/journal.ts";
import { LocalTelegram } from "./local-telegram.ts";
import type { SessionReplay } from "./recording/session-replay.ts";
import type { TelegramSnapshot } from "./snapshot-file.ts";
import type { TelegramOptions } from "./telegram-options.ts";
import type { World } from "./world/world.ts";

/** A local Telegram that is running. */
export interface Telegram {
  /** The root of the Bot API, for a client's `apiRoot`: `http://127.0.0.1:8081`. */
  readonly url: string;
  /** The root of the control interface. */
  readonly controlUrl: string;
  /** The proxy for programs that know api.telegram.org only, and whom they have to trust for it. */
  readonly proxy: Pick<InterceptProxy, "url" | "authority"> | undefined;
  readonly clock: VirtualClock;
  readonly journal: Journal;
  readonly world: World;
  readonly bots: BotDirectory;
  /** How far a recorded session has come again; undefined without `recording`. */
  readonly replay: SessionReplay | undefined;
  /** What goes wrong on purpose. */
  readonly faults: FaultBook;
  /** Telegram's limits for sending, which can be switched on and off. */
  readonly floodLimits: FloodLimits;
  /** The people, to play them in a test. */
  readonly users: TelegramUsers;
  /** Everything that it remembers, as JSON. */
  snapshot(): TelegramSnapshot;
  /** Goes on from a snapshot; what was there before is forgotten. */
  restore(snapshot: TelegramSnapshot): void;
  /** Stops listening, cuts all connections, writes the snapshot file and forgets all timers. */
  close(): Promise<void>;
}

/**
 * Starts a Bot API server on this machine. Resolves when it can be called.
 * @throws the error of `listen` (`EADDRINUSE` for a port that is taken).
 * @throws {EmulatorError} `bad-world` for a world or a snapshot that cannot be used, `snapshot-file`
 * when the snapshot cannot be written, `snapshot-in-use` when it belongs to another emulator,
 * `recording-file` when a session cannot be recorded.
 */
export async function startTelegram(options: TelegramOptions = {}): Promise<Telegram> {
  const telegram = new LocalTelegram(options);
  try {
    await telegram.listen();
  } catch (error) {
    await telegram.close();
    throw error;
  }
  return telegram;
}
