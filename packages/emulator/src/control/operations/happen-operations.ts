import { z } from "zod";
import { botSchema, newBotSchema, userIdSchema } from "../../world/world-file.ts";
import { operation } from "../operation.ts";
import { idSchema, messageAnswer, personField, waitMsSchema, whereBody } from "./shapes.ts";

const messageId = z.int().min(1);

const addressSchema = z.strictObject({
  country_code: z.string().length(2),
  state: z.string(),
  city: z.string().min(1),
  street_line1: z.string().min(1),
  street_line2: z.string(),
  post_code: z.string(),
});

/** Paying, business, boosts and what else happens to a bot beside messages. */
export const happenOperations = {
  pay: operation({
    id: "pay",
    method: "POST",
    path: "/control/pay",
    tag: "act",
    summary: "A person pays an invoice",
    description:
      "The bot gets `shipping_query`, when the price depends on the address, and " +
      "`pre_checkout_query`, which it has to answer within 10 seconds of the emulated clock.",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      message_id: messageId.optional().describe("The message with the invoice."),
      invoice_link: z.string().min(1).optional().describe("Instead of `message_id`."),
      shipping_address: addressSchema.optional(),
      shipping_option_id: z.string().optional().describe("The first one when left out."),
      tip_amount: z.int().min(0).optional().describe("In the smallest units of the currency."),
      order_info: z
        .strictObject({
          name: z.string().optional(),
          phone_number: z.string().optional(),
          email: z.string().optional(),
          shipping_address: addressSchema.optional(),
        })
        .optional(),
      wait_ms: waitMsSchema.default(5000).describe("How long to wait for the end of it."),
    }),
    answer: z.object({
      state: z.enum(["shipping", "checkout", "paid", "failed"]),
      error: z.string().optional().describe("What the bot said when it refused."),
      charge: z.looseObject({}).optional().describe("The `successful_payment`."),
    }),
  }),
  buyMedia: operation({
    id: "buyMedia",
    method: "POST",
    path: "/control/buy-media",
    tag: "act",
    summary: "A person buys paid media",
    body: z.strictObject({ person: personField, ...whereBody, message_id: messageId }),
    answer: z.object({ stars: z.int() }),
  }),
  changeSubscription: operation({
    id: "changeSubscription",
    method: "POST",
    path: "/control/subscription",
    tag: "act",
    summary: "A person cancels a subscription, takes it up again, or has no Stars left for it",
    description: "An active one is charged again when the emulated clock reaches its end.",
    body: z.strictObject({
      person: personField,
      charge_id: z.string().min(1).describe("`telegram_payment_charge_id` of its payment."),
      state: z.enum(["active", "canceled", "failed"]),
    }),
    answer: z.object({ state: z.string() }),
  }),
  connectBusiness: operation({
    id: "connectBusiness",
    method: "POST",
    path: "/control/business",
    tag: "act",
    summary: "A person lets a bot answer in their name, or ends that",
    body: z.strictObject({
      person: personField,
      bot: botSchema.optional(),
      is_enabled: z.boolean().default(true),
      rights: z
        .array(z.string())
        .default(["can_reply", "can_read_messages", "can_delete_all_messages"]),
    }),
    answer: z.object({ business_connection: z.looseObject({ id: z.string() }) }),
  }),
  boost: operation({
    id: "boost",
    method: "POST",
    path: "/control/boost",
    tag: "act",
    summary: "A person boosts a chat, or takes the boost away",
    body: z.strictObject({
      person: personField,
      chat: idSchema,
      remove: z.boolean().default(false),
    }),
    answer: z.object({ boost_id: z.string() }),
  }),
  stopDraft: operation({
    id: "stopDraft",
    method: "POST",
    path: "/control/stop-draft",
    tag: "act",
    summary: "A person stops a text that the bot is still writing",
    body: z.strictObject({
      person: personField,
      bot: botSchema.optional(),
      draft_id: z.int().min(1),
    }),
    answer: z.object({ stopped: z.literal(true) }),
  }),
  sharePicked: operation({
    id: "sharePicked",
    method: "POST",
    path: "/control/share-picked",
    tag: "act",
    summary: "A person picks the people or the chat that a keyboard button asked for",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      request_id: z.int(),
      people: z.array(userIdSchema).min(1).max(10).optional(),
      picked_chat: z.int().optional(),
    }),
    answer: messageAnswer,
  }),
  answerSuggestion: operation({
    id: "answerSuggestion",
    method: "POST",
    path: "/control/answer-suggestion",
    tag: "act",
    summary: "A person approves or declines a post in the direct messages of a channel",
    description:
      "An administrator says so about a person's post; the person about one that a bot suggested.",
    body: z.strictObject({
      person: personField,
      chat: idSchema.describe("The direct messages chat."),
      message_id: messageId,
      approve: z.boolean(),
      send_date: z.int().optional().describe("Unix time; the suggested one when left out."),
      comment: z.string().max(128).optional(),
    }),
    answer: messageAnswer,
  }),
  addPollOption: operation({
    id: "addPollOption",
    method: "POST",
    path: "/control/add-poll-option",
    tag: "act",
    summary: "A person adds an option to a poll that allows it",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      message_id: messageId.describe("The message with the poll."),
      text: z.string().min(1).max(100),
    }),
    answer: messageAnswer,
  }),
  migrate: operation({
    id: "migrate",
    method: "POST",
    path: "/control/migrate",
    tag: "act",
    summary: "A basic group becomes a supergroup",
    body: z.strictObject({ chat: idSchema }),
    answer: z.object({ chat: z.int().describe("The id of the supergroup.") }),
  }),
  chooseResult: operation({
    id: "chooseResult",
    method: "POST",
    path: "/control/choose-result",
    tag: "act",
    summary: "A person sends one of the results of an inline query",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      inline_query_id: z.string().min(1),
      result_id: z.string().min(1),
    }),
    answer: messageAnswer,
  }),
  callGuest: operation({
    id: "callGuest",
    method: "POST",
    path: "/control/call-guest",
    tag: "act",
    summary: "A person calls a bot into a chat that it is not in",
    body: z.strictObject({
      person: personField,
      chat: idSchema,
      bot: botSchema.optional(),
      text: z.string().min(1).max(4096),
    }),
    answer: messageAnswer,
  }),
  createManagedBot: operation({
    id: "createManagedBot",
    method: "POST",
    path: "/control/managed-bots",
    tag: "act",
    summary: "A person makes a bot that another bot manages",
    body: z.strictObject({
      person: personField,
      manager: botSchema.optional(),
      bot: newBotSchema,
    }),
    answer: z.object({ bot: z.looseObject({ id: z.int() }) }),
  }),
};
