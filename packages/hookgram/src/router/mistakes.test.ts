/**
 * What somebody reads who has put something in the wrong place. The compiler says most of it first;
 * these are for programs without types, and for imports that go in a circle.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  and,
  Bot,
  callbackData,
  command,
  type Context,
  eventKind,
  inlineKeyboard,
  not,
  or,
  Router,
  Scene,
  states,
  text,
} from "../index.ts";
import { createTestHost, sampleUpdate } from "../testing.ts";

const any = (value: unknown): never => value as never;
const handler = (): void => undefined;
const router = (): Router => new Router("shop");

const CASES: readonly (readonly [() => unknown, string])[] = [
  [
    () => router().message(any("start"), handler),
    'Router "shop", message: filter 1 is "start"; write text("start"), command("start") or what callbackData() gives',
  ],
  [
    () => router().message(text(), any(/a+/), handler),
    'Router "shop", message: filter 2 is /a+/; write text(/a+/)',
  ],
  [
    () => router().message(any(true), handler),
    'Router "shop", message: filter 1 is true; paths are compared by their own words: F.message.text.is("Yes")',
  ],
  [
    () => router().message(any(undefined), handler),
    'Router "shop", message: filter 1 is undefined; if it is imported, the two files import each other',
  ],
  [
    () => router().message(any(states("order", { start: null })), handler),
    'Router "shop", message: filter 1 is a group of states; write inGroup(group), or one of its states',
  ],
  [
    () => router().message(any(eventKind("paid")), handler),
    'Router "shop", message: filter 1 is a kind of event; its handlers are added by on(kind, …)',
  ],
  [
    () => router().message(any(Promise.resolve(true)), handler),
    'Router "shop", message: filter 1 is a promise; await it first, or write an async function',
  ],
  [
    () => router().filter(any([text()])),
    'Router "shop", filter: it is given a list; write and(…) or or(…)',
  ],
  [
    () => router().message(any(command("start"))),
    'Router "shop", message: there is no handler behind the filter command(start)',
  ],
  [
    () => router().message(command("start"), any(undefined)),
    'Router "shop", message: the last argument is the handler, a function or an object with handle(), not undefined; if it is imported, the two files import each other',
  ],
  [
    () => router().outer(any("callbackQuery"), any(handler)),
    'Router "shop", outer: "callbackQuery" is no kind of update; write "callback_query"',
  ],
  [
    () => router().include(any(undefined)),
    'Router "shop", include: it takes routers, not undefined; if it is imported, the two files import each other',
  ],
  [
    () => router().include(any([router()])),
    'Router "shop", include: it takes routers, not a list; write include(...list)',
  ],
  [
    () => router().include(any(Router)),
    'Router "shop", include: it takes routers, not a function; include what it makes',
  ],
  [
    () => new Bot(any("1234:AAsecret")),
    "Bot: the token goes to what runs the bot, such as listen({ bot, token })",
  ],
  [
    () => new Bot(any({ token: "1234:AAsecret" })),
    "Bot: the token goes to what runs the bot, such as listen({ bot, token })",
  ],
  [() => new Bot(any({ routers: router() })), "Bot: routers is a list"],
  [
    () => new Bot({ moreUpdates: any(["chatMember"]) }),
    'Bot, moreUpdates: "chatMember" is no kind of update; write "chat_member"',
  ],
  [
    () => and(text(), any("x")),
    'and(): filter 2 is "x"; write text("x"), command("x") or what callbackData() gives',
  ],
  [() => or(any(null), text()), "or(): filter 1 is null"],
  [() => new Bot().outgoing(any("sendMessage")), 'Router "bot", outgoing: it takes a function'],
  [
    () =>
      new Bot().outgoing(
        any(["sendMesage"]),
        any(() => undefined),
      ),
    'Router "bot", outgoing: "sendMesage" is no method of the Bot API; write "sendMessage"',
  ],
  [
    () => new Bot().outgoing("getMe", any(undefined)),
    'Router "bot", outgoing: behind the methods it takes a function',
  ],
  [() => not(any(7)), "not(): filter 1 is a number"],
  [
    () => command(any(undefined)),
    'command(undefined): a command is one word without "/", "@" and spaces; write command("start") for /start',
  ],
  [() => command([]), "command([]): it takes one command or several"],
  [
    () => states("order", any({ start: { city: "string" } })),
    'states("order"): "start" takes null, or a schema as zod and valibot make them',
  ],
  [() => states("order", any(undefined)), 'states("order"): a group needs at least one state'],
  [() => callbackData(any(undefined), {}), 'callbackData("undefined"): it needs a name'],
  [
    () => inlineKeyboard(any([{ text: "a", url: "https://a.example" }])),
    "inlineKeyboard: row 1 is no list of buttons; write [[button, …], …]",
  ],
];

describe("a mistake in building a bot", () => {
  for (const [build, message] of CASES)
    it(`is told as: ${message}`, () => assert.throws(build, { name: "HookgramError", message }));
});

const Order = states("order", { start: null });

/** What a handler does wrong, and what it is told. */
const IN_HANDLERS: readonly (readonly [(context: Context<"message">) => unknown, string])[] = [
  [({ state }) => state.enter<null>(any(Order)), "state.enter: it takes one state of a group"],
  [
    ({ state }) => state.enter<null>(any("order:start")),
    "state.enter: it takes one state of a group",
  ],
  [({ state }) => state.read(any(Order)), "state.read: it takes one state of a group"],
  [({ emit }) => emit(any("paid"), null), "An event is of a kind that eventKind() gives"],
  [
    () => new Scene(Order.start).enter(any(undefined)),
    "Scene order:start, enter: it takes the context that the handler was given",
  ],
];
describe("a mistake in a handler", () => {
  for (const [act, message] of IN_HANDLERS)
    it(`is told as: ${message}`, async () => {
      const bot = new Bot();
      bot.message(async (context) => void (await act(context)));
      await assert.rejects(createTestHost(bot).feed(sampleUpdate("message")), {
        message: `Handler bot/message#1 failed: ${message}`,
      });
    });
});
