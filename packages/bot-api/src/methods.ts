import type { Methods } from "./generated/methods.ts";

/** The name of a Bot API method, such as `sendMessage`. */
export type MethodName = keyof Methods;

/** The parameters of method `M`; `{}` where it has none. */
export type MethodParams<M extends MethodName> = Methods[M]["params"];

/** What method `M` answers. */
export type MethodResult<M extends MethodName> = Methods[M]["result"];
