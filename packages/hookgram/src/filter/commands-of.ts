import type { BotCommand } from "@hookgram/bot-api";
import { HookgramError } from "../error.ts";
import type { Registration } from "../router/router.ts";
import { RouterFace } from "../router/router-face.ts";
import type { RouterNode } from "../router/router-node.ts";
import { type CommandDescription, descriptionOf } from "./command-description.ts";
import type { AnyFilter } from "./filter.ts";

/**
 * Telegram's limit for one menu.
 * @see https://core.telegram.org/bots/api#setmycommands
 */
const COMMANDS_MAX = 100;

/**
 * The commands of a bot, or of a router and everything below it, that have a `description`: in the
 * order in which they are tried, each once, as `setMyCommands` takes them.
 *
 * ```ts
 * bot.onStart(({ api }) => api.setMyCommands({ commands: commandsOf(bot) }));
 * admins.onStart(({ api }) =>
 *   api.setMyCommands({ commands: commandsOf(admins), scope: { type: "chat", chat_id: DESK } }),
 * );
 * ```
 *
 * `languageCode` picks the descriptions of a language, such as `de`; where one is missing it is the
 * `default`.
 * @throws HookgramError `bad-argument` for more than 100 commands.
 */
export function commandsOf(
  router: Pick<Registration<unknown, unknown>, "name" | "onStart">,
  languageCode?: string,
): BotCommand[] {
  if (!((router as unknown) instanceof RouterFace))
    throw new HookgramError("bad-argument", "commandsOf: it takes a bot or a router");
  const found = new Map<string, BotCommand>();
  for (const { name, text } of described(RouterFace.nodeOf(router as unknown as RouterFace)))
    if (!found.has(name)) found.set(name, { command: name, description: pick(text, languageCode) });
  if (found.size <= COMMANDS_MAX) return [...found.values()];
  const problem = `${found.size} commands have a description, and a menu has ${COMMANDS_MAX} at most`;
  throw new HookgramError("bad-argument", `commandsOf "${router.name}": ${problem}`);
}

function* described(node: RouterNode): Generator<CommandDescription> {
  const { handlers, conversation, children } = node;
  for (const filter of conversation?.cancels ?? []) yield* describedIn(filter);
  for (const list of handlers.values())
    for (const { filters } of list) for (const filter of filters) yield* describedIn(filter);
  for (const child of children) yield* described(child);
}

function* describedIn(filter: AnyFilter): Generator<CommandDescription> {
  const own = descriptionOf(filter);
  if (own !== undefined) yield own;
  const { parts = [] } = filter as { readonly parts?: readonly AnyFilter[] | undefined };
  for (const part of parts) yield* describedIn(part);
}

function pick(text: CommandDescription["text"], languageCode: string | undefined): string {
  if (typeof text === "string") return text;
  return (languageCode === undefined ? undefined : text[languageCode]) ?? text.default;
}
