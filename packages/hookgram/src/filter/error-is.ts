import type { FilterObject } from "./filter.ts";

/**
 * Errors of a class, for `router.errors(errorIs(BotApiError), …)`. With a pattern also the message
 * has to contain it; a string is looked for as it is.
 */
export function errorIs<E extends Error>(
  errorClass: abstract new (...args: never[]) => E,
  pattern: string | RegExp = "",
): FilterObject<{ readonly error: unknown }, { readonly error: E }> {
  return {
    label: `errorIs(${errorClass.name})`,
    matches: ({ error }) =>
      error instanceof errorClass &&
      (typeof pattern === "string"
        ? error.message.includes(pattern)
        : error.message.search(pattern) !== -1),
  };
}
