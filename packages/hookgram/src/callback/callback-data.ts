import type { CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup } from "@hookgram/bot-api";
import { HookgramError } from "../error.ts";
import type { FilterObject } from "../filter/filter.ts";
import { grid, type RowWidths } from "../keyboard/grid.ts";
import { inlineKeyboard } from "../keyboard/inline-keyboard.ts";
import {
  checkSchemaNow,
  type SchemaInput,
  type SchemaOutput,
  type StandardSchema,
} from "../state/standard-schema.ts";
import { assertFits, decodeFields, encodeFields, isPackable, type Packable } from "./wire.ts";

/** The fields of a button by name, in the order in which they are packed. */
export type CallbackFields = Readonly<Record<string, StandardSchema>>;

type FieldInput<S extends StandardSchema> =
  unknown extends SchemaInput<S>
    ? Packable | undefined
    : Extract<SchemaInput<S>, Packable | undefined>;

/** The fields, with words for the compiler in the place of those that can never be packed. */
type PackableFields<Fields extends CallbackFields> = {
  readonly [Name in keyof Fields]: [FieldInput<Fields[Name]>] extends [never]
    ? "a button's field is a text, a number, a boolean or null"
    : Fields[Name];
};

type OptionalName<Fields extends CallbackFields> = {
  [Name in keyof Fields]: undefined extends FieldInput<Fields[Name]> ? Name : never;
}[keyof Fields];

/** What a button is made from: every field as its schema takes it. */
export type ButtonInput<Fields extends CallbackFields> = {
  readonly [Name in Exclude<keyof Fields, OptionalName<Fields>>]: FieldInput<Fields[Name]>;
} & { readonly [Name in OptionalName<Fields>]?: FieldInput<Fields[Name]> };

/**
 * What a pressed button gives: every field as its schema gives it. A condition, so that editors show
 * the fields.
 */
export type ButtonData<Fields extends CallbackFields> = Fields extends unknown
  ? { readonly [Name in keyof Fields]: SchemaOutput<Fields[Name]> }
  : never;

/** What became of packed data: the fields, or why not. */
export type Unpacked<Fields extends CallbackFields> =
  | { readonly ok: true; readonly button: ButtonData<Fields> }
  /** `foreign`: another kind of button. `outdated`: this kind, but of an earlier version. */
  | { readonly ok: false; readonly reason: "foreign" | "outdated" };

/** A button of an earlier version, as `migrate` gets it. */
export interface OldButton {
  /** The `version` with which it was packed. */
  readonly version: number;
  /** Its fields in the order in which that version had them. */
  readonly values: readonly (Packable | undefined)[];
}

/** How buttons of a kind are packed. */
export interface CallbackDataOptions<Fields extends CallbackFields = CallbackFields> {
  /**
   * A whole number from 1 (the default) to raise when fields change their meaning: buttons of other
   * versions do not match any more. Optional fields may be appended without it.
   */
  readonly version?: number;
  /**
   * Makes of a button of an earlier version the fields of this one; `undefined` leaves it outdated,
   * and so does what the schemas refuse. Without this function all of them are outdated.
   */
  readonly migrate?: (old: OldButton) => ButtonInput<Fields> | undefined;
}

/** Labels of buttons with their fields; a list of pairs keeps any order, also of numeric labels. */
export type ButtonEntries<Fields extends CallbackFields> =
  | Readonly<Record<string, ButtonInput<Fields>>>
  | readonly (readonly [label: string, fields: ButtonInput<Fields>])[];

/** What callback filters need to find in the context. */
export interface WithCallbackQuery {
  readonly callbackQuery: CallbackQuery;
}

/** A kind of button: makes such buttons, and is the filter for presses on them. */
export interface CallbackData<Fields extends CallbackFields> extends FilterObject<
  WithCallbackQuery,
  { readonly button: ButtonData<Fields> }
> {
  /**
   * The fields as `callback_data`.
   * @throws HookgramError `bad-callback-data` when they break their schemas or take more than 64
   * bytes.
   */
  readonly pack: (fields: ButtonInput<Fields>) => string;
  readonly unpack: (data: string) => Unpacked<Fields>;
  /** One button; throws as `pack` does. */
  readonly button: (
    label: string,
    fields: ButtonInput<Fields>,
    look?: Pick<InlineKeyboardButton, "style" | "icon_custom_emoji_id">,
  ) => InlineKeyboardButton;
  /** A keyboard of such buttons, two in a row unless `widths` says otherwise; see `grid`. */
  readonly keyboard: (entries: ButtonEntries<Fields>, widths?: RowWidths) => InlineKeyboardMarkup;
  /** Matches presses on buttons of this kind which are too old to be understood. */
  readonly outdated: FilterObject<WithCallbackQuery>;
}

/**
 * Declares a kind of inline button by its name and the schemas of its fields. As a filter it
 * matches presses on such buttons, and the handler finds the fields as `button`. Buttons that were
 * made by somebody else, or by an earlier version of the program, do not match.
 *
 * The name is part of Telegram's 64 bytes, so it should be short; once it is in use, buttons with
 * it are in chats for years. Schemas have to be synchronous.
 * @throws HookgramError `bad-argument` for a name with other characters than letters, digits, `_`
 * and `-`.
 */
export function callbackData<const Fields extends CallbackFields>(
  name: string,
  fields: Fields & PackableFields<Fields>,
  { version = 1, migrate }: CallbackDataOptions<NoInfer<Fields>> = {},
): CallbackData<Fields> {
  const label = `callbackData("${name}")`;
  assertDeclaration(label, name, version);
  const head = version === 1 ? name : `${name}@${version}`;
  const isOfThisKind = new RegExp(`^${name}(@\\d+)?(:|$)`);

  const pack = (values: ButtonInput<Fields>): string =>
    assertFits(label, encodeFields(head, packable(label, fields, values)));
  const unpack = (data: string): Unpacked<Fields> => {
    if (!isOfThisKind.test(data)) return { ok: false, reason: "foreign" };
    const [found = "", ...packed] = data.split(":");
    const values = decodeFields(packed);
    const byName =
      found === head ? byFieldName(fields, values) : migrated(migrate, version, { found, values });
    const button = byName && readFields(label, fields, byName);
    if (button === undefined) return { ok: false, reason: "outdated" };
    return { ok: true, button: button as ButtonData<Fields> };
  };
  const button: CallbackData<Fields>["button"] = (text, values, look) => ({
    ...look,
    text,
    callback_data: pack(values),
  });
  return Object.freeze({
    label,
    pack,
    unpack,
    button,
    keyboard: (entries: ButtonEntries<Fields>, widths: RowWidths = 2) =>
      inlineKeyboard(
        grid(
          toPairs(entries).map((entry) => button(...entry)),
          widths,
        ),
      ),
    ...callbackFilters(label, unpack),
  });
}

function callbackFilters<Fields extends CallbackFields>(
  label: string,
  unpack: (data: string) => Unpacked<Fields>,
): Pick<CallbackData<Fields>, "matches" | "outdated"> {
  return {
    matches({ callbackQuery: { data } }) {
      const unpacked = data === undefined ? undefined : unpack(data);
      return unpacked?.ok === true && { button: unpacked.button };
    },
    outdated: {
      label: `${label}.outdated`,
      matches({ callbackQuery: { data } }) {
        const unpacked = data === undefined ? undefined : unpack(data);
        return unpacked?.ok === false && unpacked.reason === "outdated";
      },
    },
  };
}

function toPairs<Fields extends CallbackFields>(
  entries: ButtonEntries<Fields>,
): readonly (readonly [string, ButtonInput<Fields>])[] {
  return Array.isArray(entries) ? entries : Object.entries(entries);
}

/** The values in the order of the fields, once each has passed its schema. */
function packable(
  label: string,
  fields: CallbackFields,
  values: Readonly<Record<string, unknown>>,
): (Packable | undefined)[] {
  return Object.entries(fields).map(([name, schema]) => {
    const value = values[name];
    if (!isPackable(value))
      throw badValue(label, name, "is neither a text nor a finite number, boolean or null");
    const checked = checkSchemaNow(schema, value, `${label}, field "${name}"`);
    if (!checked.ok) throw badValue(label, name, `does not fit: ${checked.problem}`);
    return value;
  });
}

type ByName = Readonly<Record<string, unknown>>;

/** Undefined for more values than there are fields: a later version has appended some. */
function byFieldName(
  fields: CallbackFields,
  values: OldButton["values"] | undefined,
): ByName | undefined {
  const names = Object.keys(fields);
  if (values === undefined || values.length > names.length) return undefined;
  return Object.fromEntries(names.map((name, index) => [name, values[index]]));
}

/** `found` stands before the fields: `answer@2`. */
function migrated(
  migrate: CallbackDataOptions["migrate"],
  current: number,
  { found, values }: { readonly found: string; readonly values: OldButton["values"] | undefined },
): ByName | undefined {
  const version = Number(found.split("@")[1] ?? 1);
  // A newer one was made by a program that was rolled back since.
  if (migrate === undefined || values === undefined || version > current) return undefined;
  return migrate({ version, values });
}

function readFields(label: string, fields: CallbackFields, values: ByName): object | undefined {
  const button: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const checked = checkSchemaNow(fields[name]!, values[name], `${label}, field "${name}"`);
    if (!checked.ok) return undefined;
    button[name] = checked.value;
  }
  return button;
}

function assertDeclaration(label: string, name: unknown, version: number): void {
  if (typeof name !== "string")
    throw new HookgramError("bad-argument", `${label}: it needs a name`);
  if (!/^[A-Za-z0-9_-]+$/.test(name))
    throw new HookgramError(
      "bad-argument",
      `${label}: a name is made of letters, digits, "_" and "-"`,
    );
  if (!Number.isSafeInteger(version) || version < 1)
    throw new HookgramError(
      "bad-argument",
      `${label}: version is a whole number from 1, not ${version}`,
    );
}

function badValue(label: string, field: string, problem: string): HookgramError {
  return new HookgramError("bad-callback-data", `${label}: the field "${field}" ${problem}`);
}
