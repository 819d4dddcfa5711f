import { LIVE, PARKED } from "./schema.ts";

/** An effect that is in flight is not in doubt yet. */
const IS_DOUBTFUL = `j.kind <> 'result' AND j.kind <> 'failed'
  AND (j.kind <> 'intent' OR u.status <> ${LIVE})`;

/** Every statement for repairs, by what it is for. */
export const REPAIR_SQL = {
  doubts: `SELECT u.seq, u.bot_id, u.update_id, u.lane, u.status, u.received_at_ms,
      j.key, j.kind, j.attempt, j.at_ms
    FROM journal j JOIN updates u ON u.seq = j.seq
    WHERE ${IS_DOUBTFUL} AND j.seq IN (SELECT DISTINCT j.seq
      FROM journal j INDEXED BY journal_doubts JOIN updates u ON u.seq = j.seq
      WHERE ${IS_DOUBTFUL} AND j.seq < ? ORDER BY j.seq DESC LIMIT ?)
    ORDER BY j.seq DESC, j.entry`,

  nextSeq: "SELECT max(seq) + 1 AS seq FROM updates",
  parkedUpdate: `SELECT attempts, failures, outcome FROM updates
    WHERE seq = ? AND status = ${PARKED}`,
  openEffects: `SELECT key, kind FROM journal WHERE seq = ? AND kind IN ('intent', 'unknown')
    ORDER BY entry`,
  decideEffect: "UPDATE journal SET kind = ?3, value = ?4, at_ms = ?5 WHERE seq = ?1 AND key = ?2",
  rememberGap: `INSERT INTO journal (seq, entry, key, attempt, kind, at_ms)
    SELECT ?1, count(*), ?2, ?3, 'unknown', ?4 FROM journal WHERE seq = ?1 ON CONFLICT DO NOTHING`,
  replayUpdate: `UPDATE updates SET seq = ?2, status = ${LIVE}, aside = 0, attempts = 0, failures = 0,
      expires_at_ms = NULL, retry_at_ms = NULL, settled_at_ms = NULL, outcome = NULL, error = NULL
    WHERE seq = ?1`,
  replayPayload: "UPDATE payloads SET seq = ?2 WHERE seq = ?1",
  replayJournal: "UPDATE journal SET seq = ?2 WHERE seq = ?1",
} as const;
