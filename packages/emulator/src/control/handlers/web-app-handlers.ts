import { sendWebAppData } from "../../world/acts/happen.ts";
import { launchWebApp, sendPrepared } from "../../world/acts/web-app.ts";
import type { Launch } from "../../world/acts/web-app.ts";
import { EmulatorError } from "../../world/emulator-error.ts";
import { emulatorPublicKey, signInitData } from "../../web-app/init-data.ts";
import type { HandlersOf } from "../control-call.ts";
import type { ControlHost } from "../control-host.ts";
import type { webAppOperations } from "../operations/web-app-operations.ts";
import { postedView } from "./act-handlers.ts";

/** Which methods `Telegram.WebApp` has, as a current app of Telegram says it. */
const WEB_APP_VERSION = "9.6";

/** What people do with Web Apps. */
export function webAppHandlers(host: ControlHost): HandlersOf<typeof webAppOperations> {
  const { world } = host;
  return {
    launch: ({ body }) => launch(host, body),
    sendWebAppData: ({ body }) => postedView(world, sendWebAppData(world, body)),
    sendPrepared: ({ body }) => postedView(world, sendPrepared(world, body)),
  };
}

function launch(host: ControlHost, body: Launch): object {
  const { botId, url, source, fields } = launchWebApp(host.world, body);
  const public_key = emulatorPublicKey();
  if (fields === undefined) return { source, url: appUrl(url, ""), init_data: "", public_key };
  const key = host.webAppKey(botId);
  if (key === undefined) {
    const mend = "let it call the Bot API once";
    throw new EmulatorError("conflict", `the token of bot ${botId} is not known yet: ${mend}`);
  }
  const init_data = signInitData(fields, { botId, key });
  const query_id = fields["query_id"];
  const told = appUrl(url, init_data, fields["start_param"]);
  return { source, url: told, init_data, query_id, public_key };
}

/** What a client opens: the scripts of Web Apps read what they are told from behind the `#`. */
function appUrl(url: string, initData: string, startParam?: string): string {
  const told = new URLSearchParams({
    tgWebAppData: initData,
    ...(startParam === undefined ? {} : { tgWebAppStartParam: startParam }),
    tgWebAppVersion: WEB_APP_VERSION,
    tgWebAppPlatform: "web",
    tgWebAppThemeParams: "{}",
  });
  return `${url}${url.includes("#") ? "&" : "#"}${told.toString()}`;
}
