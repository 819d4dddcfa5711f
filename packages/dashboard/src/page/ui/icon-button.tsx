import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

interface IconButtonProps {
  readonly icon: IconName;
  /** The button's name, for the tooltip and for screen readers. */
  readonly label: string;
  readonly onPress: () => void;
  readonly isPressed?: boolean;
  readonly isDisabled?: boolean;
  readonly class?: string;
  readonly children?: ComponentChildren;
}

/** A button that shows an icon only, or an icon and what is inside it. */
export function IconButton(props: IconButtonProps) {
  return (
    <button
      type="button"
      class={`icon-button ${props.class ?? ""}`}
      title={props.label}
      aria-label={props.label}
      {...(props.isPressed === undefined ? {} : { "aria-pressed": props.isPressed })}
      disabled={props.isDisabled ?? false}
      onClick={props.onPress}
    >
      <Icon name={props.icon} />
      {props.children}
    </button>
  );
}
