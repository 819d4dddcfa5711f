/** What a `StoredUpdate` or a `ParkedUpdate` is made of; `u` is the update, `p` its bytes. */
export const UPDATE_COLUMNS = `u.seq, u.bot_id, u.update_id, u.lane, u.received_at_ms,
  u.expires_at_ms, u.attempts, u.failures, u.retry_at_ms, u.settled_at_ms, u.outcome, u.error,
  u.aside, p.raw`;

export const IS_JOURNALED = "EXISTS (SELECT FROM journal j WHERE j.seq = u.seq) AS journaled";
