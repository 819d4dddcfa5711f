import { LIVE } from "./status.ts";
import { IS_JOURNALED, UPDATE_COLUMNS } from "./update-columns.ts";

/**
 * The life of a lane's row: `(node, waiting_after)`. What is live in the lane up to the number
 * `waiting_after` was given to `node`; what comes after it waits for a claim. NULL: all was given.
 * Node 0 is nobody.
 *
 * | from       | by                                        | to                                 |
 * | ---------- | ----------------------------------------- | ---------------------------------- |
 * | no row     | N accepts, and takes the update in hand   | `(N, NULL)`                        |
 * | no row     | anybody accepts, for later                | `(0, newest number)`               |
 * | `(N, NULL)`| N accepts                                 | `(N, NULL)`                        |
 * | `(N, NULL)`| another node accepts, or N for later      | `(N, newest number)`, N is woken   |
 * | `(x, 7)`   | anybody accepts                           | `(x, 7)`                           |
 * | `(x, 7)`   | N claims, where x is N or nobody          | `(N, newest given)` or `(N, NULL)` |
 * | `(N, 7)`   | N claims, and nothing waits after all     | `(N, NULL)`                        |
 * | `(0, 7)`   | N claims, and nothing is live at all      | no row                             |
 * | `(N, NULL)`| N releases, and nothing is live           | no row                             |
 * | `(N, NULL)`| N releases, and something is live         | `(0, 0)`                           |
 * | `(N, x)`   | N has a new connection                    | `(N, 0)`                           |
 * | `(N, x)`   | N leaves, or is declared dead             | `(0, before the first live one)`   |
 *
 * **Invariant:** each live update has a lane with a row. So it is given to a node or waits for one.
 *
 * **Invariant:** a lane has another holder only after the one before has released it with nothing
 * live in it, or its token is gone and with it its right to settle anything.
 *
 * "Given" is committed together with what is given, so the row says it also when the node never
 * gets the answer: an accept or a claim whose commit was on its way when the connection was lost.
 * Therefore a node that missed one answer uses nothing else of that session. Its next session waits
 * until the old one has ended (`lockNode`), and has everything given again (`findLanesAnew`) before
 * its first other statement; the node passes over what it has already. Until then what others
 * accept for its lanes stands behind the missed update and waits as well. If the node does not
 * come back, its death frees its lanes from their first live update on.
 *
 * A node may have very many lanes, asleep or paused. What is done to all of them is done in steps,
 * each a short transaction. Whoever removes a dead node may die before it has freed all of its
 * lanes: then whoever removes that one frees the lanes of both.
 */
export const LANE_SQL = {
  /** Nodes that are not there any more, and still have lanes. */
  orphanedBy: `SELECT DISTINCT l.node FROM lanes l
    WHERE l.node <> 0 AND NOT EXISTS (SELECT FROM nodes n WHERE n.id = l.node)`,
  /** Some of the lanes of these nodes, from the lane $2 on. */
  freeLanes: `WITH
    taken AS MATERIALIZED (SELECT l.lane FROM lanes l
      WHERE l.lane >= $2 AND l.node = ANY($1::bigint[])
      ORDER BY l.lane LIMIT $3 FOR UPDATE OF l),
    freed AS (UPDATE lanes l SET node = 0, waiting_after = coalesce((SELECT min(u.seq) - 1
        FROM updates u WHERE u.lane = l.lane AND u.status = ${LIVE}), 0)
      FROM taken t WHERE l.lane = t.lane RETURNING l.lane, l.waiting_after)
    SELECT lane, waiting_after FROM freed ORDER BY lane`,
  /** Some of them, from the lane $2 on. */
  findLanesAnew: `WITH
    taken AS MATERIALIZED (SELECT lane FROM lanes
      WHERE lane >= $2 AND node = $1 AND waiting_after IS DISTINCT FROM 0
      ORDER BY lane LIMIT $3 FOR UPDATE),
    found AS (UPDATE lanes l SET waiting_after = 0 FROM taken t WHERE l.lane = t.lane
      RETURNING l.lane)
    SELECT lane FROM found ORDER BY lane`,
  releaseLanes: `DELETE FROM lanes l
    WHERE l.lane = ANY($2::text[]) AND l.node = $1 AND l.waiting_after IS NULL
      AND NOT EXISTS (SELECT FROM updates u WHERE u.lane = l.lane AND u.status = ${LIVE})
    RETURNING lane`,
  /**
   * The same at the end of a transaction that holds other lanes already: it waits for nobody, so
   * that no two nodes wait for each other. What somebody is about to write into keeps its row.
   * Gives also those that wait for a claim of this node.
   */
  releaseFreeLanes: `WITH gone AS (DELETE FROM lanes WHERE ctid = ANY(ARRAY(SELECT l.ctid FROM lanes l
      WHERE l.lane = ANY($2::text[]) AND l.node = $1 AND l.waiting_after IS NULL
        AND NOT EXISTS (SELECT FROM updates u WHERE u.lane = l.lane AND u.status = ${LIVE})
      FOR UPDATE OF l SKIP LOCKED)) RETURNING lane)
    SELECT lane FROM gone UNION ALL SELECT lane FROM lanes
      WHERE lane = ANY($2::text[]) AND node = $1 AND waiting_after IS NOT NULL`,
  /** Of the lanes that were to be released, those in which something live was left. */
  giveUpLanes: `UPDATE lanes SET node = 0, waiting_after = 0
    WHERE lane = ANY($2::text[]) AND node = $1 AND waiting_after IS NULL RETURNING lane`,
  /** The number after which updates wait is read once the lane's row is locked. */
  takeLanes: `INSERT INTO lanes AS l (lane, node, waiting_after)
    SELECT i.lane, CASE WHEN i.wanted THEN $1::bigint ELSE 0 END,
      CASE WHEN NOT i.wanted THEN (SELECT last_value FROM updates_seq) END
    FROM unnest($2::text[], $3::boolean[]) AS i (lane, wanted)
    ON CONFLICT (lane) DO UPDATE SET waiting_after = CASE
      WHEN l.waiting_after IS NOT NULL THEN l.waiting_after
      WHEN l.node = $1 AND excluded.waiting_after IS NULL THEN NULL
      ELSE (SELECT last_value FROM updates_seq WHERE l.lane IS NOT NULL) END
    RETURNING lane, node, waiting_after`,
  isWaiting: `SELECT EXISTS (SELECT FROM lanes WHERE node = $1 AND waiting_after IS NOT NULL)
    OR EXISTS (SELECT FROM lanes WHERE node = 0 AND waiting_after IS NOT NULL) AS waiting`,
  lockWaitingLanes: `WITH
    mine AS MATERIALIZED (SELECT lane, node, waiting_after FROM lanes
      WHERE node = $1 AND waiting_after IS NOT NULL
      ORDER BY waiting_after LIMIT $2 FOR UPDATE SKIP LOCKED),
    free AS MATERIALIZED (SELECT lane, node, waiting_after FROM lanes
      WHERE node = 0 AND waiting_after IS NOT NULL AND lane <> ALL($3::text[])
      ORDER BY waiting_after LIMIT $2 FOR UPDATE SKIP LOCKED)
    SELECT lane, node, waiting_after FROM mine
    UNION ALL SELECT lane, node, waiting_after FROM free`,
  /** `follows`: behind it in its lane is another one. */
  page: `WITH
    head AS (SELECT h.seq, h.follows FROM unnest($1::text[], $2::bigint[]) AS c (lane, waiting_after)
      CROSS JOIN LATERAL (SELECT w.seq, lead(w.seq) OVER (ORDER BY w.seq) IS NOT NULL AS follows
        FROM (SELECT u.seq FROM updates u
          WHERE u.lane = c.lane AND u.status = ${LIVE} AND u.seq > c.waiting_after
          ORDER BY u.seq LIMIT $3 + 1) AS w
        ORDER BY w.seq LIMIT $3) AS h),
    given AS MATERIALIZED (SELECT seq, follows FROM head ORDER BY seq LIMIT $4)
    SELECT ${UPDATE_COLUMNS}, ${IS_JOURNALED}, g.follows
    FROM given g JOIN updates u ON u.seq = g.seq
      LEFT JOIN payloads p ON p.seq = u.seq AND NOT u.aside
    ORDER BY u.seq`,
  /** `waiting_after`: NULL where nothing follows. */
  giveLanes: `UPDATE lanes l SET node = $1, waiting_after = i.waiting_after
    FROM unnest($2::text[], $3::bigint[]) AS i (lane, waiting_after) WHERE l.lane = i.lane`,
  dropEmptyLanes: `DELETE FROM lanes l WHERE l.node = 0 AND l.lane = ANY($1::text[])
    AND NOT EXISTS (SELECT FROM updates u WHERE u.lane = l.lane AND u.status = ${LIVE})`,
  calmLanes: `UPDATE lanes l SET waiting_after = NULL WHERE l.node = $1 AND l.lane = ANY($2::text[])
    AND NOT EXISTS (SELECT FROM updates u
      WHERE u.lane = l.lane AND u.status = ${LIVE} AND u.seq > l.waiting_after) RETURNING lane`,
} as const;
