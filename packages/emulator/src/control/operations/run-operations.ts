import { z } from "zod";
import { botSchema } from "../../world/world-file.ts";
import { operation } from "../operation.ts";

const clockAnswer = z.object({
  now_ms: z.number().describe("Milliseconds since the Unix epoch, on the emulated Telegram."),
  paused: z.boolean(),
});

const snapshotName = z.string().min(1).max(64);

/** The operations that steer the emulator itself. */
export const runOperations = {
  getClock: operation({
    id: "getClock",
    method: "GET",
    path: "/control/clock",
    tag: "run",
    summary: "What time it is",
    answer: clockAnswer,
  }),
  setClock: operation({
    id: "setClock",
    method: "POST",
    path: "/control/clock",
    tag: "run",
    summary: "Stop time, let it run, move it forward",
    body: z.strictObject({
      pause: z.literal(true).optional(),
      resume: z.literal(true).optional(),
      advance_ms: z
        .number()
        .min(0)
        .optional()
        .describe("Moves forward; everything that falls due on the way happens in order."),
      set: z
        .number()
        .min(0)
        .optional()
        .describe(
          "Milliseconds since the Unix epoch. A time in the past moves only what bots read.",
        ),
    }),
    answer: clockAnswer,
  }),
  reset: operation({
    id: "reset",
    method: "POST",
    path: "/control/reset",
    tag: "run",
    summary:
      "Back to how the world was at the start. Bots and webhooks stay; waiting updates are dropped",
    body: z.strictObject({}),
    answer: z.object({ reset: z.literal(true) }),
  }),
  takeSnapshot: operation({
    id: "takeSnapshot",
    method: "POST",
    path: "/control/snapshots",
    tag: "run",
    summary: "Keep everything as it is now under a name, for a later restore",
    description:
      "World, waiting updates, webhooks. It is kept in memory for as long as the emulator runs; " +
      "the same name again replaces it.",
    body: z.strictObject({ name: snapshotName }),
    answer: z.object({ names: z.array(z.string()).describe("All that are kept.") }),
  }),
  restoreSnapshot: operation({
    id: "restoreSnapshot",
    method: "POST",
    path: "/control/snapshots/restore",
    tag: "run",
    summary: "Go on from a snapshot, as often as wanted. Time goes on from where it is",
    body: z.strictObject({ name: snapshotName }),
    answer: z.object({ restored: z.literal(true) }),
  }),
  injectUpdate: operation({
    id: "injectUpdate",
    method: "POST",
    path: "/control/updates",
    tag: "run",
    summary: "Queue a raw update for a bot, for shapes that nothing here causes",
    body: z.strictObject({
      bot: botSchema.optional(),
      kind: z.string().min(1).describe("The update's field, for example `shipping_query`."),
      payload: z.looseObject({}),
    }),
    answer: z.object({ queued: z.literal(true) }),
  }),
};
