import type { UpdateKind } from "@hookgram/bot-api";
import type { Json } from "../dispatch/invocation.ts";
import { HookgramError } from "../error.ts";
import type { SchemaInput, SchemaOutput, StandardSchema } from "../state/standard-schema.ts";

/**
 * The field of an update that carries an event of the bot's own. Telegram's names have no colon, so
 * no update that comes from there is ever taken for an event.
 */
export type EventField = `event:${string}`;

/** Whatever kind an update can be of: one of Telegram's, or an own event. */
export type AnyKind = UpdateKind | EventField;

declare const eventInput: unique symbol;
declare const output: unique symbol;

/**
 * A kind of update of the bot's own. `Input` is what `emit` takes, `Data` what handlers find: the
 * same for a kind without a schema, and otherwise what the schema makes of it.
 */
export interface EventKind<Input = Json, Data = Input> {
  /** As it was given to {@link eventKind}. */
  readonly name: string;
  /** As what its updates are known in the tree. */
  readonly kind: EventField;
  readonly schema: StandardSchema | null;
  /** Exist for the compiler only. */
  readonly [eventInput]?: (data: Input) => void;
  readonly [output]?: Data;
}

/** Any kind of event, for code that does not look at the data. */
export type AnyEventKind = EventKind<never, unknown>;

/** Whoever reads a log or a dead letter meets these names. */
const NAME_RULE = /^[a-z][a-z0-9_]{0,63}$/;

/** What comes as an event and has an observer of its own: `router.album`. */
const RESERVED: ReadonlySet<string> = new Set(["album"]);

/**
 * Declares a kind of update that the bot sends to itself: an order that was paid, a job that is done,
 * a timer. It is emitted by `emit` in a handler, by `emit` of the runtime's handle, or set as a
 * timer, and handled with `router.on(kind, …filters, handler)` like what Telegram sends.
 *
 * The data is stored as JSON and goes through the schema on the way in and on the way out. Without a
 * schema it is any JSON value.
 * @throws HookgramError `bad-argument` for a name that is not `lower_case`, up to 64 characters, or
 * is `album`.
 */
export function eventKind(name: string): EventKind;
export function eventKind<S extends StandardSchema>(
  name: string,
  schema: S,
): EventKind<SchemaInput<S>, SchemaOutput<S>>;
export function eventKind(name: string, schema: StandardSchema | null = null): AnyEventKind {
  if (RESERVED.has(name)) {
    const problem = `the name is taken by an event of hookgram's own; choose another`;
    throw new HookgramError("bad-argument", `eventKind("${name}"): ${problem}`);
  }
  if (NAME_RULE.test(name)) return Object.freeze({ name, kind: `event:${name}`, schema });
  const rule = "a name has lower-case letters, digits and _, begins with a letter";
  throw new HookgramError("bad-argument", `eventKind("${name}"): ${rule}, and has 64 at most`);
}

/** Whether a kind is an own event's. */
export function isEventField(kind: AnyKind): kind is EventField {
  return kind.startsWith("event:");
}

/** Tells a kind of event from a filter. */
export function isEventKind(value: unknown): value is AnyEventKind {
  const { name, kind } = (value ?? {}) as { readonly name?: unknown; readonly kind?: unknown };
  return typeof name === "string" && kind === `event:${name}`;
}
