import { UPDATE_KINDS } from "@hookgram/bot-api";
import type { UpdateKind } from "@hookgram/bot-api";
import { requireBot } from "../../world/directory.ts";
import { EmulatorError } from "../../world/emulator-error.ts";
import type { ControlCall, HandlersOf } from "../control-call.ts";
import type { ControlHost, SteerableClock } from "../control-host.ts";
import type { TelegramSnapshot } from "../../snapshot-file.ts";
import type { runOperations } from "../operations/run-operations.ts";

type Operations = typeof runOperations;

/** Each may be as large as the world. */
const SNAPSHOTS_MAX = 32;

/** Time, reset, snapshots, raw updates. */
export function runHandlers(host: ControlHost): HandlersOf<Operations> {
  const { clock, world } = host;
  const snapshots = new Map<string, TelegramSnapshot>();
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
    takeSnapshot: ({ body }) => {
      const isRoom = snapshots.has(body.name) || snapshots.size < SNAPSHOTS_MAX;
      if (!isRoom) {
        throw new EmulatorError("conflict", `${SNAPSHOTS_MAX} snapshots are kept already`);
      }
      snapshots.set(body.name, host.snapshot());
      return { names: [...snapshots.keys()] };
    },
    restoreSnapshot: ({ body }) => {
      const snapshot = snapshots.get(body.name);
      if (snapshot === undefined) {
        const names = [...snapshots.keys()].join(", ") || "none";
        const line = `there is no snapshot "${body.name}": there are ${names}`;
        throw new EmulatorError("not-found", line);
      }
      host.restore(snapshot);
      return { restored: true };
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
