import { z } from "zod";
import { operation } from "../operation.ts";
import { messageAnswer, personField, whereBody } from "./shapes.ts";

/** What people do with Web Apps. */
export const webAppOperations = {
  launch: operation({
    id: "launch",
    method: "POST",
    path: "/control/launch",
    tag: "act",
    summary: "A person opens a Web App",
    description:
      "By an inline button or a button of the reply keyboard with this label, or by the menu " +
      "button. Apps of keyboard buttons are told nothing, and send data with `/control/web-app-data`. " +
      "With `link` it is a direct link instead, in any chat: the app learns the type of the chat and " +
      "what the link says.",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      label: z.string().min(1).optional().describe("Left out: the menu button."),
      message_id: z.int().min(1).optional(),
      link: z
        .strictObject({
          url: z.url().describe("Where the app is; BotFather knows it, the emulator does not."),
          start_param: z
            .string()
            .regex(/^[\w-]{1,512}$/)
            .optional()
            .describe("What stands behind `startapp=`."),
        })
        .optional()
        .describe("`https://t.me/bot/app?startapp=…` was followed."),
    }),
    answer: z.object({
      source: z.enum(["inline", "keyboard", "menu", "link"]),
      url: z.string().describe("What a browser opens, with what the app is told after the `#`."),
      init_data: z.string().describe("Signed, as `Telegram.WebApp.initData` has it."),
      query_id: z.string().optional().describe("What the bot passes to `answerWebAppQuery`."),
      public_key: z.string().describe("Ed25519, in hexadecimal digits: `signature` is made by it."),
    }),
  }),
  sendWebAppData: operation({
    id: "sendWebAppData",
    method: "POST",
    path: "/control/web-app-data",
    tag: "act",
    summary: "A Web App that a keyboard button opened sends its data",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      button_text: z.string().min(1),
      data: z.string().min(1).max(4096),
    }),
    answer: messageAnswer,
  }),
  sendPrepared: operation({
    id: "sendPrepared",
    method: "POST",
    path: "/control/send-prepared",
    tag: "act",
    summary: "A person sends a message that a bot has prepared for its Web App",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      prepared_message_id: z.string().min(1),
    }),
    answer: messageAnswer,
  }),
};
