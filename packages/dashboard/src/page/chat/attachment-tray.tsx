import { changeDraft, draft, removeAttachment, type Attachment } from "../state/compose.ts";
import { sizeText } from "../text/quantity-text.ts";
import { Icon } from "../ui/icon.tsx";
import { IconButton } from "../ui/icon-button.tsx";

function AttachmentCard({ attachment }: { readonly attachment: Attachment }) {
  const { id, file, previewUrl } = attachment;
  return (
    <li class="attachment">
      {previewUrl === undefined ? (
        <span class="file-sign">
          <Icon name="file" />
        </span>
      ) : (
        <img src={previewUrl} alt="" />
      )}
      <span class="file-words">
        <strong>{file.name}</strong>
        <small>{sizeText(file.size)}</small>
      </span>
      <IconButton icon="close" label={`Remove ${file.name}`} onPress={() => removeAttachment(id)} />
    </li>
  );
}

/** The files that wait to be sent. */
export function AttachmentTray() {
  const { attachments, asFiles } = draft.value;
  if (attachments.length === 0) return null;
  return (
    <div class="tray">
      <ul>
        {attachments.map((attachment) => (
          <AttachmentCard key={attachment.id} attachment={attachment} />
        ))}
      </ul>
      <label class="choice">
        <input
          type="checkbox"
          checked={asFiles}
          onChange={(event) => changeDraft({ asFiles: event.currentTarget.checked })}
        />
        <span>Send as files, as they are</span>
      </label>
    </div>
  );
}
