import type { FilterObject } from "./filter.ts";

/** A class of errors. */
export type ErrorClass<E extends Error = Error> = abstract new (...args: never[]) => E;

/** The errors of a class, or of several. */
export type ErrorOf<C> =
  C extends ErrorClass<infer E> ? E : C extends readonly (infer Each)[] ? ErrorOf<Each> : never;

interface WithError {
  readonly error: unknown;
}

/**
 * Errors of a class, or of one of several, for `router.errors(errorIs(BotApiError), …)`. With a text
 * the message has to contain it as it is; what a pattern finds in the message, the handler gets as
 * `match`. For any error with such a message write `errorIs(Error, /…/)`.
 */
export function errorIs<C extends ErrorClass | readonly ErrorClass[]>(
  errorClass: C,
  text?: string,
): FilterObject<WithError, { readonly error: ErrorOf<C> }>;
export function errorIs<C extends ErrorClass | readonly ErrorClass[]>(
  errorClass: C,
  pattern: RegExp,
): FilterObject<WithError, { readonly error: ErrorOf<C>; readonly match: RegExpExecArray }>;
export function errorIs(
  wanted: ErrorClass | readonly ErrorClass[],
  message: string | RegExp = "",
): FilterObject<WithError, object> {
  const classes: readonly ErrorClass[] = typeof wanted === "function" ? [wanted] : wanted;
  const find = typeof message === "string" ? undefined : new RegExp(message);
  return {
    label: `errorIs(${classes.map(({ name }) => name).join(", ")})`,
    matches({ error }) {
      if (!(error instanceof Error) || !classes.some((one) => error instanceof one)) return false;
      if (find === undefined) return error.message.includes(message as string);
      find.lastIndex = 0;
      const match = find.exec(error.message);
      return match !== null && { match };
    },
  };
}
