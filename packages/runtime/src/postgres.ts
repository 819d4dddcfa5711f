export { createPostgresStore, type PostgresStoreOptions } from "./store/postgres/postgres-store.ts";
export type { PostgresAddress } from "./store/postgres/target.ts";
