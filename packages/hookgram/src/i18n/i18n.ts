import type { CommonContext } from "../context/context.ts";
import { HookgramError } from "../error.ts";
import type { OuterMiddleware } from "../router/middleware.ts";
import type { Messages, Translation } from "./messages.ts";

/** The languages besides the first one. They are named by tags such as `de`, `pt-br`, `zh-hant`. */
export interface I18nOptions<M extends Messages> {
  /** Languages with every message; one that lacks a message does not compile. */
  readonly languages?: Readonly<Record<string, Translation<M>>>;
  /**
   * Languages with some of the messages, such as `de-at`, or one that is being translated. The others
   * come from the next language of the chain.
   */
  readonly partial?: Readonly<Record<string, Partial<Translation<M>>>>;
  /**
   * The language after another one, which need not have messages itself: `{ uk: "ru" }`. Without it,
   * `de-at` is followed by `de`, and every chain ends with the first language.
   */
  readonly fallbacks?: Readonly<Record<string, string>>;
}

/** What the middleware adds. */
export interface Localized<M extends Messages> {
  /** The messages in the person's language: `t.bye`, `t.hello("Ada")`. */
  readonly t: Translation<M>;
  /** The tag of the language of {@link t}, in lower case; good for `Intl` as it is. */
  readonly locale: string;
}

/** Finds out which language somebody wants; undefined leaves it to `language_code`. */
export type LocaleOf<In> = (context: In) => string | undefined | Promise<string | undefined>;

/** What a bot says, in its languages. */
export interface I18n<M extends Messages> {
  /** The tags of all languages with messages, the first one first. */
  readonly locales: readonly string[];
  /** The messages for somebody who wants this language, or for a text outside of any update. */
  for(locale: string | undefined): Localized<M>;
  /**
   * Adds `t` and `locale` to the context: `bot.outer(i18n.middleware())`. The language is what
   * `localeOf` says, then the `language_code` of the person, then the first one.
   */
  middleware<In extends CommonContext = CommonContext>(
    localeOf?: LocaleOf<In>,
  ): OuterMiddleware<In, Localized<M>>;
}

type Tables<M extends Messages> = ReadonlyMap<string, Partial<Translation<M>>>;

const TAG = /^[a-z]{2,3}(-[a-z0-9]{1,8})*$/;

/**
 * Puts the languages of a bot together. `messages` are those of the first language, and say which
 * there are: createI18n("en", { bye: "Bye", hello: (name: string) => `Hello ${name}` }, { languages }).
 * @throws HookgramError `bad-argument` for a tag that is none or comes twice, and for a fallback to
 * a language without messages.
 */
export function createI18n<const M extends Messages>(
  locale: string,
  messages: M,
  options: I18nOptions<M> = {},
): I18n<M> {
  const { languages = {}, partial = {}, fallbacks = {} } = options;
  const tables = readTables<M>([
    [locale, messages as unknown as Translation<M>],
    ...Object.entries(languages),
    ...Object.entries(partial),
  ]);
  const next = readFallbacks(fallbacks, tables);
  const [first = ""] = tables.keys();
  const made = new Map<string, Localized<M>>();
  const find = (wanted: string | undefined): Localized<M> => {
    const chain = chainOf(wanted, next).filter((tag) => tables.has(tag));
    chain.push(first);
    const key = chain.join();
    // There are no more chains than the author's languages make, whatever people want.
    const known = made.get(key) ?? merge(chain, tables);
    made.set(key, known);
    return known;
  };
  return { locales: [...tables.keys()], for: find, middleware: (of) => middlewareOf(find, of) };
}

function readTables<M extends Messages>(
  entries: readonly (readonly [string, Partial<Translation<M>>])[],
): Tables<M> {
  const tables = new Map<string, Partial<Translation<M>>>();
  for (const [locale, messages] of entries) {
    const tag = locale.toLowerCase();
    if (!TAG.test(tag)) throw badLocale(locale, "is no language tag; write de or pt-br");
    if (tables.has(tag)) throw badLocale(locale, "comes twice");
    tables.set(tag, messages);
  }
  return tables;
}

function readFallbacks(
  fallbacks: Readonly<Record<string, string>>,
  tables: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(fallbacks).map(([from, to]) => {
      if (!tables.has(to.toLowerCase())) throw badLocale(to, "is a fallback and has no messages");
      return [from.toLowerCase(), to.toLowerCase()];
    }),
  );
}

function badLocale(locale: string, problem: string): HookgramError {
  return new HookgramError("bad-argument", `createI18n: "${locale}" ${problem}`);
}

/** From the wanted language to ever more general ones, and on along the fallbacks. */
function chainOf(wanted: string | undefined, next: ReadonlyMap<string, string>): string[] {
  const chain = new Set<string>();
  let tag = wanted?.toLowerCase().replaceAll("_", "-");
  while (tag !== undefined && tag !== "" && !chain.has(tag)) {
    chain.add(tag);
    tag = next.get(tag) ?? tag.slice(0, Math.max(0, tag.lastIndexOf("-")));
  }
  return [...chain];
}

function merge<M extends Messages>(chain: readonly string[], tables: Tables<M>): Localized<M> {
  const t = Object.assign(
    {},
    ...chain.toReversed().map((tag) => tables.get(tag)),
  ) as Translation<M>;
  return Object.freeze({ t: Object.freeze(t), locale: chain[0]! });
}

function middlewareOf<In extends CommonContext, M extends Messages>(
  find: (locale: string | undefined) => Localized<M>,
  localeOf: LocaleOf<In> | undefined,
): OuterMiddleware<In, Localized<M>> {
  if (localeOf === undefined) return (context, next) => next(find(context.from?.language_code));
  return async (context, next) =>
    next(find((await localeOf(context)) ?? context.from?.language_code));
}
