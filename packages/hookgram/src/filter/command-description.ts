import { HookgramError } from "../error.ts";

/** What the menu of commands says about one: a text, or texts by language codes such as `de`. */
export type DescriptionText =
  | string
  | { readonly default: string; readonly [languageCode: string]: string };

/** A command with its place in the menu. */
export interface CommandDescription {
  readonly name: string;
  readonly text: DescriptionText;
}

/** By the filters of the commands. */
const DESCRIPTIONS = new WeakMap<object, CommandDescription>();

/**
 * Telegram's rules for what stands in a menu.
 * @see https://core.telegram.org/bots/api#botcommand
 */
const NAME = /^[a-z0-9_]{1,32}$/;
const TEXT_LENGTH_MAX = 256;

/**
 * Notes what the menu says about the command that `filter` is for.
 * @throws HookgramError `bad-argument` for what Telegram does not take.
 */
export function describeCommand(filter: object, { name, text }: CommandDescription): void {
  const refuse = (problem: string): never => {
    throw new HookgramError("bad-argument", `command("${name}"), description: ${problem}`);
  };
  if (!NAME.test(name))
    refuse("in the menu a command has 1 to 32 of a-z, 0-9 and _; put such a name first");
  for (const one of typeof text === "string" ? [text] : [text.default, ...Object.values(text)])
    if (typeof one !== "string" || one.length === 0 || one.length > TEXT_LENGTH_MAX)
      refuse(`it has 1 to ${TEXT_LENGTH_MAX} characters, in each language and as "default"`);
  DESCRIPTIONS.set(filter, { name, text });
}

/** What the menu says about the command of a filter; undefined when it is not in the menu. */
export function descriptionOf(filter: object): CommandDescription | undefined {
  return DESCRIPTIONS.get(filter);
}
