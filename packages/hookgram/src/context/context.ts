import type {
  BotApi,
  Chat,
  Clock,
  InlineQueryResult,
  Message,
  MethodName,
  MethodParams,
  MethodResult,
  UpdateKind,
  UpdateOf,
  UpdatePayload,
  User,
} from "@hookgram/bot-api";
import type { ContextByKind } from "./context-by-kind.ts";
import type { Invocation, Logger } from "../dispatch/invocation.ts";
import type { AnyKind, EventKind } from "../event/event-kind.ts";
import type { EmitOptions, EventUpdate } from "../event/event-update.ts";
import type { OutboxSession } from "../dispatch/outbox-session.ts";
import type { RichText } from "../format/text-params.ts";
import type { HandlerInfo } from "../router/handler.ts";
import type { TimerControl } from "../timer/timer-control.ts";
import type { WebhookReply } from "./webhook-reply.ts";
import type { StateControl } from "../state/state-control.ts";

/** The kinds that carry a message; in all of them the handler finds it as `message`. */
export type MessageKind =
  | "message"
  | "edited_message"
  | "channel_post"
  | "edited_channel_post"
  | "business_message"
  | "edited_business_message"
  | "guest_message";

/** `callback_query` becomes `callbackQuery`. */
export type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;

/** The property in which the handler of kind `K` finds what the update carries. */
export type PayloadName<K extends UpdateKind> = K extends MessageKind
  ? "message"
  : K extends "my_chat_member" | "chat_member"
    ? "chatMember"
    : CamelCase<K>;

/** The chat of an update of kind `K`, as far as the kind says that there is one. */
export type ChatOf<K extends AnyKind> = K extends UpdateKind
  ? UpdatePayload<K> extends { chat: Chat }
    ? Chat
    : Chat | undefined
  : Chat | undefined;

/** Who caused an update of kind `K`, as far as the kind says that there is somebody. */
export type UserOf<K extends AnyKind> = K extends UpdateKind
  ? UpdatePayload<K> extends { from: User } | { user: User }
    ? User
    : User | undefined
  : User | undefined;

/** The update of kind `K`; an own event has none of Telegram's fields. */
export type AnyUpdateOf<K extends AnyKind> = K extends UpdateKind ? UpdateOf<K> : EventUpdate;

/**
 * Emits an event of the bot's own, by default in the conversation of this update. It is stored in
 * the commit of this attempt, and handled once, after it, in the lane of its conversation; a failed
 * attempt emits nothing. At most 1,000 per attempt.
 * @throws HookgramError `bad-event-data` when the kind's schema does not accept the data.
 */
export type Emit = <Input>(
  kind: EventKind<Input, unknown>,
  data: NoInfer<Input>,
  options?: EmitOptions,
) => Promise<void>;

/** What every handler, filter and middleware finds, whatever the kind of the update. */
export interface CommonContext<K extends AnyKind = AnyKind> {
  readonly kind: K;
  /** The update as Telegram sent it, or as it was emitted. */
  readonly update: { readonly [P in K]: AnyUpdateOf<P> }[K];
  /**
   * Where it happened; absent in inline queries, polls, payments and other updates without a chat.
   */
  readonly chat: ChatOf<K>;
  /**
   * Who caused it; absent in channel posts, anonymous reactions and other updates without a user.
   */
  readonly from: UserOf<K>;
  /** The Bot API. Calls made through it belong to this attempt. */
  readonly api: BotApi;
  /** The bot itself. */
  readonly me: User;
  /** 1 for the first try at this update. */
  readonly attempt: number;
  /** In the last one, `attempt` is equal to this: if it fails, the host gives the update up. */
  readonly attemptsMax: number;
  /** Aborts when the attempt's time is over. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch, from the host's clock. */
  readonly now: () => number;
  /** For what has to wait: `await sleep(clock, 1000, signal)`. */
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * Runs an outside effect under a name that is unique in the handler, and gives its result. A host
   * with a journal runs it once and gives the recorded result to later attempts.
   */
  readonly step: Invocation["step"];
  readonly emit: Emit;
  /** Sets and cancels the timers of this conversation. */
  readonly timers: TimerControl;
  readonly webhookReply: WebhookReply;
  /** Sends that are enqueued in the commit of this attempt, and carried out afterwards. */
  readonly outbox: OutboxSession;
  /** Enters, leaves and reads the states of this conversation. */
  readonly state: StateControl;
  /** The handler whose filters have matched; undefined in filters and outer middlewares. */
  readonly handler: HandlerInfo | undefined;
}

/** What `reply` takes besides the text; the chat, topic and business connection are filled in. */
export type ReplyParams = Omit<
  MethodParams<"sendMessage">,
  "chat_id" | "text" | "business_connection_id"
>;

/**
 * Sends a text, or one with formatting (`fmt`, `html`), to the chat, topic and business connection from
 * which the update came.
 */
export type Reply = (text: RichText, params?: ReplyParams) => Promise<Message>;

/** Where an update came from, as the methods that send take it. */
export interface Place {
  readonly chat_id: number;
  readonly message_thread_id?: number;
  readonly business_connection_id?: string;
  /** Direct messages to a channel are answered in the topic of the person who wrote. */
  readonly direct_messages_topic_id?: number;
}

/** The methods that send something to a chat, or to a topic of it. */
export type SendMethod = {
  [M in MethodName]: MethodParams<M> extends { chat_id: unknown; message_thread_id?: unknown }
    ? "message_thread_id" extends keyof MethodParams<M>
      ? M
      : never
    : never;
}[MethodName];

/** What `send` takes for a method; the chat, topic and business connection are filled in. */
export type SendParams<M extends SendMethod> = Omit<
  MethodParams<M>,
  "chat_id" | "business_connection_id"
> & { readonly chat_id?: never };

/**
 * Makes a call to the chat, topic and business connection from which the update came, as `reply` does for
 * texts: `await send("sendPhoto", { photo, ...caption(text) })`, `await send("sendDice")`,
 * `await send("sendMediaGroup", album(items))`.
 */
export type Send = <M extends SendMethod>(
  method: M,
  ...params: Record<never, never> extends SendParams<M>
    ? [params?: SendParams<M>]
    : [params: SendParams<M>]
) => Promise<MethodResult<M>>;

/** What `edit` takes besides the text. */
export type EditParams = Omit<
  MethodParams<"editMessageText">,
  "business_connection_id" | "chat_id" | "message_id" | "inline_message_id" | "text"
>;

/**
 * Changes the message under which the button was pressed: its text, or its caption where it has
 * media. Without `reply_markup` in `params` the buttons go away, as always in the Bot API. A message
 * that says all this already ("message is not modified") counts as changed, and gives `true`.
 */
export type Edit = (
  text: RichText,
  params?: EditParams,
) => Promise<MethodResult<"editMessageText">>;

/** `answer` by kind: every query that Telegram wants to see answered. */
export interface Answers {
  /**
   * Stops the button's progress bar; a text is shown as a toast, or as told by the parameters.
   * Gives false when Telegram says that the press is too old to be answered: then the progress bar
   * has stopped by itself, and nobody has seen the text. Other refusals are thrown.
   */
  callback_query: (
    answer?: string | Omit<MethodParams<"answerCallbackQuery">, "callback_query_id">,
  ) => Promise<boolean>;
  inline_query: (
    results: InlineQueryResult[],
    params?: Omit<MethodParams<"answerInlineQuery">, "inline_query_id" | "results">,
  ) => Promise<true>;
  shipping_query: (
    params: Omit<MethodParams<"answerShippingQuery">, "shipping_query_id">,
  ) => Promise<true>;
  /** Without an argument the payment goes on; a text refuses it and is shown to the user. */
  pre_checkout_query: (refusal?: string) => Promise<true>;
  guest_message: (result: InlineQueryResult) => Promise<MethodResult<"answerGuestQuery">>;
}

type Payload<K extends UpdateKind> = { readonly [P in PayloadName<K>]: UpdatePayload<K> };

type Replies<K extends UpdateKind> = K extends "guest_message" | "chat_join_request"
  ? unknown
  : K extends "callback_query"
    ? { readonly reply: Reply; readonly send: Send }
    : UpdatePayload<K> extends { chat: Chat }
      ? { readonly reply: Reply; readonly send: Send }
      : unknown;

/** Everything that `Context<K>` consists of, for one kind. */
export type ContextOf<K extends UpdateKind> = CommonContext<K> &
  Payload<K> &
  Replies<K> &
  (K extends keyof Answers ? { readonly answer: Answers[K] } : unknown) &
  (K extends "callback_query" ? { readonly edit: Edit } : unknown);

/**
 * What a handler of kind `K` destructures: the payload under its name (`message`, `callbackQuery`,
 * `inlineQuery`, …), what every context has, and the helpers that make sense for the kind. Filters
 * and middlewares add to it. Every attempt gets a context of its own. Helpers need no `this`; they
 * are made when they are read, so a copy by `{ ...context }` has the added data only.
 */
export type Context<K extends UpdateKind> = ContextByKind[K];
