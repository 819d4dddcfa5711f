/** Entries that are no plain results are few, and found without reading the others. */
export const ADD_DOUBTS = "CREATE INDEX journal_doubts ON journal (seq) WHERE kind <> 'result';";

/**
 * A repair's dead letters are written down when it is planned; `outcome` is NULL until the turn of
 * one has come. The counts are kept beside them, so that looking at a repair costs nothing.
 */
export const ADD_REPAIRS = `
  CREATE TABLE repairs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    action TEXT NOT NULL,
    filter TEXT NOT NULL,
    rate_per_second REAL NOT NULL,
    note TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    started_at_ms INTEGER,
    ended_at_ms INTEGER,
    next_at_ms REAL NOT NULL DEFAULT 0,
    total INTEGER NOT NULL,
    applied INTEGER NOT NULL DEFAULT 0,
    gone INTEGER NOT NULL DEFAULT 0,
    undecided INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX repairs_running ON repairs (id) WHERE status = 'running';

  CREATE TABLE repair_items (
    repair INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    outcome TEXT,
    PRIMARY KEY (repair, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX repair_items_pending ON repair_items (repair, seq) WHERE outcome IS NULL;
`;
