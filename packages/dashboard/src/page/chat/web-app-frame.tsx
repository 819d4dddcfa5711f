import { useEffect, useRef, useState } from "preact/hooks";
import { notify } from "../state/notices.ts";
import { closeWebApp, openedWebApp, sendWebAppData, type OpenWebApp } from "../state/web-app.ts";
import { readWebAppMessage, textIn, writeWebAppMessage } from "../state/web-app-message.ts";
import type { WebAppMessage } from "../state/web-app-message.ts";
import { safeLink } from "../text/safe-link.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Icon } from "../ui/icon.tsx";

/** What the app may do. One of this page's own origin must not reach into the page. */
function sandboxOf(url: string): string {
  const rights =
    "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals";
  return new URL(url).origin === location.origin ? rights : `${rights} allow-same-origin`;
}

/** The big button below the app, which the app sets up. */
interface MainButton {
  readonly text: string;
  readonly isActive: boolean;
}

interface Buttons {
  readonly main?: MainButton | undefined;
  readonly hasBack?: boolean;
}

function mainButtonOf({ data }: WebAppMessage): MainButton | undefined {
  if (data["is_visible"] !== true) return undefined;
  return { text: textIn(data, "text") || "Continue", isActive: data["is_active"] !== false };
}

function openLink({ data }: WebAppMessage): void {
  const link = safeLink(textIn(data, "url"));
  if (link === undefined) notify("error", "The app wanted to open an address that is none.");
  else window.open(link, "_blank", "noopener,noreferrer");
}

/** Plays the app of Telegram to the frame: hears what it posts, and tells it what it asks for. */
function useBridge(app: OpenWebApp) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [buttons, setButtons] = useState<Buttons>({});
  const tell = (type: string, data: object = {}): void =>
    frame.current?.contentWindow?.postMessage(writeWebAppMessage(type, data), "*");
  const tellSize = (): void => {
    const { clientWidth: width = 0, clientHeight: height = 0 } = frame.current ?? {};
    tell("viewport_changed", { width, height, is_expanded: true, is_state_stable: true });
  };
  const hear = (message: WebAppMessage): void => {
    const answers: Readonly<Record<string, () => unknown>> = {
      iframe_ready: tellSize,
      web_app_request_viewport: tellSize,
      web_app_request_theme: () => tell("theme_changed", { theme_params: {} }),
      web_app_data_send: () => sendWebAppData(app, textIn(message.data, "data")),
      web_app_close: closeWebApp,
      web_app_open_link: () => openLink(message),
      web_app_setup_main_button: () =>
        setButtons((now) => ({ ...now, main: mainButtonOf(message) })),
      web_app_setup_back_button: () =>
        setButtons((now) => ({ ...now, hasBack: message.data["is_visible"] === true })),
    };
    void answers[message.type]?.();
  };
  useEffect(() => {
    const onMessage = ({ source, data }: MessageEvent): void => {
      const message = source === frame.current?.contentWindow ? readWebAppMessage(data) : undefined;
      if (message !== undefined) hear(message);
    };
    addEventListener("message", onMessage);
    return () => removeEventListener("message", onMessage);
  }, [app]);
  return { frame, buttons, tell };
}

function Frame({ app }: { readonly app: OpenWebApp }) {
  const { frame, buttons, tell } = useBridge(app);
  const { main, hasBack } = buttons;
  return (
    <Dialog title={app.title} class="web-app" onClose={closeWebApp}>
      <p class="web-app-bar">
        {hasBack === true && (
          <button
            type="button"
            class="button small quiet"
            onClick={() => tell("back_button_pressed")}
          >
            Back
          </button>
        )}
        <a href={app.url} target="_blank" rel="noopener noreferrer">
          Open in a tab <Icon name="link" />
        </a>
      </p>
      <iframe
        ref={frame}
        src={app.url}
        sandbox={sandboxOf(app.url)}
        title={`${app.title}, the app`}
      />
      {main !== undefined && (
        <button
          type="button"
          class="button primary"
          disabled={!main.isActive}
          onClick={() => tell("main_button_pressed")}
        >
          {main.text}
        </button>
      )}
    </Dialog>
  );
}

/** The Web App that is open, as a phone shows it in front of the chat. */
export function WebAppFrame() {
  const app = openedWebApp.value;
  return app === undefined ? null : <Frame key={app.url} app={app} />;
}
