/** What one attempt adds to the log: its events as text, in the form of a version. */
export interface LogBody {
  readonly version: number;
  readonly text: string;
}

/** One row of the log: what one attempt did, or what was done to an update. */
export interface LogRow extends LogBody {
  /** Names the row's place, for {@link LogQuery.after}. Nothing else is to be read from it. */
  readonly cursor: string;
  readonly seq: number;
  readonly lane: string;
  /** Milliseconds since the epoch: when the attempt was settled. */
  readonly atMs: number;
}

/** Which rows; everything that is given has to hold. */
export interface LogQuery {
  readonly lane?: string | undefined;
  readonly seq?: number | undefined;
  /** Settled at this time or later. */
  readonly fromMs?: number | undefined;
  /** Settled before this time. */
  readonly untilMs?: number | undefined;
  /** Only what follows the row with this cursor. */
  readonly after?: string | undefined;
  /** 1 to 1,000. Default 100. */
  readonly limit?: number | undefined;
}

/**
 * The log of what attempts did: written with their ends, never changed, removed by retention only.
 */
export interface EventLogStore {
  /**
   * Rows in the order of their commits. Whoever reads on from the last cursor misses none, also
   * while several processes write: what is not certain to have nothing before it comes later.
   */
  read(query: LogQuery): Promise<readonly LogRow[]>;
}
