import type { MessageContent } from "../world/stored-message.ts";
import type { Params } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** @see https://core.telegram.org/bots/api#sendlocation */
const LIVE_PERIOD_MIN_S = 60;
const LIVE_PERIOD_MAX_S = 86_400;
/** A live period without end. */
export const LIVE_FOR_EVER = 0x7fff_ffff;

/**
 * A place, perhaps a live one, from the parameters of a call.
 * @throws {Refusal} in Telegram's words.
 */
export function locationContent(params: Params): MessageContent {
  const livePeriod = params.integer("live_period") ?? 0;
  const isInRange = livePeriod >= LIVE_PERIOD_MIN_S && livePeriod <= LIVE_PERIOD_MAX_S;
  if (livePeriod !== 0 && !isInRange && livePeriod !== LIVE_FOR_EVER) {
    throw badRequest("Wrong live location period specified");
  }
  const accuracy = Number(params.text("horizontal_accuracy") ?? 0);
  return {
    location: {
      ...coordinates(params),
      ...(livePeriod === 0 ? {} : liveFields(params, livePeriod)),
      ...(accuracy > 0 ? { horizontal_accuracy: Math.min(accuracy, 1500) } : {}),
    },
  };
}

function liveFields(params: Params, livePeriod: number): object {
  const heading = params.integer("heading") ?? 0;
  const radius = params.integer("proximity_alert_radius") ?? 0;
  return {
    live_period: livePeriod,
    ...(heading > 0 ? { heading } : {}),
    ...(radius > 0 ? { proximity_alert_radius: radius } : {}),
  };
}

/** @throws {Refusal} in Telegram's words. */
export function coordinates(params: Params): { latitude: number; longitude: number } {
  const [latitude, longitude] = [degrees(params, "latitude"), degrees(params, "longitude")];
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) {
    throw badRequest("Invalid location specified");
  }
  return { latitude, longitude };
}

function degrees(params: Params, name: string): number {
  const text = params.text(name)?.trim() ?? "";
  if (text === "") throw badRequest(`${name} is empty`);
  return Number.parseFloat(text) || 0;
}
