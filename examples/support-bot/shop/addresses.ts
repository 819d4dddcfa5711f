import type { DatabaseSync } from "node:sqlite";

import type { Country } from "../address-input.ts";

export interface Address {
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  readonly country: Country;
}

/** One billing address per person. */
export class Addresses {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  ofPerson(personId: number): Address | undefined {
    const sql = `SELECT street, postal_code AS postalCode, city, country
                 FROM addresses WHERE person_id = ?`;
    return this.#database.prepare(sql).get(personId) as Address | undefined;
  }

  /** Idempotent: saving the same address twice is the same as saving it once. */
  save(personId: number, { street, postalCode, city, country }: Address): void {
    this.#database
      .prepare(
        `INSERT INTO addresses (person_id, street, postal_code, city, country)
         VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (person_id) DO UPDATE SET street = excluded.street,
           postal_code = excluded.postal_code, city = excluded.city, country = excluded.country`,
      )
      .run(personId, street, postalCode, city, country);
  }
}
