import { draft, stopWritingAbout } from "../state/compose.ts";
import { previewText } from "../state/thread-messages.ts";
import { fullName } from "../state/world.ts";
import { Icon } from "../ui/icon.tsx";
import { IconButton } from "../ui/icon-button.tsx";

/** Which message one replies to, or edits. */
export function WritingAbout() {
  const { about } = draft.value;
  if (about === undefined) return null;
  const { kind, message } = about;
  const name = message.from === undefined ? "" : ` to ${fullName(message.from)}`;
  return (
    <div class="writing-about">
      <Icon name={kind} />
      <span class="about-words">
        <strong>{kind === "edit" ? "Editing" : `Reply${name}`}</strong>
        <span>{previewText(message)}</span>
      </span>
      <IconButton icon="close" label="Cancel" onPress={stopWritingAbout} />
    </div>
  );
}
