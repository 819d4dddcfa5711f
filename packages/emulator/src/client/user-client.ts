import type { Message, User } from "@hookgram/bot-api";
import { EmulatorError } from "../world/emulator-error.ts";
import type { ControlClient } from "./control-client.ts";

/** Where somebody acts: a group or channel by its id, or the private chat with a bot. */
export interface Place {
  readonly chat?: number;
  /** A bot's id or `@username`; needed when there are several bots. */
  readonly bot?: number | string;
  /** A topic of a forum. */
  readonly message_thread_id?: number;
}

/** How long to wait for something, in real milliseconds. Default 5000. */
export interface Patience {
  readonly timeoutMs?: number;
}

/** What a text is, beside its words. */
export interface SayDetails {
  readonly reply_to_message_id?: number;
  /** A part of the message replied to. */
  readonly quote?: string;
  /** How the words are formatted. Default: as typed. */
  readonly parse_mode?: "HTML" | "MarkdownV2" | "Markdown";
}

/** What a press of a button brought. */
export interface PressResult {
  /** What the bot answered to a callback button; absent when it did not answer in time. */
  readonly answer?: {
    readonly text?: string;
    readonly show_alert?: boolean;
    readonly url?: string;
  };
  /** What a button of the reply keyboard sent. */
  readonly message?: Message;
  /** A button that opens something, as the bot sent it. */
  readonly button?: Readonly<Record<string, unknown>>;
}

/** A Web App that a person has opened. */
export interface WebAppSession {
  /** What a browser opens. */
  readonly url: string;
  /** `Telegram.WebApp.initData`, signed; empty for a button of the reply keyboard. */
  readonly initData: string;
  /** What the bot passes to `answerWebAppQuery`. */
  readonly queryId?: string;
  /** `Telegram.WebApp.sendData`, which apps of a reply keyboard's buttons can do. */
  sendData(data: string): Promise<Message>;
}

interface Launched {
  readonly source: "inline" | "keyboard" | "menu";
  readonly url: string;
  readonly init_data: string;
  readonly query_id?: string;
}

const NO_DATA_BACK = "only Web Apps of the reply keyboard's buttons can send data to the bot";

const PATIENCE_MS = 5000;

/**
 * One person on the local Telegram, for tests: writes, presses buttons by what stands on them, and
 * waits for what the bot answers. Everything goes over the control interface, so that it works with
 * an emulator in the same process and with one elsewhere.
 *
 * What the bot did since the person last acted, or since the last look, is never missed: first act,
 * then wait.
 */
export class UserClient {
  readonly id: number;
  readonly #control: ControlClient;
  readonly #place: Place;

  constructor(control: ControlClient, id: number, place: Place = {}) {
    this.id = id;
    this.#control = control;
    this.#place = place;
  }

  /** The same person in another place: a group, a topic, the chat with another bot. */
  in(place: Place): UserClient {
    return new UserClient(this.#control, this.id, place);
  }

  /** Sends a text or a command, as a reply or formatted where that is said. */
  async say(text: string, details: SayDetails = {}): Promise<Message> {
    const { message } = await this.#act<{ message: Message }>("say", { text, ...details });
    return message;
  }

  /** Sends a message on to this place, from any chat that the person can read. */
  async forward({ message_id, chat }: Pick<Message, "message_id" | "chat">): Promise<Message> {
    const source = { message_id, from_chat: chat.id };
    return (await this.#act<{ message: Message }>("forward", source)).message;
  }

  /** Changes the text or the caption of an own message. */
  async edit(messageId: number, text: string): Promise<Message> {
    const changed = { message_id: messageId, text };
    return (await this.#act<{ message: Message }>("edit", changed)).message;
  }

  /**
   * Sends a file. With the same `media_group_id`, up to 19 digits, several are an album.
   * @param kind `photo`, `document`, `voice` and so on; default `document`.
   */
  async send(
    bytes: Uint8Array,
    details: {
      readonly kind?: string;
      readonly caption?: string;
      readonly file_name?: string;
      readonly media_group_id?: string;
    } = {},
  ): Promise<Message> {
    const base64 = Buffer.from(bytes).toString("base64");
    const { message } = await this.#act<{ message: Message }>("upload", { ...details, base64 });
    return message;
  }

  /** Presses the newest button with this label, and waits for the bot's answer to it. */
  press(label: string): Promise<PressResult> {
    return this.#act("press", { label });
  }

  /**
   * Opens a Web App: by the newest button with this label, or by the menu button.
   * @throws {EmulatorError} when there is no such button, or it opens no app.
   */
  async launch(label?: string): Promise<WebAppSession> {
    const launched = await this.#act<Launched>("launch", label === undefined ? {} : { label });
    return {
      url: launched.url,
      initData: launched.init_data,
      ...(launched.query_id === undefined ? {} : { queryId: launched.query_id }),
      sendData: async (data) => {
        if (launched.source !== "keyboard") throw new EmulatorError("conflict", NO_DATA_BACK);
        const sent = { button_text: label, data };
        return (await this.#act<{ message: Message }>("web-app-data", sent)).message;
      },
    };
  }

  /** Sets own reactions to a message. */
  async react(messageId: number, ...emoji: string[]): Promise<void> {
    await this.#act("react", { message_id: messageId, emoji });
  }

  /**
   * The bot's next answer: a new message, or an edit of an old one.
   * @throws {EmulatorError} `timeout`, with the transcript of the chat.
   */
  async answer(patience: Patience = {}): Promise<Message> {
    const [message] = await this.answers(1, patience);
    return message!;
  }

  /** The same for several answers at once, in their order. */
  async answers(count: number, { timeoutMs = PATIENCE_MS }: Patience = {}): Promise<Message[]> {
    const { message_thread_id: _, ...where } = this.#place;
    const wanted = { ...where, person: this.id, count, timeout_ms: timeoutMs };
    const outcome = await this.#control.try<{ messages: Message[] }>("wait", wanted);
    if (outcome.ok) return outcome.result.messages;
    if (outcome.status !== TIMEOUT) throw new EmulatorError("bad-request", outcome.error);
    throw new EmulatorError("timeout", `${outcome.error}\n${await this.transcript()}`);
  }

  /**
   * Waits and makes sure that the bot says nothing. It can only ever be as sure as it is patient.
   * @param timeoutMs how long, in real milliseconds.
   * @throws {EmulatorError} `conflict`, with what the bot said.
   */
  async hearsNothing(timeoutMs = 250): Promise<void> {
    const { message_thread_id: _, ...where } = this.#place;
    const wanted = { ...where, person: this.id, count: 0, timeout_ms: timeoutMs };
    const outcome = await this.#control.try("wait", wanted);
    if (!outcome.ok) throw new EmulatorError("conflict", outcome.error);
  }

  /** The chat as lines of text, for messages of failed tests and for snapshots. */
  async transcript(): Promise<string> {
    const { message_thread_id: _, ...where } = this.#place;
    const { lines } = await this.#control.get<{ lines: string[] }>("transcript", {
      ...where,
      person: this.id,
      format: "json",
    });
    return lines.join("\n");
  }

  #act<T>(operation: string, body: object): Promise<T> {
    const { message_thread_id, ...where } = this.#place;
    const takesThread = ["say", "upload", "forward"].includes(operation);
    const thread = takesThread && message_thread_id !== undefined ? { message_thread_id } : {};
    return this.#control.post<T>(operation, { ...where, ...thread, person: this.id, ...body });
  }
}

const TIMEOUT = 408;

/** What a new person is like; everything has a default. */
export interface NewUser {
  readonly id?: number;
  readonly first_name?: string;
  readonly last_name?: string;
  readonly username?: string;
  readonly language_code?: string;
}

/** The people of one local Telegram. */
export class TelegramUsers {
  readonly control: ControlClient;

  constructor(control: ControlClient) {
    this.control = control;
  }

  /** Somebody new. */
  async add(user: NewUser | string = {}): Promise<UserClient> {
    const given = typeof user === "string" ? { first_name: user } : { first_name: "Ada", ...user };
    const { person } = await this.control.post<{ person: User }>("people", given);
    return this.get(person.id);
  }

  /** Somebody who is there already. */
  get(id: number): UserClient {
    return new UserClient(this.control, id);
  }
}
