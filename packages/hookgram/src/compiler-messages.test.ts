import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Inside the package, so that its imports are found; git, the gate and the packing leave it out. */
const FOLDER = fileURLToPath(new URL("../out/compiler-messages", import.meta.url));

const PROLOGUE = `
import { z } from "zod";
import { Bot, callbackData, chatAction, command, conversation, drop, has, or, reject, Router, states, text } from "hookgram";
const router = new Router("shop");
const orders = new Router<{ customer: { id: number } }>("orders");
const Order = states("order", { start: null, count: z.object({ item: z.string() }) });
const Page = callbackData("page", { number: z.number() });
`;

interface Mistake {
  readonly title: string;
  readonly code: string;
  /** The lines of the compiler that a person needs to read, written by hand. */
  readonly says: readonly string[];
}

const MISTAKES: readonly Mistake[] = [
  {
    title: "a filter for messages on inline queries",
    code: `router.inlineQuery(has("photo"), () => undefined);`,
    says: [
      `Argument of type 'FilterObject<WithMessage, WithFields<"photo">>' is not assignable to parameter of type 'Filter<InlineQueryContext, WithFields<"photo">>'.`,
      `Type 'InlineQueryContext' is not assignable to type 'WithMessage'.`,
    ],
  },
  {
    title: "a filter for texts on buttons",
    code: `router.callbackQuery(text("Yes"), ({ answer }) => answer());`,
    says: [`Type 'CallbackQueryContext' is not assignable to type 'WithMessage'.`],
  },
  {
    title: "a filter for buttons on messages",
    code: `router.message(Page, ({ button }) => void button.number);`,
    says: [`Type 'MessageContext' is not assignable to type 'WithCallbackQuery'.`],
  },
  {
    title: "a field that a button does not carry",
    code: `router.callbackQuery(Page, ({ button }) => void button.page);`,
    says: [`Property 'page' does not exist on type '{ readonly number: number; }'.`],
  },
  {
    title: "an answer of a conversation that was not asked for",
    code: `conversation("c", async ({ ask, after }) => {
      const answer = await ask("?", { words: text(), late: after(5) });
      return answer.photo;
    });`,
    says: [
      `Property 'photo' does not exist on type '({ readonly case: "late"; } & EventContext<unknown>) | ({ readonly case: "words"; } & MessageContext & WithText<string>)'.`,
    ],
  },
  {
    title: "parameters of a method that an outgoing middleware is not for",
    code: `new Bot().outgoing("sendPhoto", (params, next) => next({ ...params, text: "a" }));`,
    says: [
      `Object literal may only specify known properties, and 'text' does not exist in type 'SendPhotoParams'.`,
    ],
  },
  {
    title: "a text that may be missing",
    code: `router.message(({ message, reply }) => reply(message.text));`,
    says: [
      `Argument of type 'string | undefined' is not assignable to parameter of type 'RichText'.`,
    ],
  },
  {
    title: "a field that no filter has asked for",
    code: `router.message(text(), ({ message, reply }) => reply(message.photo[0]!.file_id));`,
    says: [`'message.photo' is possibly 'undefined'.`],
  },
  {
    title: "a user who may be missing",
    code: `router.message(({ from, reply }) => reply(from.first_name));`,
    says: [`'from' is possibly 'undefined'.`],
  },
  {
    title: "a state's data without the state's filter",
    code: `router.message(text(), ({ data }) => void data.item);`,
    says: [`Property 'data' does not exist on type 'MessageContext & WithText<string>'.`],
  },
  {
    title: "a state's data where one of the states has none",
    code: `router.message(or(Order.start, Order.count), ({ data }) => void data.item);`,
    says: [`'data' is possibly 'null'.`],
  },
  {
    title: "a state entered without its data",
    code: `router.message(({ state }) => state.enter(Order.count));`,
    says: [`Expected 2 arguments, but got 1.`],
  },
  {
    title: "a state entered with the wrong data",
    code: `router.message(({ state }) => state.enter(Order.count, { item: 5 }));`,
    says: [`Type 'number' is not assignable to type 'string'.`],
  },
  {
    title: "a state without data entered with some",
    code: `router.message(({ state }) => state.enter(Order.start, { item: "tea" }));`,
    says: [`Expected 1 arguments, but got 2.`],
  },
  {
    title: "an update of a field that the state does not have",
    code: `router.message(Order.count, async ({ state }) => void (await state.update({ count: 1 })));`,
    says: [
      `Object literal may only specify known properties, and 'count' does not exist in type 'Partial<{ item: string; }>'.`,
    ],
  },
  {
    title: "a state without a schema",
    code: `states("order", { start: undefined });`,
    says: [`Type 'undefined' is not assignable to type 'StandardSchema<unknown, unknown> | null'.`],
  },
  {
    title: "data of a middleware that is not installed",
    code: `router.message(({ customer }) => void customer.name);`,
    says: [`Property 'customer' does not exist on type 'MessageContext'.`],
  },
  {
    title: "data of an inner middleware in a filter, which runs before it",
    code: `router.inner((_c, next) => next({ saved: 1 })).message(({ saved }) => saved > 0, () => {});`,
    says: [`Property 'saved' does not exist on type 'MessageContext'.`],
  },
  {
    title: "a router where nobody provides what it needs",
    code: `new Bot({ routers: [orders] });`,
    says: [
      `Types of property '[dataFromRoutersAbove]' are incompatible.`,
      `Type 'unknown' is not assignable to type '{ customer: { id: number; }; }'.`,
    ],
  },
  {
    title: "a button's field of the wrong type",
    code: `Page.pack({ number: "1" });`,
    says: [`Type 'string' is not assignable to type 'number'.`],
  },
  {
    title: "a button without one of its fields",
    code: `Page.keyboard({ Next: {} });`,
    says: [
      `Type '{}' is not assignable to type 'ButtonInput<{ readonly number: ZodNumber; }>'.`,
      `Property 'number' is missing in type '{}' but required in type '{ readonly number: number; }'.`,
    ],
  },
  {
    title: "a button with a field that it does not have",
    code: `Page.button("Next", { number: 1, colour: "red" });`,
    says: [
      `Object literal may only specify known properties, and 'colour' does not exist in type 'ButtonInput<{ readonly number: ZodNumber; }>'.`,
    ],
  },
  {
    title: "a button's field that cannot be packed",
    code: `callbackData("user", { name: z.string(), born: z.date() });`,
    says: [
      `Type 'ZodDate' is not assignable to type 'ZodDate & "a button's field is a text, a number, a boolean or null"'.`,
    ],
  },
  {
    title: "the shape of a state's data in place of its schema",
    code: `states("order", { count: { item: "string" } });`,
    says: [
      `Object literal may only specify known properties, and 'item' does not exist in type 'StandardSchema<unknown, unknown>'.`,
    ],
  },
  {
    title: "a kind of update where an own event belongs",
    code: `router.on("message", () => undefined);`,
    says: [
      `Argument of type 'string' is not assignable to parameter of type 'EventKind<never, unknown>'.`,
    ],
  },
  {
    title: "an argument that the command does not have",
    code: `router.message(command("pay", { args: { sum: z.string() } }), ({ args }) => void args.amount);`,
    says: [`Property 'amount' does not exist on type '{ readonly sum: string; }'.`],
  },
  {
    title: "arguments of a command that declares none",
    code: `router.message(command("pay"), ({ args }) => void args);`,
    says: [
      `Property 'args' does not exist on type 'MessageContext & { readonly command: CommandCall<"pay">; }'.`,
    ],
  },
  {
    title: "a text as a handler's result",
    code: `router.message(() => "Hello");`,
    says: [
      `Argument of type '() => string' is not assignable to parameter of type 'Handler<MessageContext>'.`,
      `Type 'string' is not assignable to type 'Promise<HandlerResult> | HandlerResult'.`,
    ],
  },
  {
    title: "an object as a handler's result",
    code: `router.message(async () => ({ text: "Hello" }));`,
    says: [
      `Type 'Promise<{ text: string; }>' is not assignable to type 'Promise<HandlerResult> | HandlerResult'.`,
    ],
  },
  {
    title: "drop as a handler's result",
    code: `router.message(() => drop);`,
    says: [`Type 'Drop' is not assignable to type 'Promise<HandlerResult> | HandlerResult'.`],
  },
  {
    title: "no handler behind the filters",
    code: `router.message(text("Hi"));`,
    says: [
      `Argument of type 'FilterObject<WithMessage, WithText<"Hi">>' is not assignable to parameter of type 'Handler<MessageContext>'.`,
    ],
  },
  {
    title: "a filter behind the handler",
    code: `router.message(({ reply }) => reply("Hi"), text("Hi"));`,
    says: [
      `Argument of type 'FilterObject<WithMessage, WithText<"Hi">>' is not assignable to parameter of type 'Handler<MessageContext & object>'.`,
    ],
  },
  {
    title: "a text as a filter's verdict",
    code: `router.message(({ message }) => message.text, () => undefined);`,
    says: [
      `Type 'string | undefined' is not assignable to type 'Promise<Verdict<object>> | Verdict<object>'.`,
    ],
  },
  {
    title: "a middleware that does not return what next gave",
    code: `router.outer(async (_context, next) => { await next(); });`,
    says: [
      `Type 'Promise<void>' is not assignable to type 'Drop | Promise<Drop | Skip | Passed<NoData>> | Skip | Passed<NoData>'.`,
    ],
  },
  {
    title: "a result that an outer middleware does not have",
    code: `router.outer(() => reject);`,
    says: [
      `Type 'Reject' is not assignable to type 'Drop | Promise<Drop | Skip | Passed<NoData>> | Skip | Passed<NoData>'.`,
    ],
  },
  {
    title: "a parameter of reply in another spelling",
    code: `router.message(({ reply }) => reply("Hi", { parseMode: "HTML" }));`,
    says: [
      `Object literal may only specify known properties, but 'parseMode' does not exist in type 'ReplyParams'. Did you mean to write 'parse_mode'?`,
    ],
  },
  {
    title: "a parameter of a call in another spelling",
    code: `router.message(async ({ api, chat }) => void (await api.sendMessage({ chatId: chat.id, text: "Hi" })));`,
    says: [
      `Object literal may only specify known properties, but 'chatId' does not exist in type 'SendMessageParams'. Did you mean to write 'chat_id'?`,
    ],
  },
  {
    title: "a reply to an update that has no chat",
    code: `router.inlineQuery(({ reply }) => reply("Hi"));`,
    says: [`Property 'reply' does not exist on type 'InlineQueryContext'.`],
  },
  {
    title: "an answer to a message",
    code: `router.message(({ answer }) => answer("Hi"));`,
    says: [`Property 'answer' does not exist on type 'MessageContext'.`],
  },
  {
    title: "a payload under another kind's name",
    code: `router.callbackQuery(({ message }) => void message);`,
    says: [`Property 'message' does not exist on type 'CallbackQueryContext'.`],
  },
  {
    title: "a field that messages do not have",
    code: `router.message(has("foto"), () => undefined);`,
    says: [`Argument of type '"foto"' is not assignable to parameter of type 'OptionalField'.`],
  },
  {
    title: "a kind of update in another spelling",
    code: `router.filter("callbackQuery", () => true);`,
    says: [
      `Argument of type '"callbackQuery"' is not assignable to parameter of type 'UpdateKind'.`,
    ],
  },
  {
    title: "a value that the flag does not have",
    code: `chatAction("typin");`,
    says: [
      `Argument of type '"typin"' is not assignable to parameter of type 'SendChatActionAction | undefined'.`,
    ],
  },
  {
    title: "a token where the bot's routers belong",
    code: `new Bot("42:token");`,
    says: [`Type '"42:token"' has no properties in common with type 'BotOptions'.`],
  },
  {
    title: "an error whose class nobody has asked for",
    code: `router.errors(({ error }) => void error.message);`,
    says: [`'error' is of type 'unknown'.`],
  },
];

describe("what the compiler says to a mistake", () => {
  let messages: readonly (readonly string[])[];
  before(async () => {
    messages = await compile(MISTAKES.map(({ code }) => code));
  });
  after(() => rmSync(FOLDER, { recursive: true }));

  for (const [index, { title, says }] of MISTAKES.entries())
    it(`names ${title}`, () => {
      const lines = messages[index]!;
      // The first line is what an editor shows; the others say why, in this order.
      const found = lines.filter((line) => says.includes(line));
      assert.deepEqual(found, says, lines.join("\n"));
    });
});

/** The messages for each piece of code, without places and indents. */
async function compile(pieces: readonly string[]): Promise<string[][]> {
  mkdirSync(FOLDER, { recursive: true });
  const config = {
    compilerOptions: {
      target: "es2024",
      module: "nodenext",
      types: ["node"],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
    },
    include: ["*.ts"],
  };
  writeFileSync(path.join(FOLDER, "tsconfig.json"), JSON.stringify(config));
  for (const [index, code] of pieces.entries())
    writeFileSync(path.join(FOLDER, `${index}.ts`), `${PROLOGUE}${code}\n`);
  const stdout = await run("tsc", ["-p", FOLDER, "--pretty", "false"]).then(
    () => "",
    (error: { readonly stdout: string }) => error.stdout,
  );
  const messages: string[][] = pieces.map(() => []);
  let current: string[] = [];
  for (const line of stdout.split("\n")) {
    const begin = /(?:^|[/\\])(\d+)\.ts\(\d+,\d+\): error TS\d+: (.*)$/.exec(line);
    if (begin !== null) current = messages[Number(begin[1])]!;
    const message = (begin?.[2] ?? line).trim();
    if (message !== "") current.push(message);
  }
  return messages;
}
