/**
 * The tables of the shop. A real shop has them already, and more; the bot needs only these few.
 * `IF NOT EXISTS` makes it safe to run on every start.
 */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS customers (
  person_id    INTEGER PRIMARY KEY,
  since_ms     INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS orders (
  number       INTEGER PRIMARY KEY,
  person_id    INTEGER NOT NULL,
  status       TEXT NOT NULL CHECK (status IN ('paid', 'packed', 'shipped', 'delivered')),
  placed_on    TEXT NOT NULL,
  due_on       TEXT NOT NULL,
  parcel       TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS orders_of_person ON orders (person_id);

CREATE TABLE IF NOT EXISTS order_items (
  order_number INTEGER NOT NULL REFERENCES orders (number),
  position     INTEGER NOT NULL,
  title        TEXT NOT NULL,
  quantity     INTEGER NOT NULL CHECK (quantity > 0),
  price_cents  INTEGER NOT NULL,
  PRIMARY KEY (order_number, position)
) STRICT;

CREATE TABLE IF NOT EXISTS addresses (
  person_id    INTEGER PRIMARY KEY,
  street       TEXT NOT NULL,
  postal_code  TEXT NOT NULL,
  city         TEXT NOT NULL,
  country      TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS faq_votes (
  person_id    INTEGER NOT NULL,
  question     TEXT NOT NULL,
  helpful      INTEGER NOT NULL,
  PRIMARY KEY (person_id, question)
) STRICT;

-- opened_by and closed_by name the update that did it: see tickets.ts.
CREATE TABLE IF NOT EXISTS tickets (
  id           INTEGER PRIMARY KEY,
  person_id    INTEGER NOT NULL,
  opened_by    TEXT NOT NULL UNIQUE,
  closed_by    TEXT
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_open_ticket ON tickets (person_id) WHERE closed_by IS NULL;

-- A message of a ticket stands twice: in the operators' group and in the customer's chat.
CREATE TABLE IF NOT EXISTS ticket_messages (
  group_message_id    INTEGER PRIMARY KEY,
  customer_message_id INTEGER NOT NULL,
  ticket_id           INTEGER NOT NULL REFERENCES tickets (id)
) STRICT;
CREATE INDEX IF NOT EXISTS ticket_messages_of_customer
  ON ticket_messages (ticket_id, customer_message_id);
`;
