import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";

/** One action of a menu. */
export interface MenuItem {
  readonly label: string;
  readonly icon?: IconName;
  readonly isDangerous?: boolean;
  readonly onChoose: () => void;
}

interface MenuButtonProps {
  /** The button's name for screen readers and its tooltip. */
  readonly label: string;
  readonly class?: string;
  readonly items: readonly MenuItem[];
  /** Where the list appears. Default: below, ending where the button ends. */
  readonly opens?: "below-end" | "below-start" | "above-start";
  readonly children: ComponentChildren;
}

const MOVES: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index, count) => (index + 1) % count,
  ArrowUp: (index, count) => (index - 1 + count) % count,
  Home: () => 0,
  End: (_index, count) => count - 1,
};

function moveFocus(event: KeyboardEvent, list: HTMLElement): void {
  const move = MOVES[event.key];
  const items = [...list.querySelectorAll<HTMLElement>("[role=menuitem]")];
  if (move === undefined || items.length === 0) return;
  event.preventDefault();
  const index = items.indexOf(document.activeElement as HTMLElement);
  items[move(index, items.length)]?.focus();
}

function MenuList(props: MenuButtonProps & { readonly close: (refocus: boolean) => void }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    ref.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const closeOutside = (event: PointerEvent): void => {
      if (!ref.current?.parentElement?.contains(event.target as Node)) props.close(false);
    };
    document.addEventListener("pointerdown", closeOutside);
    return () => document.removeEventListener("pointerdown", closeOutside);
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" || event.key === "Tab") props.close(event.key === "Escape");
    else moveFocus(event, ref.current!);
  };
  return (
    <div
      ref={ref}
      class={`menu ${props.opens ?? "below-end"}`}
      role="menu"
      aria-label={props.label}
      onKeyDown={onKeyDown}
    >
      {props.items.map(({ label, icon, isDangerous, onChoose }) => (
        <button
          key={label}
          type="button"
          role="menuitem"
          tabIndex={-1}
          class={isDangerous === true ? "dangerous" : ""}
          onClick={() => {
            props.close(true);
            onChoose();
          }}
        >
          {icon !== undefined && <Icon name={icon} />}
          {label}
        </button>
      ))}
    </div>
  );
}

/** A button that opens a list of actions, played by arrow keys, Escape and clicks elsewhere. */
export function MenuButton(props: MenuButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = (refocus: boolean): void => {
    setOpen(false);
    if (refocus) button.current?.focus();
  };
  return (
    <div class="menu-anchor">
      <button
        ref={button}
        type="button"
        class={props.class ?? "icon-button"}
        title={props.label}
        aria-label={props.label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {props.children}
      </button>
      {isOpen && <MenuList {...props} close={close} />}
    </div>
  );
}
