/**
 * Fills in a form, one question after the other:
 *
 *     name ──▶ likesBots ──▶ language ──▶ done
 *                  └── No ──────────────▶ done
 */
import { Bot, command, replyKeyboard, Router, states, text } from "hookgram";
import { z } from "zod";

const withName = z.object({ name: z.string() });

// Each state says what is known by then. It is stored, so a restart of the bot loses nothing.
const Form = states(
  "form",
  { name: null, likesBots: withName, language: withName },
  { ttlMs: 24 * 60 * 60 * 1000 },
);

const form = new Router("form");

form.message(command("start"), async ({ state, reply }) => {
  await state.enter(Form.name);
  await reply("Hi there! What's your name?", { reply_markup: { remove_keyboard: true } });
});

form.message(command("cancel"), async ({ state, reply }) => {
  await state.leave();
  await reply("Cancelled.", { reply_markup: { remove_keyboard: true } });
});

form.message(Form.name, text(), async ({ message, state, reply }) => {
  await state.enter(Form.likesBots, { name: message.text });
  await reply(`Nice to meet you, ${message.text}! Do you like to write bots?`, {
    reply_markup: replyKeyboard([["Yes", "No"]]),
  });
});

form.message(Form.likesBots, text("No"), async ({ data, state, reply }) => {
  await state.leave();
  await reply(`Not bad, not terrible. See you soon, ${data.name}.`, {
    reply_markup: { remove_keyboard: true },
  });
});

form.message(Form.likesBots, text("Yes"), async ({ data, state, reply }) => {
  await state.enter(Form.language, data);
  await reply("So do I! In which language?", {
    reply_markup: { remove_keyboard: true },
  });
});

// Whatever else is written here.
form.message(Form.likesBots, text(), ({ reply }) => reply("Please say Yes or No."));

form.message(Form.language, text(), async ({ message, data, state, reply }) => {
  await state.leave();
  await reply(`${data.name} writes bots in ${message.text}. Noted!`);
});

export default new Bot({ routers: [form] });
