import type { LiveIndex } from "./live-indexes.ts";

/** Entries that are no plain results are few, and found without reading the others. */
export const DOUBTS_INDEX: LiveIndex = {
  name: "journal_doubts",
  table: "journal",
  on: "(seq) WHERE kind <> 'result'",
};

/**
 * A repair's dead letters are written down when it is planned; `outcome` is NULL until the turn of
 * one has come. The counts are kept beside them, so that looking at a repair costs nothing.
 */
export const ADD_REPAIRS = `
  CREATE TABLE repairs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    action text NOT NULL,
    filter json NOT NULL,
    rate_per_second double precision NOT NULL,
    note text NOT NULL,
    status text NOT NULL,
    created_at_ms bigint NOT NULL,
    started_at_ms bigint,
    ended_at_ms bigint,
    next_at_ms double precision NOT NULL DEFAULT 0,
    total integer NOT NULL,
    applied integer NOT NULL DEFAULT 0,
    gone integer NOT NULL DEFAULT 0,
    undecided integer NOT NULL DEFAULT 0
  );
  CREATE INDEX repairs_running ON repairs (id) WHERE status = 'running';

  CREATE TABLE repair_items (
    repair bigint NOT NULL,
    seq bigint NOT NULL,
    outcome text,
    PRIMARY KEY (repair, seq)
  );
  CREATE INDEX repair_items_pending ON repair_items (repair, seq) WHERE outcome IS NULL;
`;
