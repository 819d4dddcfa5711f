import type { DatabaseSync } from "node:sqlite";

/** What people thought of the answers: one vote per person and question, the last one counts. */
export class FaqVotes {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  cast(personId: number, question: string, helpful: boolean): void {
    this.#database
      .prepare(
        `INSERT INTO faq_votes (person_id, question, helpful) VALUES (?, ?, ?)
         ON CONFLICT (person_id, question) DO UPDATE SET helpful = excluded.helpful`,
      )
      .run(personId, question, helpful ? 1 : 0);
  }
}
