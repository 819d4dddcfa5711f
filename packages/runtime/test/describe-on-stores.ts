import { after, before, describe } from "node:test";

import { createPostgresStore } from "../src/store/postgres/postgres-store.ts";
import type { Store } from "../src/store/store.ts";
import { PostgresServer } from "./postgres-server.ts";

/**
 * Describes what has to hold on every store. `makeGround` gives, once for each test, what makes the
 * stores of that test, all on the same data; undefined for the store that is the default.
 */
export function describeOnStores(
  name: string,
  tests: (makeGround: () => (() => Store) | undefined) => void,
): void {
  describe(`${name} (SQLite)`, () => tests(() => undefined));
  describe(`${name} (PostgreSQL)`, () => {
    let server: PostgresServer;
    before(async () => {
      server = await PostgresServer.start();
    });
    after(() => server.remove());
    tests(() => {
      const schema = server.newSchema();
      return () => createPostgresStore({ url: server.url, schema });
    });
  });
}
