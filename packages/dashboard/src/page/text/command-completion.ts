import type { MenuCommand } from "../control/control-shapes.ts";

/**
 * The commands that complete what is being typed: those that begin with it come first, then those
 * that contain it. Empty unless the text is a slash and the beginning of a word.
 */
export function completeCommand(
  text: string,
  commands: readonly MenuCommand[],
): readonly MenuCommand[] {
  const typed = /^\/([\w@]*)$/.exec(text)?.[1]?.toLowerCase();
  if (typed === undefined) return [];
  const beginning = commands.filter(({ command }) => command.startsWith(typed));
  const containing = commands.filter(
    ({ command }) => !command.startsWith(typed) && command.includes(typed),
  );
  return [...beginning, ...containing];
}

/** The text that a command sends: with several bots in a chat it names its own. */
export function commandText(
  { command, bot }: MenuCommand,
  commands: readonly MenuCommand[],
): string {
  const hasSeveralBots = commands.some((other) => other.bot !== bot);
  return hasSeveralBots ? `/${command}@${bot}` : `/${command}`;
}
