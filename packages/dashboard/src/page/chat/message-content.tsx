import type { ChatMessage } from "../control/control-shapes.ts";
import { mediaName } from "../state/thread-messages.ts";
import { FormattedText } from "../text/formatted-text.tsx";
import { richWords } from "../text/rich-words.ts";
import { ContactCard, DiceView, InvoiceCard, PlaceCard, PollView } from "./card-content.tsx";
import { ChecklistCard, PaidMediaCard, TitleCard } from "./title-card.tsx";
import { hasMedia, MediaView } from "./media-view.tsx";

type Messages = readonly [ChatMessage, ...ChatMessage[]];

function Caption({ messages }: { readonly messages: Messages }) {
  const captioned = messages.find(({ caption }) => caption !== undefined);
  if (captioned === undefined) return null;
  return <FormattedText text={captioned.caption ?? ""} entities={captioned.caption_entities} />;
}

function MediaContent({ messages }: { readonly messages: Messages }) {
  const caption = <Caption messages={messages} />;
  const isAbove = messages[0].show_caption_above_media === true;
  return (
    <>
      {isAbove && caption}
      <div
        class={messages.length > 1 ? `album parts-${Math.min(messages.length, 4)}` : "media-one"}
      >
        {messages.map((message) => (
          <MediaView key={message.message_id} message={message} />
        ))}
      </div>
      {!isAbove && caption}
    </>
  );
}

/** What the message says or shows. A kind that has no look of its own is named. */
export function MessageContent({ messages }: { readonly messages: Messages }) {
  const [message] = messages;
  if (message.text !== undefined) {
    return <FormattedText text={message.text} entities={message.entities} />;
  }
  if (hasMedia(message)) return <MediaContent messages={messages} />;
  if (message.poll !== undefined) return <PollView message={message} poll={message.poll} />;
  if (message.dice !== undefined) return <DiceView dice={message.dice} />;
  if (message.venue !== undefined) return <PlaceCard {...message.venue} />;
  if (message.location !== undefined) return <PlaceCard location={message.location} />;
  if (message.invoice !== undefined) return <InvoiceCard invoice={message.invoice} />;
  if (message.contact !== undefined) return <ContactCard contact={message.contact} />;
  if (message.game !== undefined) {
    return <TitleCard title={message.game.title} lines={[message.game.description]} />;
  }
  if (message.checklist !== undefined) return <ChecklistCard checklist={message.checklist} />;
  if (message.paid_media !== undefined) return <PaidMediaCard media={message.paid_media} />;
  if (message.rich_message !== undefined) {
    return <FormattedText text={richWords(message.rich_message)} />;
  }
  const name = mediaName(message) ?? "A message";
  return <p class="unknown">{name}: this page shows it as JSON only.</p>;
}
