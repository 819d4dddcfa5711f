/** A row for each attempt that is logged; `body` is JSON in the form of `version`. */
export const EVENT_LOG_SCHEMA = `
  CREATE TABLE event_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    seq INTEGER NOT NULL,
    lane TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX event_log_lane ON event_log (lane, id);
  CREATE INDEX event_log_seq ON event_log (seq, id);
  CREATE INDEX event_log_age ON event_log (at_ms);
`;
