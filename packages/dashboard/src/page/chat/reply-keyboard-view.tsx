import type { KeyboardButton } from "@hookgram/bot-api";
import { isKeyboardHidden, personKeyboard, pressReplyButton } from "../state/reply-keyboard.ts";
import { Icon, type IconName } from "../ui/icon.tsx";

function buttonIcon(button: KeyboardButton): IconName | undefined {
  if (button.request_contact === true) return "user";
  if (button.request_location === true) return "pin";
  return button.web_app === undefined ? undefined : "app";
}

function ReplyButton({ button }: { readonly button: KeyboardButton | string }) {
  const shape: KeyboardButton = typeof button === "string" ? { text: button } : button;
  const icon = buttonIcon(shape);
  return (
    <button
      type="button"
      class={`reply-button ${shape.style ?? ""}`}
      onClick={() => void pressReplyButton(shape)}
    >
      {icon !== undefined && <Icon name={icon} />}
      {shape.text}
    </button>
  );
}

/** The keyboard that the bot offers instead of the usual one. */
export function ReplyKeyboard() {
  const keyboard = personKeyboard.value;
  if (keyboard === undefined || !("keyboard" in keyboard) || isKeyboardHidden.value) return null;
  const size = keyboard.resize_keyboard === true ? "compact" : "tall";
  return (
    <div class={`reply-keyboard ${size}`} role="group" aria-label="The bot's keyboard">
      {keyboard.keyboard.map((row, index) => (
        <div key={index} class="reply-row">
          {row.map((button, column) => (
            <ReplyButton key={column} button={button} />
          ))}
        </div>
      ))}
    </div>
  );
}
