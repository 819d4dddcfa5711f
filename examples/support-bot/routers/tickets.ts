/**
 * The customer's end of a ticket: say what it is about, then go on writing; every message reaches
 * the operators' group until one of the two ends it. The group's end is in operators.ts.
 */
import type { Message } from "@hookgram/bot-api";
import { command, html, inlineKeyboard, joinHtml, noCommand, Router, states } from "hookgram";

import { CancelButton, EndTicketButton, MenuButton, PersonButton } from "../buttons.ts";
import { CONVERSATION_TTL_MS, type CustomerDesk, type Visit } from "../desk.ts";
import { type Screen, show } from "../screen.ts";
import type { Ticket } from "../shop/tickets.ts";
import { announce, causeOf, closeTicket, type GroupContext, passToGroup } from "../ticket-desk.ts";

const Opening = states("ticket", { problem: null }, { ttlMs: CONVERSATION_TTL_MS });

export const tickets = new Router<CustomerDesk>("tickets");

tickets.message(command("person"), talkToPerson);
tickets.callbackQuery(PersonButton, talkToPerson);

// The problem may be a text, a photo, a document: whatever it is, it is copied to the group.
tickets.message(Opening.problem, isStaffed, noCommand(), async (context) => {
  const { shop, customer, message, state, step, update, reply } = context;
  await state.leave();
  const cause = causeOf(update);
  const ticket = await step("open ticket", () => shop.tickets.open(customer.id, cause));
  if (!(await announce(context, ticket, message))) {
    await step("give up", () => shop.tickets.close(ticket.id, `${cause}: nobody there`));
    context.logger.error({ ticket: ticket.id }, "The operators' group cannot be reached");
    return show({ reply }, nobodyScreen());
  }
  await pass(context, ticket);
  await show({ reply }, openedScreen(ticket));
});

/** From now on the ticket is the conversation: this stands after the menu, and before the fallback. */
tickets.message(noCommand(), isStaffed, hasOpenTicket, (context) => pass(context, context.ticket));

tickets.callbackQuery(EndTicketButton, isStaffed, async (context) => {
  const { button, customer, shop, answer } = context;
  const ticket = shop.tickets.find(button.ticket);
  const isOwn = ticket?.personId === customer.id;
  if (!isOwn || !(await closeTicket(context, ticket, customer.first_name))) {
    await answer("This ticket is closed already.");
    return;
  }
  await answer();
});

/** Filter: there is a group whose people answer. */
function isStaffed({ operatorsChatId }: CustomerDesk) {
  return operatorsChatId !== undefined && { operatorsChatId };
}

/** Filter: the customer is talking with the operators, by this ticket. */
function hasOpenTicket({ shop, customer }: CustomerDesk) {
  const ticket = shop.tickets.openOf(customer.id);
  return ticket !== undefined && { ticket };
}

async function talkToPerson(context: Visit): Promise<void> {
  const { state, shop, customer, operatorsChatId } = context;
  await state.leave();
  if (operatorsChatId === undefined) return show(context, nobodyScreen());
  const ticket = shop.tickets.openOf(customer.id);
  if (ticket !== undefined) return show(context, openedScreen(ticket));
  await state.enter(Opening.problem);
  await show(context, {
    ...html`What is it about? Please say it in one message; a photo or a document is fine, too.`,
    reply_markup: CancelButton.keyboard({ Cancel: {} }),
  });
}

async function pass(
  context: GroupContext & { readonly message: Message; readonly reply: Visit["reply"] },
  ticket: Ticket,
): Promise<void> {
  if ((await passToGroup(context, ticket, context.message)) === "passed") return;
  await context.reply("Sorry, that could not be passed on. Could you say it in words?");
}

function openedScreen({ id }: Ticket): Screen {
  return {
    ...joinHtml([
      `💬 Your ticket ${id} is with our people. They answer here, Monday to Friday 9–18.`,
      "Until it is closed, everything that you write here reaches them.",
    ]),
    reply_markup: inlineKeyboard([
      [EndTicketButton.button("Close the ticket", { ticket: id })],
      [MenuButton.button("Menu", {})],
    ]),
  };
}

function nobodyScreen(): Screen {
  return {
    ...html`Sorry, nobody is at the desk now. Please write to help@lamp-and-lantern.example.`,
    reply_markup: MenuButton.keyboard({ Menu: {} }),
  };
}
