import { control, type NewPerson } from "../control/control-client.ts";
import { attempt } from "../state/notices.ts";
import { playAs } from "../state/place.ts";
import { readWorld } from "../state/world.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";

interface NewPersonDialogProps {
  readonly onClose: () => void;
}

/** The filled fields only: the local Telegram refuses empty names. */
function readForm(form: HTMLFormElement): NewPerson {
  const filled = [...new FormData(form)].filter(
    ([, value]) => typeof value === "string" && value.trim() !== "",
  );
  return Object.fromEntries(filled) as unknown as NewPerson;
}

async function createAndPlay(form: HTMLFormElement): Promise<void> {
  const { person } = await control.addPerson(readForm(form));
  await readWorld();
  playAs(person.id);
}

/** Asks for a new person and plays them. */
export function NewPersonDialog({ onClose }: NewPersonDialogProps) {
  const onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    if (await attempt(() => createAndPlay(form))) onClose();
  };
  return (
    <Dialog title="New person" onClose={onClose}>
      <form class="form" onSubmit={(event) => void onSubmit(event)}>
        <Field label="First name" name="first_name" isRequired={true} />
        <Field label="Last name" name="last_name" />
        <Field
          label="Username"
          name="username"
          hint="4 to 32 letters, digits and underscores"
          pattern="@?[A-Za-z]\w{3,31}"
        />
        <Field
          label="Language"
          name="language_code"
          hint="as in en, de, pt-br"
          pattern="[\w\-]{2,35}"
        />
        <div class="dialog-actions">
          <button type="submit" class="button primary">
            Create and play
          </button>
        </div>
      </form>
    </Dialog>
  );
}
