export type * from "./generated/objects.ts";
export * from "./update.ts";
export * from "./clock.ts";
