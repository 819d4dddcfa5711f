/**
 * The operators' end of a ticket, in their group: a reply to one of the bot's messages reaches the
 * customer; what operators say among themselves stays among them.
 */
import { command, type CommonContext, type Context, noCommand, Router } from "hookgram";

import { CloseTicketButton } from "../buttons.ts";
import type { Desk } from "../desk.ts";
import { closeTicket, passToCustomer } from "../ticket-desk.ts";

export const operators = new Router<Desk>("operators").filter(inOperatorsGroup);

operators.message(command("close"), aboutTicket, async (context) => {
  const { ticket, message, reply } = context;
  const closed = await closeTicket(context, ticket, message.from?.first_name ?? "an operator");
  if (!closed) await reply(`Ticket ${ticket.id} is closed already.`);
});

operators.message(command("close"), async ({ reply }) => {
  await reply("Which one? Send /close as a reply to one of my messages of the ticket.");
});

operators.message(noCommand(), aboutTicket, async (context) => {
  const { ticket, answers, message, reply } = context;
  const reply_parameters = { message_id: message.message_id, allow_sending_without_reply: true };
  if (!ticket.open) {
    await reply(`Ticket ${ticket.id} is closed: this did not reach the customer.`, {
      reply_parameters,
    });
    return;
  }
  const outcome = await passToCustomer(context, ticket, { message, answers });
  if (outcome === "passed") return;
  const reason = outcome === "blocked" ? "has blocked me" : "cannot be sent such a message";
  await reply(`This did not arrive: the customer ${reason}.`, { reply_parameters });
});

operators.callbackQuery(CloseTicketButton, async (context) => {
  const { button, shop, from, answer } = context;
  const ticket = shop.tickets.find(button.ticket);
  const closed = ticket !== undefined && (await closeTicket(context, ticket, from.first_name));
  await answer(closed ? "Closed." : "This ticket is closed already.");
});

operators.callbackQuery(async ({ answer }) => {
  await answer("This button is out of date.");
});

/** Filter: it happens in the operators' group, whose id is known then. */
function inOperatorsGroup({ chat, operatorsChatId }: Desk & CommonContext) {
  return chat !== undefined && chat.id === operatorsChatId && { operatorsChatId };
}

/** Filter: the message is a reply to one of the bot's messages of a ticket. */
function aboutTicket({ message, me, shop }: Desk & Context<"message">) {
  const target = message.reply_to_message;
  if (target?.from?.id !== me.id) return false;
  const found = shop.tickets.byGroupMessage(target.message_id);
  return found !== undefined && { ticket: found.ticket, answers: found.customerMessageId };
}
