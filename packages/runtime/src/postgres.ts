export { createPostgresStore } from "./store/postgres/postgres-store.ts";
export type { PostgresStoreOptions } from "./store/postgres/store-options.ts";
export type { PostgresAddress } from "./store/postgres/target.ts";
