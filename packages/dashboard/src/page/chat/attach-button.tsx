import { useRef } from "preact/hooks";
import { control } from "../control/control-client.ts";
import { addFiles } from "../state/compose.ts";
import { attempt } from "../state/notices.ts";
import { whereNow } from "../state/threads.ts";
import { me } from "../state/world.ts";
import { Icon } from "../ui/icon.tsx";
import { MenuButton, type MenuItem } from "../ui/menu-button.tsx";

/** A place that everybody knows: the page does not ask where the developer is. */
const SAMPLE_LOCATION = { latitude: 51.4779, longitude: -0.0015 };
/** A number that is reserved for fiction. */
const SAMPLE_PHONE = "+442079460123";

function shareLocation(): void {
  void attempt(() => control.share({ ...whereNow(), location: SAMPLE_LOCATION }));
}

function shareContact(): void {
  const { id, first_name, last_name } = me.value!;
  const contact = {
    phone_number: SAMPLE_PHONE,
    first_name,
    user_id: id,
    ...(last_name === undefined ? {} : { last_name }),
  };
  void attempt(() => control.share({ ...whereNow(), contact }));
}

/** Opens what can be sent besides words. */
export function AttachButton() {
  const input = useRef<HTMLInputElement>(null);
  const items: MenuItem[] = [
    { label: "Photo or file…", icon: "attach", onChoose: () => input.current?.click() },
    { label: "Location (Greenwich)", icon: "pin", onChoose: shareLocation },
    { label: "My contact", icon: "user", onChoose: shareContact },
  ];
  const take = (event: { readonly currentTarget: HTMLInputElement }): void => {
    addFiles(event.currentTarget.files ?? []);
    event.currentTarget.value = "";
  };
  return (
    <>
      <MenuButton label="Attach" opens="above-start" items={items}>
        <Icon name="attach" />
      </MenuButton>
      <input ref={input} type="file" multiple={true} hidden={true} onChange={take} />
    </>
  );
}
