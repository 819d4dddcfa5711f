import { UPDATE_KINDS } from "@hookgram/bot-api";
import { z } from "zod";
import { botSchema } from "../../world/world-file.ts";
import { operation } from "../operation.ts";

const ms = z.int().min(0).max(86_400_000).describe("Milliseconds of the emulated clock.");

const callFault = z.discriminatedUnion("do", [
  z.strictObject({
    do: z.literal("refuse"),
    error_code: z.int().min(400).max(599),
    description: z.string().optional().describe("Telegram's own words when left out."),
    retry_after: z.int().min(1).optional().describe("Seconds; for 429."),
  }),
  z.strictObject({ do: z.literal("delay"), ms }),
  z.strictObject({ do: z.literal("no-answer") }),
  z.strictObject({ do: z.literal("reset") }),
  z.strictObject({
    do: z.literal("garbage"),
    status: z.int().min(200).max(599).optional(),
    body: z.string().optional(),
  }),
  z.strictObject({ do: z.literal("lost-response") }),
]);

const deliveryFault = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("delay"), ms }),
  z.strictObject({ do: z.literal("duplicate") }),
  z.strictObject({ do: z.literal("lost-response") }),
  z.strictObject({ do: z.literal("reset") }),
]);

const scope = {
  bot: botSchema.optional().describe("All bots when left out."),
  chat: z.int().optional().describe("Only what is about this chat."),
  times: z.int().min(0).optional().describe("How many are hit. 1 unless said otherwise; 0: all."),
  probability: z.number().gt(0).max(1).optional(),
};

const rule = z.discriminatedUnion("on", [
  z.strictObject({
    on: z.literal("call"),
    ...scope,
    method: z.string().min(1).optional().describe("All methods when left out."),
    fault: callFault,
  }),
  z.strictObject({
    on: z.literal("delivery"),
    ...scope,
    kind: z.enum(UPDATE_KINDS).optional().describe("All kinds of updates when left out."),
    fault: deliveryFault,
  }),
]);

const floodLimits = z.object({ on: z.boolean() });

/** What goes wrong on purpose. */
export const faultOperations = {
  addFault: operation({
    id: "addFault",
    method: "POST",
    path: "/control/faults",
    tag: "run",
    summary: "Let calls of the Bot API, or deliveries to a webhook, go wrong",
    description:
      "The newest rule that fits is the one that hits. The journal says on each call what was " +
      "done to it.",
    body: rule,
    answer: z.object({ fault_id: z.int() }),
  }),
  listFaults: operation({
    id: "listFaults",
    method: "GET",
    path: "/control/faults",
    tag: "run",
    summary: "The rules in force, the newest first",
    answer: z.object({
      faults: z.array(z.object({ id: z.int(), hits: z.int(), rule: z.looseObject({}) })),
    }),
  }),
  clearFaults: operation({
    id: "clearFaults",
    method: "POST",
    path: "/control/faults/clear",
    tag: "run",
    summary: "Take one rule back, or all of them",
    body: z.strictObject({ fault_id: z.int().optional() }),
    answer: z.object({ faults_left: z.int() }),
  }),
  readFloodLimits: operation({
    id: "readFloodLimits",
    method: "GET",
    path: "/control/flood-limits",
    tag: "run",
    summary: "Whether Telegram's limits for sending are in force",
    answer: floodLimits,
  }),
  setFloodLimits: operation({
    id: "setFloodLimits",
    method: "POST",
    path: "/control/flood-limits",
    tag: "run",
    summary: "Refuse messages that come faster than Telegram allows, or no longer do so",
    description:
      "One message a second in a chat, 20 a minute in a group, 30 a second over all; more is " +
      "answered with 429. What was sent before does not count.",
    body: z.strictObject({ on: z.boolean() }),
    answer: floodLimits,
  }),
};
