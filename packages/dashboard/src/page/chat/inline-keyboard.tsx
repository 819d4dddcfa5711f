import type { InlineKeyboardButton } from "@hookgram/bot-api";
import { useState } from "preact/hooks";
import type { ChatMessage } from "../control/control-shapes.ts";
import { payInvoice } from "../state/pay.ts";
import { buttonName, pressButton, spinningButtons } from "../state/buttons.ts";
import { openWebApp } from "../state/web-app.ts";
import { notify } from "../state/notices.ts";
import { whereNow } from "../state/threads.ts";
import { safeLink } from "../text/safe-link.ts";
import { Icon } from "../ui/icon.tsx";

interface ButtonProps {
  readonly button: InlineKeyboardButton;
  readonly messageId: number;
}

function CallbackButton({ button, messageId }: ButtonProps) {
  const { text, callback_data: data = "", style } = button;
  const isSpinning = spinningButtons.value.has(buttonName(messageId, text, data));
  const press = (): void => {
    void pressButton({ ...whereNow(), message_id: messageId }, text, data);
  };
  return (
    <button
      type="button"
      class={`inline-button ${style ?? ""} ${isSpinning ? "spinning" : ""}`}
      aria-busy={isSpinning}
      title={`callback_data: ${data}`}
      onClick={press}
    >
      {text}
      {isSpinning && <span class="spinner" aria-hidden="true" />}
    </button>
  );
}

/** The address behind a button that opens something. */
function buttonUrl(button: InlineKeyboardButton): string | undefined {
  const url = button.url ?? button.login_url?.url;
  return url === undefined ? undefined : safeLink(url);
}

async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  notify("toast", "Copied");
}

function OtherButton({ button }: { readonly button: InlineKeyboardButton }) {
  const { text, copy_text: copied, style = "" } = button;
  const press = (): void => {
    if (copied !== undefined) void copyText(copied.text);
    else notify("toast", "This kind of button cannot be played on this page.");
  };
  return (
    <button type="button" class={`inline-button ${style}`} onClick={press}>
      {text}
      {copied !== undefined && <Icon name="copy" />}
    </button>
  );
}

function WebAppButton({ button, messageId }: ButtonProps) {
  const { text, web_app: app, style = "" } = button;
  return (
    <button
      type="button"
      class={`inline-button ${style}`}
      title={`Opens ${app?.url} with signed init data`}
      onClick={() => void openWebApp({ ...whereNow(), message_id: messageId, label: text }, text)}
    >
      {text}
      <Icon name="app" />
    </button>
  );
}

function PayButton({ button, messageId }: ButtonProps) {
  const [isPaying, setPaying] = useState(false);
  const press = async (): Promise<void> => {
    setPaying(true);
    await payInvoice({ ...whereNow(), message_id: messageId });
    setPaying(false);
  };
  return (
    <button
      type="button"
      class={`inline-button ${isPaying ? "spinning" : ""}`}
      aria-busy={isPaying}
      disabled={isPaying}
      onClick={() => void press()}
    >
      {button.text}
      {isPaying && <span class="spinner" aria-hidden="true" />}
    </button>
  );
}

function Button({ button, messageId }: ButtonProps) {
  if (button.pay === true) return <PayButton button={button} messageId={messageId} />;
  if (button.web_app !== undefined) return <WebAppButton button={button} messageId={messageId} />;
  if (button.callback_data !== undefined) {
    return <CallbackButton button={button} messageId={messageId} />;
  }
  const href = buttonUrl(button);
  if (href === undefined) return <OtherButton button={button} />;
  return (
    <a
      class={`inline-button ${button.style ?? ""}`}
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      title={href}
    >
      {button.text}
      <Icon name="link" />
    </a>
  );
}

/** The buttons below a message. */
export function InlineKeyboard({ message }: { readonly message: ChatMessage }) {
  const markup = message.reply_markup;
  if (markup === undefined || !("inline_keyboard" in markup)) return null;
  return (
    <div class="inline-keyboard" role="group" aria-label="Buttons of the message">
      {markup.inline_keyboard.map((row, index) => (
        <div key={index} class="inline-row">
          {row.map((button, column) => (
            <Button key={column} button={button} messageId={message.message_id} />
          ))}
        </div>
      ))}
    </div>
  );
}
