import type { BotApi, UpdateKind } from "@hookgram/bot-api";
import type { AlbumContext } from "../album/incoming-album.ts";
import type { CommonContext, Context, Reply, ReplyParams, Send } from "../context/context.ts";
import type { Invocation } from "../dispatch/invocation.ts";
import type { EventContext } from "../event/event-context.ts";
import type { AnyEventKind, EventKind } from "../event/event-kind.ts";
import type { Filter } from "../filter/filter.ts";
import type { RichText } from "../format/text-params.ts";
import type { After, AnswerIn, Expected, WaitCases } from "./expected.ts";

/** What a conversation may wait for: a kind of update or albums, by name, or an own kind of event. */
export type TalkKind = UpdateKind | "album" | AnyEventKind;

/** The kinds of update that a conversation gets unless its `kinds` say otherwise. */
export type UsualKind = "message" | "callback_query";

/** What to say to an answer that does not fit; nothing is said when the function gives nothing. */
export type Reprompt =
  | RichText
  | ((
      context: Context<"message">,
      tries: number,
    ) => RichText | void | undefined | Promise<RichText | void | undefined>);

/** How an answer is waited for. */
export interface WaitOptions {
  /**
   * Said to a message that does not fit, instead of passing it on. A command and a press on another
   * button are no answers: they are passed on all the same.
   */
  readonly reprompt?: Reprompt | undefined;
  /**
   * After so many messages that do not fit the wait throws `no-valid-answer`; without end by default.
   * It is the number of answers, so with 1 nothing is asked again.
   */
  readonly triesMax?: number | undefined;
  /**
   * Milliseconds after which the wait throws `answer-timed-out`. Default: that of the conversation,
   * else never. A reprompt does not prolong it. For a result instead of an error there is `after`.
   */
  readonly timeoutMs?: number | undefined;
}

/** How a question is asked: what `reply` takes, and how its answer is waited for. */
export type AskOptions = WaitOptions & ReplyParams;

/** @see {@link Talk.wait} */
export interface Wait {
  <A extends object>(
    filter: Filter<Context<"message">, A>,
    options?: WaitOptions,
  ): Promise<Context<"message"> & A>;
  <Answer extends object>(expected: Expected<Answer>, options?: WaitOptions): Promise<Answer>;
  <const Cases extends WaitCases>(cases: Cases, options?: WaitOptions): Promise<AnswerIn<Cases>>;
}

/** @see {@link Talk.ask} */
export interface Ask {
  <A extends object>(
    question: RichText,
    filter: Filter<Context<"message">, A>,
    options?: AskOptions,
  ): Promise<Context<"message"> & A>;
  <Answer extends object>(
    question: RichText,
    expected: Expected<Answer>,
    options?: AskOptions,
  ): Promise<Answer>;
  <const Cases extends WaitCases>(
    question: RichText,
    cases: Cases,
    options?: AskOptions,
  ): Promise<AnswerIn<Cases>>;
}

/** What handlers of an own kind of event find. */
type ContextOfEvent<E> = EventContext<E extends EventKind<never, infer Data> ? Data : never>;

/** @see {@link Talk.on} */
export interface On<K extends TalkKind> {
  <P extends Extract<K, UpdateKind>>(kind: P): Expected<Context<P>>;
  <P extends Extract<K, UpdateKind>, A extends object>(
    kind: P,
    filter: Filter<Context<P>, A>,
  ): Expected<Context<P> & A>;
  <P extends Extract<K, "album">>(kind: P): Expected<AlbumContext>;
  <P extends Extract<K, "album">, A extends object>(
    kind: P,
    filter: Filter<AlbumContext, A>,
  ): Expected<AlbumContext & A>;
  <E extends Extract<K, AnyEventKind>>(kind: E): Expected<ContextOfEvent<E>>;
  <E extends Extract<K, AnyEventKind>, A extends object>(
    kind: E,
    filter: Filter<ContextOfEvent<E>, A>,
  ): Expected<ContextOfEvent<E> & A>;
}

/** What there is to act with, in a conversation and at its end. */
export interface TalkTools<Given = unknown> {
  /** Calls made through it are recorded, and not made again when the function runs again. */
  readonly api: BotApi;
  /** Sends a text to where the conversation is: to the chat, topic and business connection. */
  readonly reply: Reply;
  /** The same for other methods: `await send("sendPhoto", { photo })`. */
  readonly send: Send;
  /** Runs an effect once and gives its result, as JSON has it. */
  readonly step: Invocation["step"];
  /** The newest update of the conversation: at first that with which it was entered. */
  readonly context: CommonContext;
  /**
   * What middlewares and root filters have added for the update that is handled now. It is not
   * recorded: take functions and connections from it, such as translations, and no facts.
   */
  readonly given: Given;
}

/**
 * What the function of a conversation talks with. All of it may be destructured, but `context`, which
 * changes with every answer.
 *
 * The function is run again from its start for each answer, with what it did recorded. So what it does
 * between two questions has to be the same each time: effects go through `api`, `reply`, `step` and the
 * contexts of answers, time and chance come from `now` and `random`.
 */
export interface Talk<K extends TalkKind = UsualKind, Given = unknown> extends TalkTools<Given> {
  /**
   * Sends a question and waits for its answer, as {@link Talk.wait} does.
   * @throws HookgramError `answer-timed-out`, `no-valid-answer`. What is not caught ends the
   * conversation, and is no error.
   */
  readonly ask: Ask;
  /**
   * Waits for an update of the conversation: a message that a filter wants, what `on` describes, or the
   * first of several, by names, of which the answer says `case`. One wait at a time.
   *
   * Filters run again with the function, so they must look at nothing but the update.
   */
  readonly wait: Wait;
  /**
   * An update of another kind than messages, an album or an own event: one of the `kinds` of the
   * conversation. Of events it gets those that are emitted in its chat and for its person.
   */
  readonly on: On<K>;
  /** One of the cases of a wait: that none of the others came for so many milliseconds. */
  readonly after: (afterMs: number) => After;
  /** When the newest update of the conversation was handled, in milliseconds since the epoch. */
  readonly now: () => number;
  /** A random number from 0 to below 1; a step, so the same each time. */
  readonly random: () => Promise<number>;
  /** Ends the conversation here, also from within other functions. Nothing after it runs. */
  readonly leave: () => Promise<never>;
}
