export const ADD_PAUSES = `
  CREATE TABLE pauses (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope text COLLATE "C" NOT NULL UNIQUE,
    since_ms bigint NOT NULL,
    note text NOT NULL
  );
`;

/** Heard by every node, on the channel on which they wake each other. */
export const PAUSES_CHANGED = "pauses";

/** Every statement for pauses, by what it is for. */
export const PAUSE_SQL = {
  pauses: "SELECT scope, since_ms, note FROM pauses ORDER BY id",
  pause: `INSERT INTO pauses (scope, since_ms, note) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING RETURNING id`,
  resume: "DELETE FROM pauses WHERE scope = $1 RETURNING id",
  announcePauses: `SELECT pg_notify('hookgram_' || current_schema(), '${PAUSES_CHANGED}')`,
  /** Another one after every change: numbers only grow, and between two of them rows only go. */
  pausesVersion: "SELECT count(*) || ':' || coalesce(max(id), 0) AS version FROM pauses",
} as const;
