import type { RichText } from "../format/text-params.ts";

/** What a bot says, by name: texts, and functions that make one out of their arguments. */
export type Messages = Readonly<Record<string, RichText | ((...args: never[]) => RichText)>>;

/**
 * The messages `M` in another language: the same names, the same arguments, and a text with
 * formatting where there is one.
 */
export type Translation<M> = {
  readonly [Name in keyof M]: M[Name] extends (...args: infer Args) => infer Text
    ? (...args: Args) => AnyText<Text>
    : AnyText<M[Name]>;
};

/** A text of the same kind, and not the very same text. */
type AnyText<Text> = Text extends string ? string : Text;
