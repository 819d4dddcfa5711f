/**
 * What both ends of a ticket have in common: messages are copied from the customer's chat to the
 * operators' group and back, and both ends are told when it is over.
 *
 * A handler may run a second time for the same update, because the process died or Telegram was
 * away. The runtime records the result of every API call and every step, and gives a second attempt
 * what the first one got: only what was under way when the process died happens again. So whatever
 * changes the shop stands in a step.
 */
import type { BotApi, Message, Update } from "@hookgram/bot-api";
import { html, inlineKeyboard, type Invocation, joinHtml } from "hookgram";

import { CloseTicketButton, MenuButton } from "./buttons.ts";
import { isRefusal, orRefusal } from "./refusal.ts";
import type { Shop } from "./shop/shop.ts";
import type { Ticket } from "./shop/tickets.ts";

/** What of a handler's context is needed here. */
export interface TicketContext {
  readonly shop: Shop;
  readonly api: BotApi;
  readonly step: Invocation["step"];
  readonly update: Update;
}

/** A context with the group, which is known to be there. */
export type GroupContext = TicketContext & { readonly operatorsChatId: number };

/**
 * Names an update for good. Its id alone would not do: Telegram counts from another number after a
 * week without updates.
 */
export function causeOf({ update_id, message, callback_query }: Update): string {
  return `${update_id}/${message?.date ?? callback_query?.id ?? ""}`;
}

/** Puts a new ticket into the group. Gives false when the group cannot be reached. */
export async function announce(
  { shop, api, step, operatorsChatId }: GroupContext,
  ticket: Ticket,
  { from, message_id }: Message,
): Promise<boolean> {
  const contact = from?.username === undefined ? "" : ` (@${from.username})`;
  const words = joinHtml([
    html`🎫 <b>Ticket ${ticket.id}</b> of ${from?.first_name ?? "somebody"}${contact}`,
    "",
    "Answer by a reply to one of my messages of this ticket; /close as a reply ends it.",
  ]);
  const reply_markup = closeKeyboard(ticket);
  const head = await orRefusal(
    api.sendMessage({ chat_id: operatorsChatId, ...words, reply_markup }),
  );
  if (isRefusal(head)) return false;
  const link = { groupMessageId: head.message_id, customerMessageId: message_id };
  await step("link head", () => shop.tickets.link(ticket.id, link));
  return true;
}

/** Copies the customer's message into the group, under the ticket. */
export async function passToGroup(
  { shop, api, step, operatorsChatId }: GroupContext,
  ticket: Ticket,
  { chat, message_id, reply_to_message }: Message,
): Promise<"passed" | "refused"> {
  const { tickets } = shop;
  const answered =
    reply_to_message && tickets.groupMessageOf(ticket.id, reply_to_message.message_id);
  const copy = await orRefusal(
    api.copyMessage({
      chat_id: operatorsChatId,
      from_chat_id: chat.id,
      message_id,
      ...replyTo(answered ?? tickets.headOf(ticket.id)),
    }),
  );
  if (isRefusal(copy)) return "refused";
  const link = { groupMessageId: copy.message_id, customerMessageId: message_id };
  await step("link copy", () => tickets.link(ticket.id, link));
  return "passed";
}

/** Copies an operator's message to the customer, as a reply to the message that it answers. */
export async function passToCustomer(
  { shop, api, step }: TicketContext,
  ticket: Ticket,
  { message, answers }: { readonly message: Message; readonly answers: number },
): Promise<"passed" | "blocked" | "refused"> {
  const { chat, message_id } = message;
  const copy = await orRefusal(
    api.copyMessage({
      chat_id: ticket.personId,
      from_chat_id: chat.id,
      message_id,
      ...replyTo(answers),
    }),
  );
  if (isRefusal(copy)) return copy.errorCode === 403 ? "blocked" : "refused";
  const link = { groupMessageId: message_id, customerMessageId: copy.message_id };
  await step("link copy", () => shop.tickets.link(ticket.id, link));
  return "passed";
}

/** Closes a ticket and tells both ends. Gives false when it was closed before. */
export async function closeTicket(
  { shop, api, step, update, operatorsChatId }: GroupContext,
  ticket: Ticket,
  closedBy: string,
): Promise<boolean> {
  const cause = causeOf(update);
  if (!(await step("close ticket", () => shop.tickets.close(ticket.id, cause)))) return false;
  const head = shop.tickets.headOf(ticket.id);
  // Takes the button away, if the message is still there.
  if (head !== undefined) {
    await orRefusal(api.editMessageReplyMarkup({ chat_id: operatorsChatId, message_id: head }));
  }
  const toGroup = html`✅ Ticket ${ticket.id} was closed by ${closedBy}.`;
  await orRefusal(api.sendMessage({ chat_id: operatorsChatId, ...toGroup, ...replyTo(head) }));
  // Somebody who has blocked the bot meanwhile does not need to know.
  const toCustomer = html`Ticket ${ticket.id} is closed. If there is more, just open a new one.`;
  const reply_markup = MenuButton.keyboard({ Menu: {} });
  await orRefusal(api.sendMessage({ chat_id: ticket.personId, ...toCustomer, reply_markup }));
  return true;
}

function closeKeyboard({ id }: Ticket): ReturnType<typeof inlineKeyboard> {
  return inlineKeyboard([[CloseTicketButton.button("Close the ticket", { ticket: id })]]);
}

/** A reply, and a plain message where the other message has been deleted. */
function replyTo(message_id: number | undefined): {
  reply_parameters?: { message_id: number; allow_sending_without_reply: true };
} {
  if (message_id === undefined) return {};
  return { reply_parameters: { message_id, allow_sending_without_reply: true } };
}
