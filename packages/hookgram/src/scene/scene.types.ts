/** What compiles and what does not: scenes. Never run. */
import { z } from "zod";
import { Bot, command, Router, Scene, stateTimeout, states, text } from "../index.ts";

interface Desk {
  readonly shop: { readonly name: string };
}

const Quiz = states("quiz", {
  menu: null,
  question: z.object({ step: z.number(), hint: z.string().default("none") }),
  result: z.object({ score: z.coerce.number() }),
});
const menu = new Scene(Quiz.menu);
const question = new Scene(Quiz.question);
const result = new Scene(Quiz.result);

// Handlers know the scene's data, and so do hooks.
question.message(text(), async ({ data, message, state, scene }) => {
  const known: readonly [number, string, string] = [data.step, data.hint, message.text];
  await state.update({ step: data.step + 1 });
  await scene.goTo(menu);
  await scene.goTo(result, { score: message.text });
  await scene.retake();
  await scene.retake({ step: 2 });
  await scene.back();
  await scene.exit();
  void known;
  // @ts-expect-error Expected 2 arguments, but got 1
  await scene.goTo(question);
  // @ts-expect-error Type 'string' is not assignable to type 'number'
  await scene.goTo(question, { step: "1" });
  // @ts-expect-error Expected 1 arguments, but got 2
  await scene.goTo(menu, { step: 1 });
  // @ts-expect-error Property 'step' is missing
  await scene.retake({});
  // @ts-expect-error A state is no scene: nobody would run its hooks
  await scene.goTo(Quiz.menu);
});
question.onEnter(({ data, reply, scene }) => [data.step, reply("Well?"), scene]);
question.onLeave(async ({ state, data }) => state.update({ step: data.step - 1 }));
menu.onExit(({ data }) => {
  const none: null = data;
  void none;
});
question.on(stateTimeout, async ({ data, scene }) => void [data.step, await scene.exit()]);
// @ts-expect-error Property 'score' does not exist
result.onBack(({ data }) => data.score.length);
// @ts-expect-error Property 'message' does not exist: a hook runs for updates of any kind
menu.onEnter(({ message }) => message);

// Outside of a scene there is its `enter`; one without data is a handler by itself.
const router = new Router<Desk>("start");
router.message(command("quiz"), menu.enter);
router.callbackQuery(menu.enter);
router.message(command("ask"), (context) => question.enter(context, { step: 0 }));
// @ts-expect-error A scene with data cannot be entered without
router.message(command("ask"), question.enter);
// @ts-expect-error Property 'scene' does not exist
router.message(({ scene }) => scene);

// What hooks need, whoever enters the scene has to have.
const desk = new Scene<typeof Quiz.menu, Desk>(Quiz.menu);
desk.onEnter(({ shop, reply }) => reply(shop.name));
desk.message(({ shop, reply }) => reply(shop.name));
router.message(command("desk"), desk.enter);
const stranger = new Router("stranger");
// @ts-expect-error Property 'shop' is missing
stranger.message(command("desk"), desk.enter);
// @ts-expect-error A scene that needs less might be gone back to from one that needs more
menu.message(({ scene }) => scene.goTo(desk));
// @ts-expect-error And the other way round
desk.message(({ scene }) => scene.goTo(menu));

// A scene is included like a router, where its needs are provided.
new Bot({ routers: [menu, question] });
new Bot().outer((_context, next) => next({ shop: { name: "Tea" } })).include(desk, router);
// @ts-expect-error Property 'shop' is missing
new Bot().include(desk);
// @ts-expect-error It takes one state, not a group
new Scene(Quiz);
