/**
 * Limits that the documentation states in prose: "1-4096 characters", "Values between 1-100", "1-8
 * buttons". The wordings are few; a range that none of the rules below knows is an error, so that a
 * new wording in a later Bot API is noticed and not lost.
 */

/** What a field's value is, as far as limits care. */
export type LimitedKind = "text" | "number" | "list" | "other";

/** Bounds are inclusive. */
export interface Limits {
  readonly lengthMin?: number;
  readonly lengthMax?: number;
  /** The length is counted in bytes of UTF-8 instead of characters. */
  readonly lengthUnit?: "bytes";
  /** The length is that of the text without its markup. */
  readonly afterEntities?: true;
  readonly min?: number;
  readonly max?: number;
  /** A regular expression that the whole text must match. */
  readonly pattern?: string;
  readonly itemsMin?: number;
  readonly itemsMax?: number;
}

const LENGTH = /(?:\b(\d+)-|\bup to )(\d+) (characters|bytes)\b/gi;
const NUMBER = /(?:Values between|[;,]) (\d+)-(\d+)(?=[.,]| are accepted|$)/gim;
const NUMBER_IN_WORDS = /[Mm]ust be between (\d+) and (\d+)(?=[.;]| if specified|$)/gm;
const ITEMS = /(?:\b(\d+)-|\bup to |\bAt most )(\d+) (?!characters|bytes|sizes)[a-z][\w-]*/g;

const BASE64URL = /only characters `A-Z`, `a-z`, `0-9`, `_` and `-` are allowed/i;

/** Digits with a hyphen between them that are no limit. */
const NO_LIMIT =
  /ISO[ _]\d+-\d|silent-messages|channels-2-0|bot-39s|\+1-212-555-0123|\b1-\d+ for “|total length of up to \d+ characters|“[^”]*\d-\d[^”]*”|https?:\S+/g;

/** Bounds that hold for some values only: the server knows them, one number does not. */
const CONDITIONAL =
  /must be between \d+ and \d+, or 0x\w+|price in Telegram Stars must be between \d+ and \d+, and price in nanograms must be between \d+ and \d+/g;

/** Reads the limits of a field out of its doc comment. */
export function limitsOf(kind: LimitedKind, doc: string): Limits {
  const prose = doc.replaceAll(NO_LIMIT, "").replaceAll(CONDITIONAL, "");
  const limits = readLimits(kind, prose);
  const range = /\b\d+-\d+\b/.exec(prose)?.[0];
  if (range !== undefined && Object.keys(limits).length === 0)
    throw new Error(`no rule knows what ${range} limits in: ${doc}`);
  return limits;
}

function readLimits(kind: LimitedKind, prose: string): Limits {
  if (kind === "text") return textLimits(prose);
  if (kind === "number") {
    const found = only(prose, NUMBER) ?? only(prose, NUMBER_IN_WORDS);
    return found ? { min: Number(found[1]), max: Number(found[2]) } : {};
  }
  const items = kind === "list" ? only(prose, ITEMS) : undefined;
  return items ? { ...bound("itemsMin", items[1]), itemsMax: Number(items[2]) } : {};
}

function textLimits(prose: string): Limits {
  const found = only(prose, LENGTH);
  if (!found) return {};
  const [, min, max, unit = ""] = found;
  return {
    ...bound("lengthMin", min),
    lengthMax: Number(max),
    ...(/bytes/i.test(unit) ? { lengthUnit: "bytes" as const } : {}),
    ...(/after (entities|entity) parsing/.test(prose) ? { afterEntities: true as const } : {}),
    ...(BASE64URL.test(prose) ? { pattern: "^[A-Za-z0-9_-]*$" } : {}),
  };
}

function bound(name: "lengthMin" | "itemsMin", digits: string | undefined): Limits {
  return digits === undefined ? {} : { [name]: Number(digits) };
}

/** The one match of `pattern`; a second one with other numbers means that we misread the text. */
function only(prose: string, pattern: RegExp): RegExpExecArray | undefined {
  const matches = [...prose.matchAll(pattern)];
  const numbers = new Set(matches.map(([, min, max]) => `${min}-${max}`));
  if (numbers.size > 1) throw new Error(`more than one limit in: ${prose}`);
  return matches[0];
}
