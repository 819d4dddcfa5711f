import type { PhotoSize } from "@hookgram/bot-api";
import { useState } from "preact/hooks";
import { fileUrl } from "../control/control-client.ts";
import type { ChatMessage } from "../control/control-shapes.ts";
import { sizeText } from "../text/quantity-text.ts";
import { Icon } from "../ui/icon.tsx";

/** Wide enough for a bubble on a sharp screen. */
const PHOTO_WIDTH_WANTED = 800;

/** The smallest size that is large enough, or else the largest. */
function chooseSize(sizes: readonly PhotoSize[]): PhotoSize | undefined {
  const byWidth = sizes.toSorted((a, b) => a.width - b.width);
  return byWidth.find(({ width }) => width >= PHOTO_WIDTH_WANTED) ?? byWidth.at(-1);
}

interface PictureProps {
  readonly size: PhotoSize;
  readonly isHidden: boolean;
}

function Picture({ size, isHidden }: PictureProps) {
  const [isOpen, setOpen] = useState(!isHidden);
  const ratio = { "aspect-ratio": `${size.width || 1} / ${size.height || 1}` };
  if (!isOpen) {
    return (
      <button
        type="button"
        class="picture covered"
        style={ratio}
        aria-label="Hidden photo. Show it"
        onClick={() => setOpen(true)}
      />
    );
  }
  return (
    <a class="picture" href={fileUrl(size.file_id)} target="_blank" rel="noopener" style={ratio}>
      <img
        src={fileUrl(size.file_id)}
        width={size.width}
        height={size.height}
        alt="Photo"
        draggable={false}
      />
    </a>
  );
}

interface FileCardProps {
  readonly file: { readonly file_id: string; readonly file_size?: number };
  readonly name: string;
}

function FileCard({ file, name }: FileCardProps) {
  return (
    <a class="file-card" href={fileUrl(file.file_id)} download={name}>
      <span class="file-sign">
        <Icon name="file" />
      </span>
      <span class="file-words">
        <strong>{name}</strong>
        {file.file_size !== undefined && <small>{sizeText(file.file_size)}</small>}
      </span>
    </a>
  );
}

function Sound({
  file,
  name,
}: {
  readonly file: { readonly file_id: string };
  readonly name: string;
}) {
  return (
    <figure class="sound">
      <figcaption>{name}</figcaption>
      <audio controls={true} preload="none" src={fileUrl(file.file_id)} />
    </figure>
  );
}

function Film({
  file,
  isRound = false,
}: {
  readonly file: { file_id: string };
  isRound?: boolean;
}) {
  return (
    <video
      class={isRound ? "film round" : "film"}
      controls={true}
      preload="metadata"
      src={fileUrl(file.file_id)}
    />
  );
}

/** Only the apps of Telegram play these: a film plays here, for the rest stands its picture. */
function MovingSticker({ sticker }: StickerProps) {
  const { emoji, thumbnail, file_id, is_video: isVideo } = sticker;
  if (isVideo) {
    return (
      <video class="sticker" src={fileUrl(file_id)} autoplay={true} loop={true} muted={true}>
        {emoji}
      </video>
    );
  }
  const name = `Animated sticker ${emoji ?? ""}`.trim();
  if (thumbnail !== undefined) {
    return <img class="sticker" src={fileUrl(thumbnail.file_id)} alt={name} />;
  }
  return (
    <p class="sticker-sign" title={name}>
      {emoji === undefined ? <Icon name="play" /> : <span class="big text">{emoji}</span>}
      <small>Animated sticker</small>
    </p>
  );
}

interface StickerProps {
  readonly sticker: NonNullable<ChatMessage["sticker"]>;
}

function Sticker({ sticker }: StickerProps) {
  const isPicture = !sticker.is_animated && !sticker.is_video;
  if (!isPicture) return <MovingSticker sticker={sticker} />;
  return <img class="sticker" src={fileUrl(sticker.file_id)} alt={sticker.emoji ?? "Sticker"} />;
}

/** Whether `MediaView` has something to show for the message. */
export function hasMedia(message: ChatMessage): boolean {
  const { photo, animation, video, video_note, document, audio, voice, sticker } = message;
  const media = [photo, animation, video, video_note, document, audio, voice, sticker];
  return media.some((field) => field !== undefined);
}

/** The photo, film, sound or file of a message. An animation is a document too and comes first. */
export function MediaView({ message }: { readonly message: ChatMessage }) {
  const { photo, animation, video, video_note, document, audio, voice, sticker } = message;
  const size = photo === undefined ? undefined : chooseSize(photo);
  if (size !== undefined)
    return <Picture size={size} isHidden={message.has_media_spoiler === true} />;
  if (animation !== undefined) {
    const isGif = animation.mime_type === "image/gif";
    return isGif ? <Picture size={animation} isHidden={false} /> : <Film file={animation} />;
  }
  if (video !== undefined) return <Film file={video} />;
  if (video_note !== undefined) return <Film file={video_note} isRound={true} />;
  if (audio !== undefined) {
    return <Sound file={audio} name={audio.title ?? audio.file_name ?? "Audio"} />;
  }
  if (voice !== undefined) return <Sound file={voice} name="Voice message" />;
  if (sticker !== undefined) return <Sticker sticker={sticker} />;
  if (document !== undefined) {
    return <FileCard file={document} name={document.file_name ?? "file"} />;
  }
  return null;
}
