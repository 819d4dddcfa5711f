import {
  type AnyParams,
  type AroundCall,
  type CallOptions,
  METHOD_NAMES,
  type MethodName,
  type MethodParams,
  type MethodResult,
} from "@hookgram/bot-api";

/**
 * Stands around calls of one method, or of some, and gives what `next` gave or a result of its own:
 * `bot.outgoing("sendMessage", (params, next) => next({ ...params, protect_content: true }))`.
 */
export type AroundMethod<M extends MethodName> = (
  params: MethodParams<M>,
  next: (params?: MethodParams<M>, options?: CallOptions) => Promise<MethodResult<M>>,
  options: CallOptions | undefined,
) => Promise<MethodResult<M>>;

/** What `outgoing` was given, as it is run; a text says what is wrong with it. */
export function toAroundCall(args: readonly unknown[]): AroundCall | string {
  const [first, second] = args;
  if (args.length < 2)
    return typeof first === "function" ? (first as AroundCall) : "it takes a function";
  const methods = new Set(Array.isArray(first) ? (first as unknown[]) : [first]);
  const unknown = [...methods].find((method) => !METHOD_NAMES.includes(method as MethodName));
  if (unknown !== undefined || methods.size === 0)
    return `"${String(unknown)}" is no method of the Bot API; write "sendMessage"`;
  if (typeof second !== "function") return "behind the methods it takes a function";
  const around = second as AroundAny;
  return (method, params, next, options) =>
    methods.has(method) ? around(params, next, options) : next();
}

type AroundAny = (
  params: AnyParams,
  next: Parameters<AroundCall>[2],
  options: CallOptions | undefined,
) => Promise<unknown>;
