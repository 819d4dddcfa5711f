import { ControlClient } from "./control-client.ts";
import { TelegramUsers } from "./user-client.ts";

/**
 * The people of a local Telegram, to play them in a test.
 * @param controlUrl the emulator's `controlUrl`, for example `http://127.0.0.1:8081/control`.
 */
export function connectUsers(controlUrl: string): TelegramUsers {
  return new TelegramUsers(new ControlClient(controlUrl));
}
