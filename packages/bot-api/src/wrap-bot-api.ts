import type { BotApi, BotApiExtras, CallOptions } from "./bot-api.ts";
import { METHOD_NAMES } from "./generated/method-names.ts";
import type { MethodName } from "./methods.ts";

/** Parameters of a method that is known only at run time; an empty object when there are none. */
export type AnyParams = Readonly<Record<string, unknown>>;

/** A call whose method is known only at run time. */
export type AnyCall = (
  method: MethodName,
  params?: AnyParams,
  options?: CallOptions,
) => Promise<unknown>;

/**
 * Stands around every call of a wrapped `BotApi`: it may look at and change the parameters, answer by
 * itself, call `next` never, once or again, and change the result. What it returns is the result.
 * `next` without arguments repeats the call as it came.
 */
export type AroundCall = (
  method: MethodName,
  params: AnyParams,
  next: (params?: AnyParams, options?: CallOptions) => Promise<unknown>,
  options: CallOptions | undefined,
) => Promise<unknown>;

/**
 * A `BotApi` whose every call goes through `around`. Wrappers nest; the last one added is the
 * outermost. Downloads pass by, but the `getFile` that a download by id begins with does not.
 */
export function wrapBotApi(api: BotApi, around: AroundCall): BotApi {
  const inner = api.call as AnyCall;
  const call: AnyCall = (method, params = {}, options) =>
    around(
      method,
      params,
      (newParams = params, newOptions = options) => inner(method, newParams, newOptions),
      options,
    );
  return botApiFromCall(call, async (file, options) => {
    if (typeof file === "string" || file.file_path !== undefined)
      return api.download(file, options);
    const found = (await call("getFile", { file_id: file.file_id }, options)) as typeof file;
    return api.download(found, options);
  });
}

type Shape = Readonly<Record<string, undefined>>;

let shapeOfAll: Shape | undefined;

/**
 * What a client has, in the order in which it is listed; the values are made when they are asked for.
 * Made with the first client, so that loading the module costs nothing.
 */
function clientShape(): Shape {
  shapeOfAll ??= Object.fromEntries(
    ["call", "download", ...METHOD_NAMES].map((name) => [name, undefined]),
  );
  return shapeOfAll;
}

const refuseChange = (): boolean => false;

/**
 * Builds the object with all methods from the one function that carries calls out. A host wraps the
 * client anew for every update, so each of the many methods becomes a function only when somebody
 * asks for it; apart from that the object is like a plain, frozen one.
 */
export function botApiFromCall(call: AnyCall, download: BotApiExtras["download"]): BotApi {
  const made: Record<string | symbol, unknown> = { __proto__: null, call, download };
  const get = (shape: object, name: string | symbol): unknown => {
    if (made[name] === undefined && Object.hasOwn(shape, name)) {
      const method = name as MethodName;
      made[name] = (params?: AnyParams, options?: CallOptions) => call(method, params, options);
    }
    return made[name] ?? Reflect.get(shape, name);
  };
  const traps = {
    get,
    set: refuseChange,
    defineProperty: refuseChange,
    deleteProperty: refuseChange,
  };
  return new Proxy(clientShape(), traps) as unknown as BotApi;
}
