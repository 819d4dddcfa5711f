import { isWide } from "../state/layout.ts";
import { place, playAs, putBeside } from "../state/place.ts";
import { BESIDE_MAX } from "../state/place-url.ts";
import { fullName, me, world } from "../state/world.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Icon } from "../ui/icon.tsx";
import { MenuButton, type MenuItem } from "../ui/menu-button.tsx";

interface PersonMenuProps {
  readonly onNewPerson: () => void;
}

/** Shows whom one plays; opens a list to play somebody else. */
export function PersonMenu({ onNewPerson }: PersonMenuProps) {
  const player = me.value;
  if (player === undefined) return <div class="person-menu placeholder" />;
  const others = world.value!.people.filter(({ id }) => id !== player.id);
  const beside = place.value.beside ?? [];
  const isFull = beside.length >= BESIDE_MAX || !isWide();
  const addable = isFull ? [] : others.filter(({ id }) => !beside.includes(id));
  const items: MenuItem[] = [
    ...others.map((person) => ({
      label: `Play ${fullName(person)}`,
      icon: "user" as const,
      onChoose: () => playAs(person.id),
    })),
    ...addable.map((person) => ({
      label: `Put ${fullName(person)} beside`,
      icon: "users" as const,
      onChoose: () => putBeside(person.id),
    })),
    { label: "New person…", icon: "plus", onChoose: onNewPerson },
  ];
  const name = fullName(player);
  return (
    <div class="person-menu">
      <MenuButton
        label={`You play ${name}. Play somebody else`}
        class="person-button"
        opens="below-start"
        items={items}
      >
        <Avatar id={player.id} name={name} kind="person" />
        <span class="person-words">
          <small>You play</small>
          <strong>{name}</strong>
        </span>
        <Icon name="down" />
      </MenuButton>
    </div>
  );
}
