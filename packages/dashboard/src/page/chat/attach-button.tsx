import { useRef } from "preact/hooks";
import { addFiles } from "../state/compose.ts";
import { shareContact, shareLocation } from "../state/share.ts";
import { Icon } from "../ui/icon.tsx";
import { MenuButton, type MenuItem } from "../ui/menu-button.tsx";

/** Opens what can be sent besides words. */
export function AttachButton() {
  const input = useRef<HTMLInputElement>(null);
  const items: MenuItem[] = [
    { label: "Photo or file…", icon: "attach", onChoose: () => input.current?.click() },
    { label: "Location (Greenwich)", icon: "pin", onChoose: () => void shareLocation() },
    { label: "My contact", icon: "user", onChoose: () => void shareContact() },
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
