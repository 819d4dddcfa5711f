import { Refusal } from "../../methods/method.ts";
import { EmulatorError } from "../emulator-error.ts";

/**
 * What Telegram refuses from a bot, an app refuses from a person.
 * @throws {EmulatorError} `bad-request` that begins with `what`, and Telegram's words after it.
 */
export function asApp<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new EmulatorError("bad-request", `${what}: ${error.message}`);
  }
}
