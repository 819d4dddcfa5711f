import type { DatabaseSync } from "node:sqlite";

import { addSampleOrdersFor } from "./sample-orders.ts";
import { inTransaction } from "./transaction.ts";

export type OrderStatus = "paid" | "packed" | "shipped" | "delivered";

export interface Order {
  readonly number: number;
  readonly status: OrderStatus;
  /** Days, as `2026-11-21`. */
  readonly placedOn: string;
  readonly dueOn: string;
  /** The carrier's number of the parcel, once there is one. */
  readonly parcel: string | null;
}

export interface OrderItem {
  readonly title: string;
  readonly quantity: number;
  readonly priceCents: number;
}

const COLUMNS = "number, status, placed_on AS placedOn, due_on AS dueOn, parcel";

/** Orders, always asked for by the person whose they are: nobody can read another's. */
export class Orders {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /**
   * Gives a person whom the shop does not know yet two sample orders, so that there is something to
   * look at. A real shop would look the person up here (by phone number, or by a deep link from the
   * order's e-mail) instead of inventing orders. Does nothing for a person that is known.
   */
  welcome(personId: number, nowMs: number): void {
    inTransaction(this.#database, () => {
      const added = this.#database
        .prepare("INSERT INTO customers (person_id, since_ms) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .run(personId, nowMs);
      if (added.changes > 0) addSampleOrdersFor(this.#database, personId, nowMs);
    });
  }

  /** The newest orders of one person, newest first. */
  ofPerson(personId: number): Order[] {
    const sql = `SELECT ${COLUMNS} FROM orders WHERE person_id = ? ORDER BY number DESC LIMIT 8`;
    return this.#database.prepare(sql).all(personId) as unknown as Order[];
  }

  /** One order, if it exists and is this person's. */
  find(personId: number, number: number): Order | undefined {
    const sql = `SELECT ${COLUMNS} FROM orders WHERE person_id = ? AND number = ?`;
    return this.#database.prepare(sql).get(personId, number) as Order | undefined;
  }

  items(number: number): OrderItem[] {
    const sql = `SELECT title, quantity, price_cents AS priceCents FROM order_items
                 WHERE order_number = ? ORDER BY position`;
    return this.#database.prepare(sql).all(number) as unknown as OrderItem[];
  }
}
