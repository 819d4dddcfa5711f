import { mkdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

import { Addresses } from "./addresses.ts";
import { FaqVotes } from "./faq-votes.ts";
import { Orders } from "./orders.ts";
import { seedOrders } from "./sample-orders.ts";
import { SCHEMA } from "./schema.ts";
import { Tickets } from "./tickets.ts";

/** Everything that the bot knows about the shop. Your bot would ask its own systems instead. */
export interface Shop {
  readonly orders: Orders;
  readonly addresses: Addresses;
  readonly votes: FaqVotes;
  readonly tickets: Tickets;
  close(): void;
}

/**
 * Opens the shop's SQLite database, and creates it with a few orders when it is new.
 * @param file where it is kept; `":memory:"` for one that ends with the process.
 */
export function openShop(file: string): Shop {
  if (file !== ":memory:") mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const database = new DatabaseSync(file, { timeout: 5000 });
  // WAL lets somebody look into the file while the bot writes; FULL keeps what was committed.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  database.exec(SCHEMA);
  seedOrders(database);
  return {
    orders: new Orders(database),
    addresses: new Addresses(database),
    votes: new FaqVotes(database),
    tickets: new Tickets(database),
    close: () => database.close(),
  };
}
