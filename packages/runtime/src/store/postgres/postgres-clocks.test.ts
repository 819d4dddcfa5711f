import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Clock, systemClock } from "@hookgram/bot-api";

import { EngineGround } from "../../../test/engine-ground.ts";
import { waitUntil } from "../../../test/fair-watch.ts";
import { PostgresServer } from "../../../test/postgres-server.ts";
import { createPostgresStore } from "./postgres-store.ts";

/** A minute fast, or right. */
const wrongBy = { ms: 0 };
const clock: Clock = { ...systemClock, now: () => systemClock.now() + wrongBy.ms };

describe("a node whose clock is not the database's", () => {
  let server: PostgresServer;
  before(async () => {
    server = await PostgresServer.start();
  });
  after(() => server.remove());

  for (const [ms, words] of [
    [60_000, /^warn this node's clock is \d\d\.\d s ahead of the database's: timers .*NTP/],
    [-60_000, /^warn this node's clock is \d\d\.\d s behind the database's: timers .*NTP/],
  ] as const) {
    it(`says so once, and once when it is right again (${ms} ms)`, async () => {
      const schema = server.newSchema();
      const ground = new EngineGround(() =>
        createPostgresStore({ url: server.url, schema, clock }),
      );
      const { lines } = ground.logger;
      const ofClocks = (): readonly string[] => lines.filter((line) => line.includes("clock"));
      wrongBy.ms = ms;
      try {
        await ground.start(() => {});
        await waitUntil(() => ofClocks().length > 0);
        wrongBy.ms = 0;
        await waitUntil(() => ofClocks().length > 1);
        assert.match(ofClocks()[0]!, words);
        assert.match(ofClocks()[1]!, /^info this node's clock and the database's agree again/);
      } finally {
        await ground.close();
      }
    });
  }
});
