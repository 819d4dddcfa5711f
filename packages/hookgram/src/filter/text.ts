import type { Message } from "@hookgram/bot-api";
import { checkSchema, type SchemaOutput, type StandardSchema } from "../state/standard-schema.ts";
import type { FilterObject } from "./filter.ts";
import { isCommand } from "./no-command.ts";

/** What `text` needs to find in the context. */
export interface WithMessage {
  readonly message: Message;
}

/** A message whose text is known to be there, and perhaps which one it is. */
export interface WithText<Text extends string = string> {
  readonly message: { readonly text: Text };
}

/**
 * What people say: messages with a text that does not begin with a command, so that `/cancel` in the
 * middle of a conversation is not taken for an answer. For texts of every sort there is `has("text")`.
 * Captions are not texts; see `has("caption")`.
 */
export function text(): FilterObject<WithMessage, WithText>;
/** Messages whose text is exactly this, or one of these. */
export function text<const Text extends string>(
  exact: Text | readonly Text[],
): FilterObject<WithMessage, WithText<Text>>;
/** Messages whose text the pattern finds something in; the handler gets it as `match`. */
export function text(
  pattern: RegExp,
): FilterObject<WithMessage, WithText & { readonly match: RegExpExecArray }>;
/**
 * As before, and the schema makes of the pattern's named groups what the handler gets as `groups`:
 * `text(/^(?<hour>\d+):00$/, z.object({ hour: z.coerce.number().max(23) }))`. Texts whose groups do
 * not fit do not match.
 */
export function text<Groups extends StandardSchema>(
  pattern: RegExp,
  groups: Groups,
): FilterObject<
  WithMessage,
  WithText & { readonly match: RegExpExecArray; readonly groups: SchemaOutput<Groups> }
>;
export function text(
  wanted?: string | readonly string[] | RegExp,
  groups?: StandardSchema,
): FilterObject<WithMessage, object> {
  if (wanted === undefined)
    return {
      label: "text",
      matches: ({ message }) => message.text !== undefined && !isCommand(message),
    };
  if (wanted instanceof RegExp) {
    const pattern = textPattern(wanted);
    return groups === undefined ? pattern : withGroups(pattern, groups);
  }
  const list: readonly string[] = typeof wanted === "string" ? [wanted] : wanted;
  const exact = new Set(list);
  return {
    label: `text(${list.map((one) => JSON.stringify(one)).join(", ")})`,
    matches: ({ message }) => message.text !== undefined && exact.has(message.text),
  };
}

function withGroups(
  { label, matches }: FilterObject<WithMessage, { match: RegExpExecArray }>,
  schema: StandardSchema,
): FilterObject<WithMessage, object> {
  return {
    label,
    async matches(context) {
      const found = await matches(context);
      if (typeof found !== "object" || found === null) return false;
      const checked = await checkSchema(schema, { ...found.match.groups });
      return checked.ok && { ...found, groups: checked.value };
    },
  };
}

function textPattern(pattern: RegExp): FilterObject<WithMessage, { match: RegExpExecArray }> {
  // A copy, because `g` and `y` make a pattern remember where its last search ended.
  const search = new RegExp(pattern);
  return {
    label: `text(${String(pattern)})`,
    matches({ message }) {
      if (message.text === undefined) return false;
      search.lastIndex = 0;
      const match = search.exec(message.text);
      return match !== null && { match };
    },
  };
}
