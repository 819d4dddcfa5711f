/**
 * State records in the order in which they were made, with an index of their keys. Conversations that
 * begin together go on together, so their records share pages: with a million of them, what is
 * written in one commit is in few pages, where a table in the order of its keys had one page for
 * each record. A record that is changed touches no index.
 *
 * Those that are there are put in the order of their last change.
 */
export const STATES_IN_ORDER = `
  CREATE TABLE states_in_order (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    data TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    expires_at_ms INTEGER
  ) STRICT;
  INSERT INTO states_in_order (key, version, state, data, schema_version, expires_at_ms)
    SELECT key, version, state, data, schema_version, expires_at_ms FROM states ORDER BY version;
  DROP TABLE states;
  ALTER TABLE states_in_order RENAME TO states;
  CREATE UNIQUE INDEX states_key ON states (key);
  CREATE INDEX states_expiry ON states (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
`;
