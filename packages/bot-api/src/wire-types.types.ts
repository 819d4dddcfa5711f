/**
 * The generated types against `@grammyjs/types`, which people keep by hand from the same
 * documentation: methods, parameters, required parameters, kinds of updates and the fields of a
 * message must agree, save what is listed here with its reason.
 */
import type { ApiMethods, Message as TheirMessage, Update as TheirUpdate } from "@grammyjs/types";
import type { Message, MethodName, MethodParams, UpdateKind } from "./index.ts";

/** Compiles when nothing is left over; otherwise the compiler names what is. */
function nothing<_Left extends never>(): void {}

/** Names that only one of two lists has. */
type Difference<A, B> = Exclude<A, B> | Exclude<B, A>;

/** Every key of a union's members. */
type AllKeys<T> = T extends unknown ? keyof T : never;

type RequiredKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? never : K }[keyof T];

type Theirs<M extends MethodName> = NonNullable<Parameters<ApiMethods<Blob>[M]>[0]>;
type Ours<M extends MethodName> = string extends keyof MethodParams<M> ? unknown : MethodParams<M>;

/** Parameters that Telegram still takes and documents no longer. */
type Retired = "reply_to_message_id";

type ParameterDifference = {
  [M in MethodName]: Difference<keyof Ours<M>, Exclude<AllKeys<Theirs<M>>, Retired>> extends never
    ? never
    : [M, Difference<keyof Ours<M>, Exclude<AllKeys<Theirs<M>>, Retired>>];
}[MethodName];

type RequiredDifference = {
  [M in MethodName]: Difference<RequiredKeys<Ours<M>>, RequiredKeys<Theirs<M>>> extends never
    ? never
    : [M, Difference<RequiredKeys<Ours<M>>, RequiredKeys<Theirs<M>>>];
}[MethodName];

/** Old names of methods that Telegram still answers to and documents no longer. */
type RetiredMethod = "kickChatMember" | "getChatMembersCount";

nothing<Difference<MethodName, Exclude<keyof ApiMethods<Blob>, RetiredMethod>>>();
nothing<ParameterDifference>();
// The documentation has star_count as optional: core.telegram.org/bots/api#transfergift.
nothing<Exclude<RequiredDifference, ["transferGift", "star_count"]>>();
nothing<Difference<UpdateKind, Exclude<keyof TheirUpdate, "update_id">>>();
nothing<Difference<keyof Message, AllKeys<TheirMessage>>>();
