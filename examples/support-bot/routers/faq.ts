/** Frequent questions: pages of buttons, an answer behind each, and whether it helped. */
import { command, html, inlineKeyboard, joinHtml, Router } from "hookgram";

import { FaqButton, MenuButton, PersonButton, QuestionButton, VoteButton } from "../buttons.ts";
import type { CustomerDesk } from "../desk.ts";
import { type Question, QUESTIONS } from "../questions.ts";
import { type Screen, show } from "../screen.ts";

const PER_PAGE = 4;
const PAGES = Math.ceil(QUESTIONS.length / PER_PAGE);

export const faq = new Router<CustomerDesk>("faq");

faq.message(command("faq"), async (context) => {
  await context.state.leave();
  await show(context, listScreen(0));
});

faq.callbackQuery(FaqButton, async (context) => {
  await context.state.leave();
  await show(context, listScreen(context.button.page));
});

faq.callbackQuery(QuestionButton, async (context) => {
  const question = QUESTIONS.find(({ id }) => id === context.button.id);
  // A button of a question that is not asked any more leads to those that are.
  await show(context, question ? questionScreen(question, context.button.page) : listScreen(0));
});

faq.callbackQuery(VoteButton, async (context) => {
  const { button, customer, shop, step } = context;
  await step("vote", () => shop.votes.cast(customer.id, button.id, button.helpful));
  await show(context, button.helpful ? thanksScreen() : sorryScreen());
});

function listScreen(wanted: number): Screen {
  const page = Math.min(Math.max(Math.trunc(wanted), 0), PAGES - 1);
  const shown = QUESTIONS.slice(page * PER_PAGE, (page + 1) * PER_PAGE);
  const back = page > 0 ? [FaqButton.button("‹ Back", { page: page - 1 })] : [];
  const more = page < PAGES - 1 ? [FaqButton.button("More ›", { page: page + 1 })] : [];
  return {
    ...html`<b>Questions and answers</b>, page ${page + 1} of ${PAGES}`,
    reply_markup: inlineKeyboard([
      ...shown.map(({ id, question }) => [QuestionButton.button(question, { id, page })]),
      [...back, MenuButton.button("Menu", {}), ...more],
    ]),
  };
}

function questionScreen({ id, question, answer }: Question, page: number): Screen {
  return {
    ...joinHtml([html`<b>${question}</b>`, "", answer, "", "Was this helpful?"]),
    reply_markup: inlineKeyboard([
      [
        VoteButton.button("👍 Yes", { id, helpful: true }),
        VoteButton.button("👎 No", { id, helpful: false }),
      ],
      [FaqButton.button("All questions", { page }), MenuButton.button("Menu", {})],
    ]),
  };
}

function thanksScreen(): Screen {
  return {
    ...html`Thank you, I am glad that it helped.`,
    reply_markup: inlineKeyboard([
      [FaqButton.button("All questions", { page: 0 }), MenuButton.button("Menu", {})],
    ]),
  };
}

function sorryScreen(): Screen {
  return {
    ...html`I am sorry about that. A person can help you further.`,
    reply_markup: inlineKeyboard([
      [PersonButton.button("Talk to a person", {})],
      [FaqButton.button("All questions", { page: 0 }), MenuButton.button("Menu", {})],
    ]),
  };
}
