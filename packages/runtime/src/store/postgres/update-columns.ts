/**
 * What a `StoredUpdate` or a `ParkedUpdate` is made of; `u` is the update, `p` its bytes. They come
 * as base64: bytes as the server writes them by itself are twice as long, and a backlog is read
 * back a third slower.
 */
export const UPDATE_COLUMNS = `u.seq, u.bot_id, u.update_id, u.lane, u.received_at_ms,
  u.expires_at_ms, u.attempts, u.failures, u.retry_at_ms, u.settled_at_ms, u.outcome, u.error,
  u.aside, encode(p.raw, 'base64') AS raw`;

export const IS_JOURNALED = "EXISTS (SELECT FROM journal j WHERE j.seq = u.seq) AS journaled";
