import type { Group } from "../control/control-shapes.ts";
import { place, playAs } from "../state/place.ts";
import { fullName, presentMembers } from "../state/world.ts";
import { Avatar } from "../ui/avatar.tsx";

/** In a group: which of its people speaks. The same choice as at the top of the chats. */
export function SpeakerSwitch({ group }: { readonly group: Group }) {
  const people = presentMembers(group).filter(({ user }) => !user.is_bot);
  if (people.length < 2 && people[0]?.user.id === place.value.person) return null;
  return (
    <div class="speakers" role="group" aria-label="Who speaks">
      <span>Speak as</span>
      {people.map(({ user }) => (
        <button
          key={user.id}
          type="button"
          class="speaker"
          aria-pressed={user.id === place.value.person}
          onClick={() => playAs(user.id)}
        >
          <Avatar id={user.id} name={fullName(user)} kind="person" size="small" />
          <span>{user.first_name}</span>
        </button>
      ))}
    </div>
  );
}
