import { after, before } from "node:test";

import { describeStore } from "../../../test/describe-store.ts";
import { PostgresServer } from "../../../test/postgres-server.ts";
import { createPostgresStore } from "./postgres-store.ts";

let server: PostgresServer;
before(async () => {
  server = await PostgresServer.start();
});
after(() => server.remove());

describeStore("PostgreSQL", async () => {
  const schema = server.newSchema();
  return {
    make: () => createPostgresStore({ url: server.url, schema }),
    remove: async () => {
      await server.query(`DROP SCHEMA ${schema} CASCADE`);
    },
  };
});
