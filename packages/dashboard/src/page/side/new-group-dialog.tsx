import { control, type NewGroup } from "../control/control-client.ts";
import { attempt } from "../state/notices.ts";
import { openConversation, place } from "../state/place.ts";
import { fullName, readWorld, world } from "../state/world.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";

interface NewGroupDialogProps {
  readonly onClose: () => void;
}

function readForm(form: HTMLFormElement): NewGroup {
  const data = new FormData(form);
  const ids = (name: string): number[] => data.getAll(name).map(Number);
  const title = data.get("title");
  const creator = place.value.person!;
  return {
    type: (data.get("type") ?? "supergroup") as NewGroup["type"],
    title: typeof title === "string" ? title : "",
    members: [{ user: creator, status: "creator" }, ...ids("person").map((user) => ({ user }))],
    bots: ids("bot"),
  };
}

async function createAndOpen(form: HTMLFormElement): Promise<void> {
  const { chat } = await control.addGroup(readForm(form));
  await readWorld();
  openConversation({ kind: "group", chat: chat.id });
}

interface ChoiceProps {
  readonly name: "person" | "bot";
  readonly id: number;
  readonly label: string;
}

function Choice({ name, id, label }: ChoiceProps) {
  return (
    <label class="choice">
      <input type="checkbox" name={name} value={id} defaultChecked={true} />
      <Avatar id={id} name={label} kind={name} size="small" />
      <span>{label}</span>
    </label>
  );
}

function Members() {
  const { people = [], bots = [] } = world.value ?? {};
  const others = people.filter(({ id }) => id !== place.value.person);
  return (
    <fieldset class="choices">
      <legend>Members besides you, the creator</legend>
      {bots.map((bot) => (
        <Choice key={bot.id} name="bot" id={bot.id} label={fullName(bot)} />
      ))}
      {others.map((person) => (
        <Choice key={person.id} name="person" id={person.id} label={fullName(person)} />
      ))}
      {bots.length + others.length === 0 && <p class="empty">Nobody else is here yet.</p>}
    </fieldset>
  );
}

/** Asks for a new group, creates it in the name of the person that plays, and opens it. */
export function NewGroupDialog({ onClose }: NewGroupDialogProps) {
  const onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    if (await attempt(() => createAndOpen(form))) onClose();
  };
  return (
    <Dialog title="New group" onClose={onClose}>
      <form class="form" onSubmit={(event) => void onSubmit(event)}>
        <Field label="Title" name="title" isRequired={true} />
        <label class="field">
          <span>Type</span>
          <select name="type">
            <option value="supergroup">Supergroup</option>
            <option value="group">Group</option>
            <option value="channel">Channel</option>
          </select>
        </label>
        <Members />
        <div class="dialog-actions">
          <button type="submit" class="button primary">
            Create
          </button>
        </div>
      </form>
    </Dialog>
  );
}
