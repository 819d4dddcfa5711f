import { useEffect, useRef } from "preact/hooks";
import type { MenuCommand } from "../control/control-shapes.ts";
import { commandText } from "../text/command-completion.ts";

/** The id by which the field names its list. */
export const COMMAND_LIST_ID = "command-list";

/** The id by which the field names the chosen command. */
export function commandOptionId(index: number): string {
  return `${COMMAND_LIST_ID}-${index}`;
}

interface CommandListProps {
  readonly commands: readonly MenuCommand[];
  readonly chosenIndex: number;
  readonly onTake: (command: MenuCommand) => void;
}

/** The commands that the bot offers, above the field. The focus stays in the field. */
export function CommandList({ commands, chosenIndex, onTake }: CommandListProps) {
  const ref = useRef<HTMLUListElement>(null);
  useEffect(() => {
    ref.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosenIndex]);
  if (commands.length === 0) return null;
  return (
    <ul ref={ref} id={COMMAND_LIST_ID} class="command-list" role="listbox" aria-label="Commands">
      {commands.map((command, index) => (
        <li
          key={`${command.bot}/${command.command}`}
          id={commandOptionId(index)}
          role="option"
          aria-selected={index === chosenIndex}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake(command)}
        >
          <strong>{commandText(command, commands)}</strong>
          <span>{command.description}</span>
        </li>
      ))}
    </ul>
  );
}
