import { failpoint } from "../../failpoint.ts";
import { type PostedFault, StoreFault } from "../store-fault.ts";
import type { Connection } from "./connection.ts";
import { isTransient, sqlState, toPostgresFault } from "./postgres-fault.ts";
import { together } from "./together.ts";

/** What the parts of a batch work with. */
export interface Scope {
  readonly connection: Connection;
  /** The fencing token of the node that runs the batch. */
  readonly node: number;
  /** Tokens that this store had before. */
  readonly nodes: ReadonlySet<number>;
  /** The lane is in the caller's hand under an earlier token; it must not be taken again yet. */
  readonly voided: ReadonlySet<string>;
  /** What a claim leaves to others: also lanes that the caller has just given up. */
  readonly avoided: ReadonlySet<string>;
  /**
   * Of these lanes, the ones that the caller has let go of. To be asked after the transaction has
   * begun: by then every answer of the batch before has been told.
   */
  readonly stillIdle: (lanes: readonly string[]) => readonly string[];
  /** Lanes that the caller has let go of until now, and which of them need no second look. */
  readonly idle: () => readonly string[];
  readonly released: (lanes: readonly string[]) => void;
  /** These nodes are told, after the commit, that updates wait for them; 0 means all. */
  readonly woken: Set<number>;
  readonly redact: (text: string) => string;
}

/** Times that a transaction is tried which others got in the way of. */
const TRIES_MAX = 5;

export interface TransactionOptions {
  /**
   * The work begins before the fence is known to hold, which saves a round trip; what it does is
   * undone if it does not.
   */
  readonly atOnce?: boolean;
  /** Travels with the commit. It must not wait for other transactions. */
  readonly atEnd?: () => Promise<unknown>;
}

/**
 * Runs work in a transaction that is fenced: it holds the node's own row, so that nobody can
 * declare the node dead before the commit; and a node that was declared dead finds no row.
 *
 * Rejects with a `taken` fault when the node is not there any more.
 */
export async function transact<T>(
  scope: Scope,
  work: () => Promise<T>,
  { atOnce = false, atEnd }: TransactionOptions = {},
): Promise<T> {
  const { connection } = scope;
  for (let tries = 1; ; tries += 1) {
    try {
      const begun = begin(scope);
      if (!atOnce) await begun;
      const [, result] = await together([begun, work()]);
      const ending = atEnd?.();
      failpoint("batch.written");
      await together([ending, connection.text("COMMIT")]);
      failpoint("batch.committed");
      return result;
    } catch (error) {
      await rollback(connection);
      if (!isTransient(error) || tries === TRIES_MAX) throw error;
    }
  }
}

async function begin({ connection, node }: Scope): Promise<void> {
  const fence = `BEGIN; SELECT id FROM nodes WHERE id = ${node} FOR KEY SHARE`;
  const found = await connection.text(fence);
  if (found.length === 0) throw new StoreFault("taken", "another node has taken over");
}

async function rollback(connection: Connection): Promise<void> {
  if (!connection.isUsable) return;
  try {
    await connection.text("ROLLBACK");
  } catch (error) {
    // Whatever the server says: a session that cannot be rolled back is of no more use.
    if (sqlState(error) !== undefined) await connection.close();
  }
}

/**
 * Runs one operation on its own: what only it is to blame for is its answer. Throws a `broken` or
 * `taken` fault.
 */
export async function attempt<T>(
  scope: Scope,
  run: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly fault: PostedFault }> {
  try {
    return { value: await run() };
  } catch (error) {
    const fault = toFault(scope, error);
    if (fault.kind === "broken" || fault.kind === "taken") throw fault;
    return { fault: { kind: fault.kind, message: fault.message } };
  }
}

/** Any fault without a usable connection is `broken`. */
export function toFault({ connection, redact }: Scope, error: unknown): StoreFault {
  const fault = toPostgresFault(error, redact);
  return connection.isUsable ? fault : new StoreFault("broken", fault.message);
}
