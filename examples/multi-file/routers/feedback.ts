import { command, Router, states, text } from "hookgram";

import type { Desk } from "../desk.ts";

const Feedback = states("feedback", { words: null });

export const feedback = new Router<Desk>("feedback");

feedback.message(command("feedback"), async ({ state, reply }) => {
  await state.enter(Feedback.words);
  await reply("I am listening.");
});

feedback.message(Feedback.words, text(), async ({ message, adminId, state, api, reply }) => {
  await api.sendMessage({ chat_id: adminId, text: `Feedback: ${message.text}` });
  await state.leave();
  await reply("Thank you!");
});
