/** Of a node: whoever holds this lock is, as far as its connection is concerned, alive. */
const NODE_LOCK = "hashtextextended(current_schema() || ':node:' || id::text, 0)";

/** Statements about the nodes that share the store, by what they are for. */
export const NODE_SQL = {
  register: "INSERT INTO nodes (pid, host) VALUES ($1, $2) RETURNING id",
  tryHoldLock: `SELECT pg_try_advisory_lock(${NODE_LOCK}) AS held
    FROM (SELECT $1::bigint AS id) AS node`,
  dropLocks: "SELECT pg_advisory_unlock_all()",
  databaseTime: "SELECT clock_timestamp()::text AS now",
  heartbeat: `UPDATE nodes SET heartbeat_at = clock_timestamp() WHERE id = $1
    RETURNING (extract(epoch FROM heartbeat_at) * 1000)::float8 AS now_ms`,
  /**
   * $2: a lease in seconds. $3: seconds after which a node counts as dead whose lock is free.
   * $4: since when we have been watching. A node that could not reach the database because nobody
   * could is not dead: time counts from when the database was up and we were there to see.
   */
  deadNodes: `SELECT id, heartbeat_at::text AS seen FROM nodes,
      LATERAL (SELECT clock_timestamp() - greatest(heartbeat_at, pg_postmaster_start_time(),
        $4::timestamptz) AS silence) AS quiet
    WHERE id <> $1 AND CASE WHEN silence > make_interval(secs => $2) THEN true
      WHEN silence > make_interval(secs => $3) THEN pg_try_advisory_xact_lock(${NODE_LOCK})
      ELSE false END`,
  countOthers: "SELECT count(*) AS count FROM nodes WHERE id <> $1",
  removeDeadNode: "DELETE FROM nodes WHERE id = $1 AND heartbeat_at = $2::timestamptz RETURNING id",
  removeNode: "DELETE FROM nodes WHERE id = $1",
  lockNode: "SELECT id FROM nodes WHERE id = $1 FOR UPDATE",
  /** Every one that is there. Lanes of a node have no index, so all of them are looked at once. */
  nodes: `WITH held AS MATERIALIZED
      (SELECT node, count(*) AS lanes FROM lanes WHERE node <> 0 GROUP BY node)
    SELECT n.id, n.host, n.pid, coalesce(h.lanes, 0) AS lanes,
      floor(extract(epoch FROM n.started_at) * 1000)::bigint AS started_at_ms,
      floor(extract(epoch FROM clock_timestamp() - n.heartbeat_at) * 1000)::bigint AS silent_ms
    FROM nodes n LEFT JOIN held h ON h.node = n.id ORDER BY n.id`,
} as const;
