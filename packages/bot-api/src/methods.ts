import type { Methods } from "./generated/methods.ts";
import type { ResponseParameters } from "./generated/objects.ts";

/** The name of a Bot API method, such as `sendMessage`. */
export type MethodName = keyof Methods;

/** The parameters of method `M`; an empty object where it has none. */
export type MethodParams<M extends MethodName> = Methods[M][0];

/** What method `M` answers. */
export type MethodResult<M extends MethodName> = Methods[M][1];

/**
 * The JSON of an answer, good or bad.
 * @see https://core.telegram.org/bots/api#making-requests
 */
export type ApiResponse<M extends MethodName = MethodName> =
  | { readonly ok: true; readonly result: MethodResult<M>; readonly description?: string }
  | {
      readonly ok: false;
      readonly error_code: number;
      readonly description: string;
      readonly parameters?: ResponseParameters;
    };
