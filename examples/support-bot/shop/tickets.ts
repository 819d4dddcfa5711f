import type { DatabaseSync } from "node:sqlite";

export interface Ticket {
  readonly id: number;
  readonly personId: number;
  readonly open: boolean;
}

/** One message of a ticket under its two numbers: here and there. */
export interface TicketMessage {
  readonly groupMessageId: number;
  readonly customerMessageId: number;
}

const TICKET = "id, person_id AS personId, closed_by IS NULL AS open";

/**
 * Tickets: who talks with the operators, and which message of the group is which of the customer.
 *
 * Opening and closing carry a `cause`, the name of the update that does it: if the process dies after
 * the database has it and before the runtime has recorded the step, the step runs again, and for the
 * same cause that changes nothing.
 *
 * **Invariant:** a person has at most one open ticket (a unique index sees to it).
 */
export class Tickets {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Opens a ticket, or gives the one that is open already or was opened by the same cause. */
  open(personId: number, cause: string): Ticket {
    this.#database
      .prepare("INSERT INTO tickets (person_id, opened_by) VALUES (?, ?) ON CONFLICT DO NOTHING")
      .run(personId, cause);
    const sql = `SELECT ${TICKET} FROM tickets
                 WHERE opened_by = ? OR (person_id = ? AND closed_by IS NULL)
                 ORDER BY opened_by = ? DESC LIMIT 1`;
    return toTicket(this.#database.prepare(sql).get(cause, personId, cause))!;
  }

  find(id: number): Ticket | undefined {
    const sql = `SELECT ${TICKET} FROM tickets WHERE id = ?`;
    return toTicket(this.#database.prepare(sql).get(id));
  }

  openOf(personId: number): Ticket | undefined {
    const sql = `SELECT ${TICKET} FROM tickets WHERE person_id = ? AND closed_by IS NULL`;
    return toTicket(this.#database.prepare(sql).get(personId));
  }

  /** Closes a ticket. Says whether it was this cause that did it: the first one wins. */
  close(id: number, cause: string): boolean {
    this.#database
      .prepare("UPDATE tickets SET closed_by = ? WHERE id = ? AND closed_by IS NULL")
      .run(cause, id);
    const sql = "SELECT id FROM tickets WHERE id = ? AND closed_by = ?";
    return this.#database.prepare(sql).get(id, cause) !== undefined;
  }

  /** Remembers that a message was passed on. The newest wins where a chat was started anew. */
  link(ticketId: number, { groupMessageId, customerMessageId }: TicketMessage): void {
    this.#database
      .prepare(
        `INSERT OR REPLACE INTO ticket_messages (group_message_id, customer_message_id, ticket_id)
         VALUES (?, ?, ?)`,
      )
      .run(groupMessageId, customerMessageId, ticketId);
  }

  /** Which ticket a message of the operators' group belongs to, and what the customer sees of it. */
  byGroupMessage(id: number): { ticket: Ticket; customerMessageId: number } | undefined {
    const sql = `SELECT ticket_id AS ticketId, customer_message_id AS customerMessageId
                 FROM ticket_messages WHERE group_message_id = ?`;
    const row = this.#database.prepare(sql).get(id) as
      | { ticketId: number; customerMessageId: number }
      | undefined;
    if (row === undefined) return undefined;
    return { ticket: this.find(row.ticketId)!, customerMessageId: row.customerMessageId };
  }

  /** Where in the group a message of the customer's chat stands. */
  groupMessageOf(ticketId: number, customerMessageId: number): number | undefined {
    const sql = `SELECT max(group_message_id) AS id FROM ticket_messages
                 WHERE ticket_id = ? AND customer_message_id = ?`;
    const row = this.#database.prepare(sql).get(ticketId, customerMessageId) as {
      id: number | null;
    };
    return row.id ?? undefined;
  }

  /** The ticket's first message in the group, under which the conversation hangs. */
  headOf(ticketId: number): number | undefined {
    const sql = "SELECT min(group_message_id) AS id FROM ticket_messages WHERE ticket_id = ?";
    const row = this.#database.prepare(sql).get(ticketId) as { id: number | null };
    return row.id ?? undefined;
  }
}

function toTicket(row: unknown): Ticket | undefined {
  if (row === undefined) return undefined;
  const { id, personId, open } = row as { id: number; personId: number; open: number };
  return { id, personId, open: open === 1 };
}
