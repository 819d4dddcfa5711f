import { type AnyParams, isInputFile, type MethodName } from "@hookgram/bot-api";

/** The name of a call in what is recorded: the method, and a digest of what it is asked to do. */
export function callName(method: MethodName, params: AnyParams): string {
  const text = JSON.stringify(params, (_key, value: unknown) =>
    isInputFile(value) ? { file: (value as { readonly name?: string }).name } : value,
  );
  return `${method}:${digest(text).toString(36)}`;
}

/**
 * FNV-1a, because it has to be at once. Two calls of a method with the same digest only matter when
 * they were made in the same turn, beside each other and in another order.
 * @see https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
 */
function digest(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
