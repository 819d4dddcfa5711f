/** A process that owns a store with one update in it, until it is killed. */
import { createSqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import { newUpdate, openStore } from "./store-ground.ts";

const { store } = await openStore(createSqliteStore({ path: process.argv[2]! }));
await store.accept(newUpdate(1));
process.send!("open");
