import { UPDATE_KINDS } from "@hookgram/bot-api";
import type { UpdateKind } from "@hookgram/bot-api";
import { requireBot } from "../../world/directory.ts";
import { EmulatorError } from "../../world/emulator-error.ts";
import type { ControlCall, HandlersOf } from "../control-call.ts";
import type { ControlHost, SteerableClock } from "../control-host.ts";
import type { runOperations } from "../operations/run-operations.ts";

type Operations = typeof runOperations;

/** Time, reset, raw updates. */
export function runHandlers(host: ControlHost): HandlersOf<Operations> {
  const { clock, world } = host;
  return {
    getClock: () => clockView(clock),
    setClock: async ({ body }) => {
      await steer(clock, body);
      return clockView(clock);
    },
    reset: async () => {
      await host.reset();
      return { reset: true };
    },
    injectUpdate: ({ body }) => {
      const kind = UPDATE_KINDS.find((known) => known === body.kind);
      if (kind === undefined) {
        throw new EmulatorError("bad-request", `"${body.kind}" is not a kind of update`);
      }
      const { id } = requireBot(world, body.bot);
      host.publish<UpdateKind>(id, kind, body.payload as never);
      return { queued: true };
    },
  };
}

function clockView(clock: SteerableClock): object {
  return { now_ms: clock.now(), paused: clock.isPaused };
}

/** In this order, so that one request can stop time and move it. */
async function steer(
  clock: SteerableClock,
  wanted: ControlCall<Operations["setClock"]>["body"],
): Promise<void> {
  if (wanted.pause === true) clock.pause();
  if (wanted.set !== undefined) await clock.set(wanted.set);
  if (wanted.advance_ms !== undefined) await clock.advance(wanted.advance_ms);
  if (wanted.resume === true) clock.resume();
}
