import type { MethodHandler } from "./method.ts";

/** A family of methods by canonical name. */
export type Handlers = Readonly<Record<string, MethodHandler>>;
