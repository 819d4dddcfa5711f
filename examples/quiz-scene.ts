/** A quiz as two scenes: a question, which comes again and again, and the result. */
import { Bot, callbackData, command, Router, Scene, states } from "hookgram";
import { z } from "zod";

const QUESTIONS = [
  { text: "What is the capital of France?", answers: ["Paris", "Lyon"], right: "Paris" },
  { text: "How many legs has a spider?", answers: ["6", "8"], right: "8" },
  { text: "Which planet is the largest?", answers: ["Jupiter", "Saturn"], right: "Jupiter" },
];

const Quiz = states("quiz", {
  question: z.object({ step: z.number(), given: z.array(z.string()) }),
  result: z.object({ given: z.array(z.string()) }),
});

const Answer = callbackData("answer", { step: z.number(), text: z.string() });
const question = new Scene(Quiz.question);
const result = new Scene(Quiz.result);

// Runs on every way here: at the start, from the question before, and back from the next one.
question.onEnter(async ({ data: { step }, reply }) => {
  const { text, answers } = QUESTIONS[step]!;
  const buttons = answers.map((answer) => [answer, { step, text: answer }]);
  await reply(`${step + 1}. ${text}\n\n/back /exit`, {
    reply_markup: Answer.keyboard(Object.fromEntries(buttons)),
  });
});

question.callbackQuery(Answer, async ({ button, data, scene, answer }) => {
  if (button.step !== data.step) {
    await answer("That was another question.");
    return;
  }
  await answer();
  const given = [...data.given, button.text];
  if (given.length === QUESTIONS.length) return scene.goTo(result, { given });
  return scene.goTo(question, { step: data.step + 1, given });
});

question.message(command("back"), ({ scene }) => scene.back());
question.message(command("exit"), ({ scene }) => scene.exit());
question.message(({ reply }) => reply("Please press one of the answers."));
question.onExit(({ reply }) => reply("Another time, then. /quiz"));

result.onEnter(async ({ data, reply }) => {
  const marks = QUESTIONS.map(({ text, right }, index) =>
    data.given[index] === right ? `✅ ${text}` : `❌ ${text} ${right}`,
  );
  await reply([...marks, "", "/quiz"].join("\n"));
});

const start = new Router("start");

start.message(command(["start", "quiz"]), (context) =>
  question.enter(context, { step: 0, given: [] }),
);

// `start` comes first, so that /quiz begins anew in the middle of a quiz, too.
export default new Bot({ routers: [start, question, result] });
