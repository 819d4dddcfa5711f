/** The local Telegram with the support bot's world, and the people in it, for the tests. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import type { InlineKeyboardMarkup, Message } from "@hookgram/bot-api";
import { startTelegram, type Telegram } from "@hookgram/emulator";

import { controlOf, type Control, PATIENCE_MS } from "../telegram-user.ts";

const WORLD_FILE = new URL("../../examples/support-bot/world.json", import.meta.url);
const HOST = fileURLToPath(new URL("support-bot-host.ts", import.meta.url));

/** As world.json has them. */
export const GROUP = -1001000000001;
export const OLGA = 201;
export const OMAR = 202;

/** A PNG of one pixel. */
export const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

/** A local Telegram with a folder for the data of the bot that runs on it. */
export class Stage {
  readonly telegram: Telegram;
  readonly control: Control;
  readonly token: string;
  readonly folder: string;
  #bot: ChildProcess | undefined;
  #people = 5000;

  private constructor(telegram: Telegram, token: string) {
    this.telegram = telegram;
    this.control = controlOf(telegram.url);
    this.token = token;
    this.folder = mkdtempSync(path.join(tmpdir(), "support-bot-"));
  }

  static async open(): Promise<Stage> {
    const world = JSON.parse(readFileSync(WORLD_FILE, "utf8")) as { bots: { token: string }[] };
    const telegram = await startTelegram({ port: 0, world: world as never });
    return new Stage(telegram, world.bots[0]!.token);
  }

  /** Starts the bot as a process, on the data that an earlier one left. */
  async startBot(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.endBot("SIGKILL");
    const bot = spawn(process.execPath, [HOST], {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        API_ROOT: this.telegram.url,
        TOKEN: this.token,
        STORE: path.join(this.folder, "bot.sqlite"),
        SUPPORT_BOT_DATA: path.join(this.folder, "shop.sqlite"),
        OPERATORS_CHAT_ID: String(GROUP),
        ...environment,
      },
    });
    this.#bot = bot;
    const [ready] = (await Promise.race([
      once(bot.stdout, "data"),
      once(bot, "exit"),
    ])) as unknown[];
    assert.equal(String(ready), "ready\n");
  }

  /** Ends the bot's process: by SIGTERM, or at once by SIGKILL. */
  async endBot(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const bot = this.#bot;
    if (bot === undefined) return;
    this.#bot = undefined;
    const exited = once(bot, "exit");
    bot.kill(signal);
    const [code] = (await exited) as [number | null];
    if (signal === "SIGTERM") assert.equal(code, 0, "the bot leaves in order");
  }

  /** A person whom the bot has never seen. */
  async newPerson(first_name = "Ada", username?: string): Promise<Person> {
    const id = ++this.#people;
    await this.control.post("people", { id, first_name, ...(username && { username }) });
    return this.person(id);
  }

  /** Somebody, in private or, with a chat, in a group. */
  async person(id: number, chat?: number): Promise<Person> {
    const where = chat === undefined ? `person=${id}` : `chat=${chat}`;
    const { cursor } = await this.control.get<{ cursor: number }>(`messages?${where}`);
    return new Person(this.control, { id, chat, cursor });
  }

  /**
   * A press on the first button of `message` that Telegram does not know of, and so one whose answer
   * it refuses as too late.
   */
  async injectPress(person: Person, message: Message): Promise<void> {
    const from = { id: person.id, is_bot: false, first_name: "Somebody" };
    const [[button] = []] = (message.reply_markup as InlineKeyboardMarkup).inline_keyboard;
    const data = button!.callback_data!;
    const payload = { id: "77", from, chat_instance: "1", data, message };
    await this.control.post("updates", { kind: "callback_query", payload });
  }

  async close(): Promise<void> {
    await this.endBot("SIGKILL");
    await this.telegram.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

interface Seat {
  readonly id: number;
  readonly chat: number | undefined;
  readonly cursor: number;
}

/** One person in one chat: does what people do, and sees what the bot does there, in order. */
export class Person {
  readonly id: number;
  readonly #control: Control;
  readonly #chat: number | undefined;
  #cursor: number;
  readonly #unread: Message[] = [];

  constructor(control: Control, { id, chat, cursor }: Seat) {
    this.id = id;
    this.#control = control;
    this.#chat = chat;
    this.#cursor = cursor;
  }

  /** Writes; with `replyTo` in reply to a message. */
  async say(text: string, replyTo?: Message): Promise<Message> {
    const reply = replyTo === undefined ? {} : { reply_to_message_id: replyTo.message_id };
    return this.#act("say", { text, ...reply });
  }

  async upload(fields: Readonly<Record<string, unknown>>): Promise<Message> {
    return this.#act("upload", fields);
  }

  /** Presses a button and gives the toast that appears. */
  async press(label: string, on?: Message): Promise<string | undefined> {
    const where = on === undefined ? {} : { message_id: on.message_id };
    const { answer } = await this.#post<{ answer?: { text?: string } }>("press", {
      label,
      wait_ms: PATIENCE_MS,
      ...where,
    });
    assert.ok(answer, `the bot answers the press on “${label}”`);
    return answer.text;
  }

  /** The next message that the bot sends or edits in this chat. */
  async next(): Promise<Message> {
    const seen = this.#unread.shift();
    if (seen !== undefined) return seen;
    const { messages, cursor } = await this.#control.post<{ messages: Message[]; cursor: number }>(
      "wait",
      { ...this.#where(), after: this.#cursor, timeout_ms: PATIENCE_MS },
    );
    this.#cursor = cursor;
    this.#unread.push(...messages.slice(1));
    return messages[0]!;
  }

  /**
   * The next message that is not `last` again. Who is killed between a call's answer and its record
   * repeats the call: the contract says so, since the Bot API cannot tell the two apart.
   */
  async nextAfter(last: Message): Promise<Message> {
    const message = await this.next();
    return message.text === last.text ? this.nextAfter(last) : message;
  }

  async ask(text: string, replyTo?: Message): Promise<Message> {
    await this.say(text, replyTo);
    return this.next();
  }

  /** Presses a button and gives the screen that comes up. */
  async choose(label: string, on?: Message): Promise<Message> {
    await this.press(label, on);
    return this.next();
  }

  /** All messages of the chat as they are now. */
  async messages(): Promise<Message[]> {
    const where = this.#chat === undefined ? `person=${this.id}` : `chat=${this.#chat}`;
    return (await this.#control.get<{ messages: Message[] }>(`messages?${where}`)).messages;
  }

  #where(): object {
    return this.#chat === undefined ? { person: this.id } : { chat: this.#chat };
  }

  async #act(path: string, fields: object): Promise<Message> {
    return (await this.#post<{ message: Message }>(path, fields)).message;
  }

  #post<T>(path: string, fields: object): Promise<T> {
    const chat = this.#chat === undefined ? {} : { chat: this.#chat };
    return this.#control.post<T>(path, { person: this.id, ...chat, ...fields });
  }
}

/** What stands on the buttons of a message, from left to right and down. */
export function labels({ reply_markup }: Message): string[] {
  const rows = (reply_markup as InlineKeyboardMarkup | undefined)?.inline_keyboard ?? [];
  return rows.flat().map(({ text }) => text);
}
