/** What the magic filter knows about types. Never run. */
import type { Message, PhotoSize, User } from "@hookgram/bot-api";
import { and, F, magic, not, or, Router } from "../index.ts";

/** Fails to compile unless `value` is of exactly the type `T`. */
declare function exactly<T>(): <U>(value: U & (Same<T, U> extends true ? U : never)) => void;
type Same<A, B> =
  (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;

const router = new Router("magic");

// A path by itself: something is there.
router.message(F.message.photo, ({ message }) => exactly<PhotoSize[]>()(message.photo));
router.message(F.message.reply_to_message.from.username, ({ message }) => {
  exactly<string>()(message.reply_to_message.from.username);
});
router.callbackQuery(F.callbackQuery.data, ({ callbackQuery }) => {
  exactly<string>()(callbackQuery.data);
});
router.message(F.from.is_bot, ({ from }) => exactly<true>()(from.is_bot));

// Tests narrow as far as they can.
router.message(F.message.chat.type.is("private"), ({ message }) => {
  exactly<"private">()(message.chat.type);
});
router.message(F.message.chat.type.is("group", "supergroup"), ({ message }) => {
  exactly<"group" | "supergroup">()(message.chat.type);
});
router.message(F.message.text.startsWith("#"), ({ message }) => exactly<string>()(message.text));
router.message(F.message.dice.value.above(3), ({ message }) =>
  exactly<number>()(message.dice.value),
);
router.message(
  F.message.entities.some(({ type }) => type === "url"),
  ({ message }) => {
    void message.entities.length;
  },
);
const isShort = (text: string): text is "a" | "b" => text.length === 1;
router.message(F.message.text.where(isShort), ({ message }) => {
  exactly<"a" | "b">()(message.text);
});
router.callbackQuery(F.callbackQuery.message.text.includes("?"), () => undefined);

// What a path leads to is given to the handler by name.
router.message(F.message.text.match(/(\d+)/).as("found"), ({ found }) => {
  exactly<RegExpExecArray>()(found);
});
router.message(F.message.photo.at(-1).file_id.as("fileId"), ({ fileId }) => {
  exactly<string>()(fileId);
});
router.message(F.message.text.map(Number).as("amount"), ({ amount }) => exactly<number>()(amount));
router.message(F.message.text.length.atMost(80), () => undefined);
router.message(F.message.chat.type.is("private").as("where"), ({ where }) => {
  exactly<"private">()(where);
});
router.message(F.from.as("author"), ({ author }) => exactly<User>()(author));

// They combine as all filters do.
router.message(or(F.message.photo, F.message.video), ({ message }) => {
  exactly<PhotoSize[] | undefined>()(message.photo);
});
router.message(and(F.message.photo, F.message.caption), ({ message }) => {
  exactly<string>()(message.caption);
});
router.message(not(F.message.photo), ({ message }) => exactly<Message["photo"]>()(message.photo));

// Data of middlewares has to be provided.
const Data = magic<{ readonly customer: { readonly isVip: boolean; readonly name?: string } }>();
const shop = new Router("shop").outer((_context, next) =>
  next({ customer: { isVip: true } as { isVip: boolean; name?: string } }),
);
shop.message(Data.customer.isVip, ({ customer }) => exactly<true>()(customer.isVip));
shop.message(Data.customer.name.as("name"), ({ name }) => exactly<string>()(name));
// @ts-expect-error Property 'customer' is missing
router.message(Data.customer.isVip, () => undefined);

// @ts-expect-error Property 'message' is missing in type 'Context<"inline_query">'
router.inlineQuery(F.message.photo, () => undefined);
// @ts-expect-error Property 'foto' does not exist
void F.message.foto;
// @ts-expect-error Argument of type '"secret"' is not assignable
void F.message.chat.type.is("secret");
// @ts-expect-error Property 'above' does not exist: a text is no number
void F.message.text.above(3);
// @ts-expect-error Property 'startsWith' does not exist: a number is no text
void F.message.message_id.startsWith("1");
