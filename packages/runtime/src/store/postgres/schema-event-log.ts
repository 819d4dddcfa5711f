/**
 * A row for each attempt that is logged; `body` is JSON in the form of `version`. Numbers are given
 * out before commits, so the order of commits is that of the transactions (`tx`).
 */
export const EVENT_LOG_SCHEMA = `
  CREATE TABLE event_log (
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id bigint GENERATED ALWAYS AS IDENTITY,
    seq bigint NOT NULL,
    lane text COLLATE "C" NOT NULL,
    at_ms bigint NOT NULL,
    version integer NOT NULL,
    body json NOT NULL,
    PRIMARY KEY (tx, id)
  );
  CREATE INDEX event_log_lane ON event_log (lane, tx, id);
  CREATE INDEX event_log_seq ON event_log (seq, tx, id);
  CREATE INDEX event_log_age ON event_log (at_ms);
`;
