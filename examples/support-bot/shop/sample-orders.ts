import type { DatabaseSync } from "node:sqlite";

import type { OrderItem, OrderStatus } from "./orders.ts";
import { inTransaction } from "./transaction.ts";

interface SampleOrder {
  readonly personId: number;
  readonly status: OrderStatus;
  readonly placedOn: string;
  readonly dueOn: string;
  readonly parcel: string | null;
  readonly items: readonly OrderItem[];
}

const FIRST_NUMBER = 1001;
const DAY_MS = 86_400_000;

const item = (title: string, quantity: number, priceCents: number): OrderItem => ({
  title,
  quantity,
  priceCents,
});

/** Orders of earlier customers, who are nobody's Telegram account. */
const EARLIER: readonly SampleOrder[] = [
  {
    personId: 1,
    status: "delivered",
    placedOn: "2026-10-05",
    dueOn: "2026-10-08",
    parcel: "LL-88120041",
    items: [item("Storm lantern “Fisher”, brass", 1, 8900)],
  },
  {
    personId: 1,
    status: "delivered",
    placedOn: "2026-10-19",
    dueOn: "2026-10-22",
    parcel: "LL-88120377",
    items: [item("Lamp oil, 1 l", 4, 690), item("Glass chimney, 24 cm", 1, 1250)],
  },
  {
    personId: 2,
    status: "shipped",
    placedOn: "2026-11-16",
    dueOn: "2026-11-23",
    parcel: "LL-88121502",
    items: [item("Desk lamp “Ohm”, black", 2, 5400)],
  },
];

/** Puts the earlier orders into a new database; one that has orders stays as it is. */
export function seedOrders(database: DatabaseSync): void {
  inTransaction(database, () => {
    const { count } = database.prepare("SELECT count(*) AS count FROM orders").get() as {
      count: number;
    };
    if (count === 0) for (const order of EARLIER) addOrder(database, order);
  });
}

/** Two orders for a new person: one under way, one delivered. */
export function addSampleOrdersFor(database: DatabaseSync, personId: number, nowMs: number): void {
  const day = (offset: number): string =>
    new Date(nowMs + offset * DAY_MS).toISOString().slice(0, 10);
  addOrder(database, {
    personId,
    status: "delivered",
    placedOn: day(-24),
    dueOn: day(-20),
    parcel: "LL-88119760",
    items: [item("Reading lamp “Ada”, white", 1, 4900), item("LED bulb E27, 7 W", 3, 590)],
  });
  addOrder(database, {
    personId,
    status: "shipped",
    placedOn: day(-2),
    dueOn: day(2),
    parcel: "LL-88121733",
    items: [item("Garden lantern <small>, copper & glass", 2, 3450)],
  });
}

function addOrder(database: DatabaseSync, order: SampleOrder): void {
  const { number } = database
    .prepare(
      `INSERT INTO orders (number, person_id, status, placed_on, due_on, parcel)
       SELECT coalesce(max(number) + 1, ${FIRST_NUMBER}), ?, ?, ?, ?, ? FROM orders
       RETURNING number`,
    )
    .get(order.personId, order.status, order.placedOn, order.dueOn, order.parcel) as {
    number: number;
  };
  const insertItem = database.prepare(
    `INSERT INTO order_items (order_number, position, title, quantity, price_cents)
     VALUES (?, ?, ?, ?, ?)`,
  );
  order.items.forEach(({ title, quantity, priceCents }, position) => {
    insertItem.run(number, position, title, quantity, priceCents);
  });
}
