/** What compiles and what does not: handlers, routers and middlewares. Never run. */
import { BotApiError, type Message, type PhotoSize, type User } from "@hookgram/bot-api";
import { z } from "zod";
import {
  access,
  autoAnswer,
  Bot,
  callbackData,
  chatAction,
  chatType,
  command,
  type Context,
  drop,
  errorIs,
  flag,
  has,
  HookgramError,
  html,
  JOIN,
  not,
  or,
  reaction,
  PROMOTED,
  rateLimit,
  reject,
  Router,
  skip,
  text,
  transition,
} from "../index.ts";

/** Fails to compile unless `value` is of exactly the type `T`. */
declare function exactly<T>(): <U>(value: U & (Same<T, U> extends true ? U : never)) => void;
type Same<A, B> =
  (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;

const router = new Router("types");

// A handler finds the payload of its kind, and the helpers of its kind.
router.message(async ({ message, from, reply }) => {
  exactly<string | undefined>()(message.text);
  exactly<User | undefined>()(from);
  exactly<Message>()(await reply("Hello"));
});
router.callbackQuery(async ({ from, chat, answer, edit }) => {
  exactly<User>()(from);
  void chat?.id;
  await answer();
  await answer("Saved");
  await answer({ text: "Saved", show_alert: true });
  await edit("Done");
});
router.preCheckoutQuery(async ({ answer }) => void (await answer("Sold out")));
router.editedMessage(
  ({ message, update }) => void (message.edit_date ?? update.edited_message.date),
);
router.chatMember(({ chatMember }) => void chatMember.new_chat_member);
// @ts-expect-error Property 'message' does not exist on type 'Context<"inline_query">'
router.inlineQuery(({ message }) => void message);
// @ts-expect-error An inline query comes from no chat, so there is no `reply`
router.inlineQuery(({ reply }) => void reply);
// @ts-expect-error And nowhere to send anything else
router.inlineQuery(({ send }) => void send);
// @ts-expect-error A join request is not answered into the chat
router.chatJoinRequest(({ reply }) => void reply);
// @ts-expect-error A message has nothing to `answer`
router.message(({ answer }) => void answer);

// Other methods that send go to the same place, with the parameters and the result of each.
router.message(async ({ send }) => {
  exactly<Message>()(await send("sendPhoto", { photo: "id", caption: "Sea" }));
  exactly<Message>()(await send("sendDice"));
  exactly<Message[]>()(await send("sendMediaGroup", { media: [{ type: "photo", media: "id" }] }));
  // @ts-expect-error Property 'photo' is missing
  await send("sendPhoto", {});
  // @ts-expect-error The chat is filled in
  await send("sendPhoto", { chat_id: 1, photo: "id" });
  // @ts-expect-error It does not send anything to a chat
  await send("getMe");
});

// Around the calls of a method its parameters and its result are known.
new Bot()
  .outgoing("sendMessage", async (params, next) => {
    const text: string = params.text;
    const { message_id } = await next({ ...params, text: `${text}!` });
    // @ts-expect-error Property 'photo' does not exist
    void params.photo;
    return next({ chat_id: params.chat_id, text: `${message_id}` });
  })
  .outgoing(["sendPhoto", "sendVideo"], (params, next) => next({ ...params, has_spoiler: true }))
  // @ts-expect-error No method of the Bot API
  .outgoing("sendTelepathy", (_params, next) => next())
  // @ts-expect-error Another result than Telegram's
  .outgoing("getMe", async () => 5);

// A reaction is named by an emoji that Telegram has.
router.messageReaction(
  reaction("👍", { custom_emoji_id: "1" }),
  ({ added }) => void added[0]?.type,
);
// @ts-expect-error Not one of them
router.messageReaction(reaction("x"), () => undefined);
// @ts-expect-error A message is no reaction
router.message(reaction("👍"), () => undefined);

// A text with formatting is a text for `reply` and `edit`; a forged one is not.
router.message(({ reply, from }) => reply(html`<b>${from?.first_name ?? 5}</b>`));
// @ts-expect-error Somebody may have no name
router.message(({ reply, from }) => reply(html`<b>${from?.last_name}</b>`));
// @ts-expect-error An object of the same shape may come from anywhere
void html`${{ text: "<b>", parse_mode: "HTML" }}`;

// Filters narrow.
router.message(has("photo"), ({ message }) => exactly<PhotoSize[]>()(message.photo));
router.message(has("photo", "caption"), ({ message }) => exactly<string>()(message.caption));
router.message(text(), ({ message }) => exactly<string>()(message.text));
router.message(text(["Yes", "No"]), ({ message }) => exactly<"Yes" | "No">()(message.text));
router.message(text(/(\d+)/), ({ match }) => exactly<RegExpExecArray>()(match));
router.message(command(["on", "off"]), (context) => {
  exactly<"on" | "off">()(context.command.name);
  exactly<readonly string[]>()(context.command.words);
});
router.message(command(/set(\w+)/), (context) => {
  exactly<string>()(context.command.name);
  exactly<RegExpExecArray>()(context.match);
});
const remind = { args: { minutes: z.coerce.number(), what: z.string().optional() } };
router.message(command("remind", remind), ({ args }) => {
  exactly<number>()(args.minutes);
  exactly<string | undefined>()(args.what);
});
// @ts-expect-error Property 'args' does not exist: the command says nothing about its arguments
router.message(command("remind"), ({ args }) => void args);
router.message(text(/^(?<hour>\d+)$/, z.object({ hour: z.coerce.number() })), ({ groups }) => {
  exactly<number>()(groups.hour);
});
router.poll(({ poll }) => void poll.question);
router.message(chatType("private"), ({ chat }) => exactly<"private">()(chat.type));
router.channelPost(has("video"), ({ message }) => void message.video.duration);
// @ts-expect-error Argument of type '"foto"' is not assignable
router.message(has("foto"), () => undefined);
// @ts-expect-error Property 'message' is missing in type 'Context<"inline_query">'
router.inlineQuery(has("photo"), () => undefined);
// @ts-expect-error `not` narrows nothing
router.message(not(has("photo")), ({ message }) => exactly<PhotoSize[]>()(message.photo));
router.message(or(has("photo"), has("video")), ({ message }) => {
  exactly<PhotoSize[] | undefined>()(message.photo);
});

// Transitions know what the members are before and after.
router.chatMember(PROMOTED, ({ chatMember }) => {
  exactly<"administrator">()(chatMember.new_chat_member.status);
  exactly<boolean>()(chatMember.new_chat_member.can_delete_messages);
});
router.myChatMember(transition("left", ["member", "restricted_inside"]), ({ chatMember }) => {
  exactly<"member" | "restricted">()(chatMember.new_chat_member.status);
});
// @ts-expect-error Argument of type '"banned"' is not assignable: Telegram says "kicked"
transition("member", "banned");
// @ts-expect-error Property 'chatMember' is missing in type 'Context<"message">'
router.message(JOIN, () => undefined);

// Functions are filters; what they return is merged, and the next filter sees it.
router.message(
  ({ message }) => message.text?.startsWith("#") === true && { tag: message.text.slice(1) },
  async ({ tag }) => (tag === "" ? null : { size: tag.length }),
  ({ tag, size }) => {
    exactly<string>()(tag);
    exactly<number>()(size);
  },
);
router.message(
  // @ts-expect-error A text is no verdict: return a boolean or an object
  ({ message }) => message.text ?? "",
  () => undefined,
);
router.message(
  () => true,
  // @ts-expect-error Property 'tag' does not exist
  ({ tag }) => void tag,
);

// A handler returns nothing, what a helper gave, `skip` or `reject`.
router.message(({ message }) => (message.text === undefined ? skip : reject));
router.message(async ({ reply, message }) => {
  if (message.text === undefined) return skip;
  await reply("Thanks");
  return undefined;
});
router.message(({ reply }) => reply("Hello"));
router.message(async ({ reply, message }) => (message.text === "no" ? skip : reply("Hello")));
router.callbackQuery(({ answer }) => answer());
router.callbackQuery(({ edit }) => edit("Done"));
router.inlineQuery(({ answer }) => answer([]));
router.preCheckoutQuery(({ answer }) => answer());
router.guestMessage(({ answer }) =>
  answer({
    type: "article",
    id: "1",
    title: "Hi",
    input_message_content: { message_text: "Hi" },
  }),
);
router.errors(({ reply }) => reply?.("Sorry"));
router.message(({ state }) => state.leave());
// @ts-expect-error An object that is no message: a filter's verdict, perhaps
router.message(() => ({ customer: { id: 1 } }));
// @ts-expect-error A text is no result; it was to be given to `reply`
router.message(() => "Hello");
// @ts-expect-error The same, later
router.message(async () => ({ found: true }));
// @ts-expect-error `drop` is for middlewares
router.message(() => drop);
// @ts-expect-error A button is pressed, not written
router.message(callbackData("menu", {}), () => undefined);

// Middlewares and root filters add to what follows.
const customers = new Router("customers")
  .outer(async ({ from }, next) => {
    if (from === undefined) return skip;
    const result = await next({ customer: { id: from.id } });
    return result.status === "unhandled" ? drop : result;
  })
  .filter(({ customer }) => customer.id > 0 && { known: true as const })
  .inner((_context, next) => next({ saved: new Date() }));
customers.message(({ customer, known, saved }) => {
  exactly<number>()(customer.id);
  exactly<true>()(known);
  exactly<Date>()(saved);
});
customers.message(
  // @ts-expect-error Inner middlewares run after filters, so filters do not see what they add
  ({ saved }) => saved === undefined,
  () => undefined,
);
customers.filter("message", has("text")).message(({ message }) => exactly<string>()(message.text));
customers
  .outer("callback_query", ({ callbackQuery }, next) => next({ press: callbackQuery.id }))
  .callbackQuery(({ press }) => exactly<string>()(press));
const pressed = new Router("pressed").inner("callback_query", (_context, next) =>
  next({ pressedAt: new Date() }),
);
pressed.callbackQuery(({ pressedAt }) => exactly<Date>()(pressedAt));
// @ts-expect-error Property 'pressedAt' does not exist: the middleware is for another kind
pressed.message(({ pressedAt }) => void pressedAt);
pressed.callbackQuery(
  // @ts-expect-error Inner middlewares run after filters, those of one kind as well
  ({ pressedAt }) => pressedAt === undefined,
  () => undefined,
);
// @ts-expect-error A middleware returns what `next` gave
customers.outer(async (_context, next) => void (await next()));
// @ts-expect-error A middleware returns what `next` gave, or says what becomes of the update
customers.inner(async () => undefined);
// @ts-expect-error An outer middleware has no handler's router to leave
customers.outer(() => reject);

// A router that needs data can be included only where it is provided.
const orders = new Router<{ customer: { id: number } }>("orders");
orders.message(({ customer }) => exactly<number>()(customer.id));
customers.include(orders);
const bot = new Bot({ routers: [router, customers] });
// @ts-expect-error Property 'customer' is missing
bot.include(orders);
// @ts-expect-error Property 'customer' is missing
void new Bot({ routers: [orders] });
new Bot().outer((_context, next) => next({ customer: { id: 1, name: "Ada" } })).include(orders);
// @ts-expect-error A bot is the root
router.include(bot);

// Error handlers see what had been added, if it had.
customers.errors(({ error, failure, customer, reply }) => {
  exactly<unknown>()(error);
  exactly<HookgramError>()(failure);
  exactly<{ id: number } | undefined>()(customer);
  void reply?.("Sorry");
});
bot.errors(errorIs(HookgramError, "failed"), ({ error }) => void error.code);
bot.errors(errorIs([BotApiError, HookgramError], /(\d+)/), ({ error, match }) => {
  exactly<BotApiError | HookgramError>()(error);
  exactly<RegExpExecArray>()(match);
});

// Flags are typed remarks about a handler; as filters they add nothing.
const audit = flag<"full" | "none">("audit");
const adminOnly = flag("adminOnly");
router.message(audit("full"), adminOnly(), text(), ({ message, handler }) => {
  exactly<string>()(message.text);
  exactly<"full" | "none" | undefined>()(audit.of(handler));
  exactly<true | undefined>()(adminOnly.of(handler));
});
router.callbackQuery(audit("none"), ({ answer }) => answer());
// @ts-expect-error Argument of type '"half"' is not assignable to parameter of type '"full" | "none"'
audit("half");
// @ts-expect-error Expected 1 arguments, but got 0
audit();
// @ts-expect-error Expected 0 arguments, but got 1
adminOnly(true);

router.callbackQuery(autoAnswer("Saved"), ({ edit }) => edit("Done"));
// @ts-expect-error Property 'callbackQuery' is missing: a message has no progress bar
router.message(autoAnswer("Saved"), () => undefined);
// @ts-expect-error Type '"typin"' is not assignable
chatAction("typin");
router.message(
  chatAction(),
  rateLimit({ limit: 5, perMs: 60_000 }),
  access({ users: [7] }),
  () => {},
);
// @ts-expect-error Property 'perMs' is missing
rateLimit({ limit: 5 });

// Handlers may be objects and classes; they are checked like functions.
router.message(text(), { handle: ({ message }) => exactly<string>()(message.text) });
class TextHandler {
  readonly context: Context<"message"> & { readonly message: { readonly text: string } };
  constructor(context: TextHandler["context"]) {
    this.context = context;
  }
  handle(): void {}
}
router.message(text(), TextHandler);
// @ts-expect-error The text may be missing without the filter
router.message(TextHandler);
// @ts-expect-error Property 'message' is missing in type 'Context<"inline_query">'
router.inlineQuery(TextHandler);
// @ts-expect-error A text is no result
router.message({ handle: () => "Hello" });
