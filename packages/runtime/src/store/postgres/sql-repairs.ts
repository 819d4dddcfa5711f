import { LIVE, PARKED } from "./status.ts";

/** An effect that is in flight is not in doubt yet. */
const IS_DOUBTFUL = `j.kind <> 'result' AND j.kind <> 'failed'
  AND (j.kind <> 'intent' OR u.status <> ${LIVE})`;

/** Every statement for repairs, by what it is for. */
export const REPAIR_SQL = {
  doubts: `SELECT u.seq, u.bot_id, u.update_id, u.lane, u.status, u.received_at_ms,
      j.key, j.kind, j.attempt, j.at_ms
    FROM (SELECT DISTINCT j.seq FROM journal j JOIN updates u ON u.seq = j.seq
        WHERE ${IS_DOUBTFUL} AND j.seq < $1 ORDER BY j.seq DESC LIMIT $2) AS d
      JOIN updates u ON u.seq = d.seq JOIN journal j ON j.seq = d.seq
    WHERE ${IS_DOUBTFUL} ORDER BY j.seq DESC, j.entry`,

  lockParked: `SELECT lane, attempts, failures, outcome FROM updates
    WHERE seq = $1 AND status = ${PARKED} FOR UPDATE`,
  openEffects: `SELECT key, kind FROM journal WHERE seq = $1 AND kind IN ('intent', 'unknown')
    ORDER BY entry`,
  decideEffects: `UPDATE journal j SET kind = i.kind, value = i.value, at_ms = $2
    FROM unnest($3::text[], $4::text[], $5::json[]) AS i (key, kind, value)
    WHERE j.seq = $1 AND j.key = i.key`,
  rememberGap: `INSERT INTO journal (seq, key, attempt, kind, at_ms)
    VALUES ($1, $2, $3, 'unknown', $4) ON CONFLICT DO NOTHING`,
  replayUpdate: `UPDATE updates SET seq = nextval('updates_seq'), status = ${LIVE}, aside = false,
      attempts = 0, failures = 0, expires_at_ms = NULL, retry_at_ms = NULL, settled_at_ms = NULL,
      settled_by = NULL, outcome = NULL, error = NULL
    WHERE seq = $1 RETURNING seq`,
  replayPayload: "UPDATE payloads SET seq = $2 WHERE seq = $1",
  replayJournal: "UPDATE journal SET seq = $2 WHERE seq = $1",
} as const;
