import type { Person } from "../control/control-shapes.ts";
import { conversation, place, putAway } from "../state/place.ts";
import { formatPlace } from "../state/place-url.ts";
import { fullName, me, world } from "../state/world.ts";
import { Avatar } from "../ui/avatar.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { ChatPane } from "./chat-pane.tsx";

function ColumnHead({ person, isMe }: { readonly person: Person; readonly isMe: boolean }) {
  const name = fullName(person);
  return (
    <header class="column-head">
      <Avatar id={person.id} name={name} kind="person" size="small" />
      <strong>{name}</strong>
      {isMe ? (
        <small>you</small>
      ) : (
        <IconButton icon="close" label={`Put ${name} away`} onPress={() => putAway(person.id)} />
      )}
    </header>
  );
}

/** The same chat, or the one with the same bot, as somebody else sees it and writes in it. */
function ChatBeside({ person }: { readonly person: Person }) {
  const open = conversation.value;
  const where = { person: person.id, ...(open === undefined ? {} : { conversation: open }) };
  const address = formatPlace({ ...where, pane: "chat", isAlone: true });
  return (
    <section class="column" aria-label={`${fullName(person)}'s chat`}>
      <ColumnHead person={person} isMe={false} />
      <iframe src={`${location.pathname}${address}`} title={`The chat of ${fullName(person)}`} />
    </section>
  );
}

/** One's own chat, and the chats of others who were put beside it. */
export function ChatsBeside() {
  const people = world.value?.people ?? [];
  const others = (place.value.beside ?? []).flatMap(
    (id) => people.find((one) => one.id === id) ?? [],
  );
  const player = me.value;
  if (others.length === 0 || player === undefined) {
    return (
      <div class="columns">
        <ChatPane />
      </div>
    );
  }
  return (
    <div class="columns">
      <div class="column own">
        <ColumnHead person={player} isMe={true} />
        <ChatPane />
      </div>
      {others.map((person) => (
        <ChatBeside key={person.id} person={person} />
      ))}
    </div>
  );
}
