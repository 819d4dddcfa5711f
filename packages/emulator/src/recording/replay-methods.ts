import { METHODS } from "@hookgram/bot-api/schema";
import type { MethodCall, MethodHandler, MethodTable } from "../methods/method.ts";
import { DELIVERY_METHODS } from "./recording.ts";
import type { SessionReplay } from "./session-replay.ts";

/** The methods of a replay: those about delivery are real, the others answer as recorded. */
export function replayMethods(replay: SessionReplay, real: MethodTable): MethodTable {
  const table = new Map<string, MethodHandler>();
  for (const name of Object.keys(METHODS)) table.set(name, replay.answer);
  for (const name of DELIVERY_METHODS) table.set(name, real.get(name)!);
  table.set("getUpdates", (call) => polled(replay, real, call));
  table.set("setWebhook", (call) => hooked(replay, real, call));
  return table;
}

/** The poll begins first: it says which kinds of updates the bot wants. */
function polled(replay: SessionReplay, real: MethodTable, call: MethodCall): unknown {
  const updates = real.get("getUpdates")!(call);
  replay.begin(call.bot.id);
  return updates;
}

async function hooked(
  replay: SessionReplay,
  real: MethodTable,
  call: MethodCall,
): Promise<unknown> {
  const outcome = await real.get("setWebhook")!(call);
  replay.begin(call.bot.id);
  return outcome;
}
