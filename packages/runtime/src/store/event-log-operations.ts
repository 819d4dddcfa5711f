import { RuntimeError } from "../error.ts";
import { wholeNumber } from "../whole-number.ts";
import type { EventLogStore, LogQuery, LogRow } from "./event-log-store.ts";

/** A {@link LogQuery} with its defaults. */
export interface LogRead {
  readonly op: "log";
  readonly lane: string | undefined;
  readonly seq: number | undefined;
  readonly fromMs: number;
  readonly untilMs: number;
  /** The parts of the cursor. */
  readonly after: readonly [major: string, minor: string];
  readonly limit: number;
}

export interface LogReadAnswers {
  log: readonly LogRow[];
}

/** The form of a row that says that an update was put back. */
export const REPLAYED_VERSION = 1;

/** What is logged of an update that was parked as `fromSeq` and is live again. */
export function replayedText(fromSeq: number, atMs: number): string {
  return JSON.stringify({ events: [{ type: "replayed", fromSeq, atMs }] });
}

const LIMIT = 100;
const LIMIT_MAX = 1_000;
const CURSOR = /^\d{1,20}\.\d{1,20}$/;

/** The part of a store's queue that the log needs. */
export interface LogQueue {
  read(read: LogRead): Promise<readonly LogRow[]>;
}

/** The log of a store that does its work in groups. */
export class GroupedEventLog implements EventLogStore {
  readonly #queue: () => LogQueue;

  /** `queue` throws while the store cannot be used. */
  constructor(queue: () => LogQueue) {
    this.#queue = queue;
  }

  async read(query: LogQuery): Promise<readonly LogRow[]> {
    const { lane, seq, fromMs = 0, untilMs = Number.MAX_SAFE_INTEGER } = query;
    const { after = "0.0", limit = LIMIT } = query;
    wholeNumber("limit", limit, { min: 1, max: LIMIT_MAX });
    if (!CURSOR.test(after)) {
      throw new RuntimeError("bad-options", `after is the cursor of a row; got "${after}"`);
    }
    const [major = "0", minor = "0"] = after.split(".");
    const place = [major, minor] as const;
    return this.#queue().read({ op: "log", lane, seq, fromMs, untilMs, after: place, limit });
  }
}
