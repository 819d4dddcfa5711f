import type { Contact, Dice, Invoice, Location, Poll, PollOption } from "@hookgram/bot-api";
import { control } from "../control/control-client.ts";
import type { ChatMessage } from "../control/control-shapes.ts";
import { attempt } from "../state/notices.ts";
import { whereNow } from "../state/threads.ts";
import { FormattedText } from "../text/formatted-text.tsx";
import { priceText } from "../text/quantity-text.ts";
import { Icon } from "../ui/icon.tsx";

/** A dice with its result, which the real apps tell by the picture alone. */
export function DiceView({ dice }: { readonly dice: Dice }) {
  return (
    <p class="dice">
      <span class="big text">{dice.emoji}</span>
      <small>result {dice.value}</small>
    </p>
  );
}

interface PlaceCardProps {
  readonly location: Location;
  readonly title?: string;
  readonly address?: string;
}

/** A location, or a venue with its name and address. */
export function PlaceCard({ location, title, address }: PlaceCardProps) {
  const { latitude, longitude } = location;
  const point = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=15/${latitude}/${longitude}`;
  return (
    <a class="file-card" href={map} target="_blank" rel="noopener noreferrer">
      <span class="file-sign">
        <Icon name="pin" />
      </span>
      <span class="file-words">
        <strong>{title ?? "Location"}</strong>
        <small>{address ?? point}</small>
      </span>
    </a>
  );
}

/** A contact: its name and number. */
export function ContactCard({ contact }: { readonly contact: Contact }) {
  const name = [contact.first_name, contact.last_name].filter(Boolean).join(" ");
  return (
    <div class="file-card">
      <span class="file-sign">
        <Icon name="user" />
      </span>
      <span class="file-words">
        <strong>{name}</strong>
        <small>{contact.phone_number}</small>
      </span>
    </div>
  );
}

/** What is sold, and for how much; the button below it pays. */
export function InvoiceCard({ invoice }: { readonly invoice: Invoice }) {
  return (
    <div class="invoice">
      <strong>{invoice.title}</strong>
      <p class="text">{invoice.description}</p>
      <strong class="price">{priceText(invoice.total_amount, invoice.currency)}</strong>
    </div>
  );
}

interface PollProps {
  readonly message: ChatMessage;
  readonly poll: Poll;
}

interface OptionProps extends PollProps {
  readonly option: PollOption;
  readonly index: number;
}

function PollOptionRow({ message, poll, option, index }: OptionProps) {
  const share = poll.total_voter_count === 0 ? 0 : option.voter_count / poll.total_voter_count;
  const percent = Math.round(share * 100);
  const vote = (): void => {
    const options = [index];
    void attempt(() => control.vote({ ...whereNow(), message_id: message.message_id, options }));
  };
  return (
    <li>
      <button type="button" disabled={poll.is_closed} onClick={vote}>
        <span class="poll-share">{percent} %</span>
        <span>{option.text}</span>
        <span class="poll-bar" style={{ "--share": String(share) }} />
      </button>
    </li>
  );
}

/** A poll with its state; a click on an answer votes for it. */
export function PollView({ message, poll }: PollProps) {
  const kind = poll.type === "quiz" ? "Quiz" : "Poll";
  const voters = `${poll.total_voter_count} ${poll.total_voter_count === 1 ? "vote" : "votes"}`;
  return (
    <div class="poll">
      <FormattedText text={poll.question} entities={poll.question_entities} />
      <small>
        {poll.is_anonymous ? `Anonymous ${kind.toLowerCase()}` : kind}
        {poll.is_closed ? ", closed" : ""}
      </small>
      <ol>
        {poll.options.map((option, index) => (
          <PollOptionRow key={index} message={message} poll={poll} option={option} index={index} />
        ))}
      </ol>
      <small>{voters}</small>
    </div>
  );
}
