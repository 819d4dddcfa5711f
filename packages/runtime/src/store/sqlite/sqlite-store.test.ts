import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describeStore } from "../../../test/describe-store.ts";
import { createSqliteStore } from "./sqlite-store.ts";

describeStore("SQLite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hookgram-store-"));
  return {
    make: () => createSqliteStore({ path: join(folder, "bot.sqlite") }),
    remove: () => rm(folder, { recursive: true }),
  };
});
