import type { Message, User } from "@hookgram/bot-api";
import { HookgramError } from "../error.ts";
import { type ArgsOf, type CommandArgs, readArgs } from "./command-args.ts";
import { describeCommand, type DescriptionText } from "./command-description.ts";
import type { FilterObject } from "./filter.ts";

/** A command as it was typed: `/find@shopbot red shoes`. */
export interface CommandCall<Name extends string = string> {
  /** The name as the filter has it, without prefix and mention: `find`. */
  readonly name: Name;
  readonly prefix: string;
  /** The bot that was mentioned, without `@`: `shopbot`. */
  readonly mention: string | undefined;
  /** Everything after the command, trimmed: `red shoes`; empty when there is nothing. */
  readonly args: string;
  /** `args` split at white space: `["red", "shoes"]`. */
  readonly words: readonly string[];
}

/** How a command is recognised. */
export interface CommandOptions {
  /** Characters of which one must stand before the name; `/` by default. */
  readonly prefixes?: string;
  /** Whether `/Start` is `/start`; false by default, as commands are lower case in Telegram. */
  readonly ignoreCase?: boolean;
  /**
   * `own` (the default): none, or this bot; `required`: this bot, for groups with several bots;
   * `any`: commands to other bots as well; `@other_bot`: commands to that bot, for one that watches it.
   */
  readonly mention?: "own" | "required" | "any" | `@${string}`;
  /**
   * Schemas for the words behind the command, in their order; the last one takes the rest of the
   * text. The handler gets what they make of the words as `args`. Where they do not fit, or a word is
   * missing that is not optional, the filter does not match; a second handler for the same command
   * may say how it is used.
   */
  readonly args?: CommandArgs;
  /**
   * What the menu of commands says about it, under the first of its names; see `commandsOf`. Without
   * one it is in no menu. 1 to 256 characters.
   */
  readonly description?: DescriptionText;
}

/** A pattern has no name to be in the menu with. */
type PatternOptions = Omit<CommandOptions, "description">;

/** What a command with `args` adds. */
type TypedArgs<Options extends CommandOptions> = Options extends {
  readonly args: infer Args extends CommandArgs;
}
  ? { readonly args: ArgsOf<Args> }
  : unknown;

/** What the command filter needs to find in the context. */
export interface WithMessageAndMe {
  readonly message: Message;
  readonly me: User;
}

/**
 * Messages that begin with one of these commands, in their text or their caption. The handler gets
 * the parts as `command`. A pattern has to match the whole name, and its groups come as `match`.
 * @throws HookgramError `bad-argument` for a name that nobody can type, such as `/start` or `a b`.
 */
export function command<
  const Name extends string,
  const Options extends CommandOptions = CommandOptions,
>(
  names: Name | readonly Name[],
  options?: Options,
): FilterObject<WithMessageAndMe, { readonly command: CommandCall<Name> } & TypedArgs<Options>>;
export function command<const Options extends PatternOptions = PatternOptions>(
  pattern: RegExp,
  options?: Options,
): FilterObject<
  WithMessageAndMe,
  { readonly command: CommandCall; readonly match: RegExpExecArray } & TypedArgs<Options>
>;
export function command(
  wanted: string | readonly string[] | RegExp,
  options: CommandOptions = {},
): FilterObject<WithMessageAndMe, { readonly command: CommandCall }> {
  const { prefixes = "/", ignoreCase = false, mention = "own", args: schemas } = options;
  const { description: text } = options;
  const find =
    wanted instanceof RegExp ? findPattern(wanted, ignoreCase) : findName(wanted, ignoreCase);
  const filter: FilterObject<WithMessageAndMe, { readonly command: CommandCall }> = {
    label: `command(${describe(wanted)}${describeArgs(schemas)})`,
    matches({ message, me }) {
      const call = commandOf(message, prefixes);
      if (call === undefined || !isForBot(call, me, mention)) return false;
      const found = find(call.name);
      if (found === undefined) return false;
      const added = { ...found.added, command: { ...call, name: found.name } };
      return schemas === undefined ? added : withArgs(added, schemas);
    },
  };
  if (text !== undefined) describeCommand(filter, { name: String([wanted].flat()[0]), text });
  return filter;
}

/** Takes the first word of `source` apart; undefined when it is no command. */
export function parseCommand(source: string, prefixes = "/"): CommandCall | undefined {
  const start = source.search(/\S/);
  if (start === -1 || !prefixes.includes(source.charAt(start))) return undefined;
  const trimmed = source.slice(start);
  const end = trimmed.search(/\s/);
  const word = end === -1 ? trimmed : trimmed.slice(0, end);
  const args = end === -1 ? "" : trimmed.slice(end).trim();
  const at = word.indexOf("@");
  const name = word.slice(1, at === -1 ? undefined : at);
  if (name === "") return undefined;
  return {
    name,
    prefix: word.charAt(0),
    mention: at === -1 ? undefined : word.slice(at + 1),
    args,
    words: args === "" ? [] : args.split(/\s+/),
  };
}

/** What the last filters have read: a bot with many commands asks the same of each message. */
const READ = new WeakMap<Message, { readonly prefixes: string; readonly call?: CommandCall }>();

function commandOf(message: Message, prefixes: string): CommandCall | undefined {
  const read = READ.get(message);
  if (read?.prefixes === prefixes) return read.call;
  const call = parseCommand(message.text ?? message.caption ?? "", prefixes);
  READ.set(message, call === undefined ? { prefixes } : { prefixes, call });
  return call;
}

async function withArgs<Added extends { readonly command: CommandCall }>(
  added: Added,
  schemas: CommandArgs,
): Promise<false | (Added & { readonly args: object })> {
  const args = await readArgs(schemas, added.command.args);
  return args !== undefined && { ...added, args };
}

interface Found {
  readonly name: string;
  readonly added?: { readonly match: RegExpExecArray };
}

function findName(
  wanted: string | readonly string[],
  ignoreCase: boolean,
): (name: string) => Found | undefined {
  const fold = (name: string): string => (ignoreCase ? name.toLowerCase() : name);
  const names = new Map<string, Found>();
  const all: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  if (all.length === 0)
    throw new HookgramError("bad-argument", "command([]): it takes one command or several");
  for (const name of all) {
    assertCommandName(name);
    names.set(fold(name), { name });
  }
  return (name) => names.get(fold(name));
}

function findPattern(pattern: RegExp, ignoreCase: boolean): (name: string) => Found | undefined {
  const flags = pattern.flags.replace(/[gy]/g, "");
  const whole = new RegExp(
    `^(?:${pattern.source})$`,
    ignoreCase && !flags.includes("i") ? `${flags}i` : flags,
  );
  return (name) => {
    const match = whole.exec(name);
    return match === null ? undefined : { name, added: { match } };
  };
}

function isForBot(
  { mention }: CommandCall,
  me: User,
  rule: NonNullable<CommandOptions["mention"]>,
): boolean {
  if (rule === "any") return true;
  if (mention === undefined) return rule === "own";
  const wanted = rule.startsWith("@") ? rule.slice(1) : me.username;
  return mention.toLowerCase() === wanted?.toLowerCase();
}

function assertCommandName(name: unknown): asserts name is string {
  if (typeof name === "string" && /^[^\s@/]+$/.test(name)) return;
  throw new HookgramError(
    "bad-argument",
    `command(${JSON.stringify(name)}): a command is one word without "/", "@" and spaces; ` +
      `write command("start") for /start`,
  );
}

function describeArgs(schemas: CommandArgs = {}): string {
  return Object.keys(schemas)
    .map((name) => ` <${name}>`)
    .join("");
}

function describe(wanted: string | readonly string[] | RegExp): string {
  if (wanted instanceof RegExp) return String(wanted);
  return (typeof wanted === "string" ? [wanted] : wanted).join(", ");
}
