import { OBJECTS } from "@hookgram/bot-api/schema";
import type { FieldSchema, TypeSchema } from "@hookgram/bot-api/schema";

/** What a sample takes from the call that it answers. */
export interface SampleSource {
  /** The Unix time for fields that hold one. */
  readonly nowS: number;
  /** What the call gave for a field of this name, as text. */
  readonly given: (name: string) => string | undefined;
}

const DATE_FIELD = /(^|_)date$/;

/**
 * A value of a type of the schema: every required field is there and nothing else, except what the
 * call gave under the same name. It is typed, and it is nothing more: no state is behind it.
 */
export function sampleOf(type: TypeSchema, source: SampleSource): unknown {
  const { array = 0, types } = type;
  if (array > 0) return [];
  return sampleOfType(types[0]!, source);
}

function sampleOfType(name: string, source: SampleSource): unknown {
  switch (name) {
    case "string":
    case "InputFile":
      return "sample";
    case "number":
      return 0;
    case "boolean":
      return false;
    case "true":
      return true;
    default:
      return sampleOfObject(name, source);
  }
}

/** The schema's recursive types all have an end: a field that leads back is never required. */
function sampleOfObject(name: string, source: SampleSource): unknown {
  const schema = OBJECTS[name];
  if (schema?.anyOf !== undefined) return sampleOf(schema.anyOf[0]!, source);
  const fields = schema?.fields ?? [];
  const shown = fields.filter((field) => field.required || isGiven(field, source));
  return Object.fromEntries(shown.map((field) => [field.name, sampleOfField(field, source)]));
}

/** Of what the call gave only plain texts and numbers are repeated. */
function isGiven({ name, types, array }: FieldSchema, { given }: SampleSource): boolean {
  const isPlain = array === undefined && (types.includes("string") || types.includes("number"));
  return isPlain && types.length === 1 && (given(name) ?? "") !== "";
}

function sampleOfField(field: FieldSchema, source: SampleSource): unknown {
  const { name, types, values } = field;
  if (isGiven(field, source)) {
    const text = source.given(name)!;
    return types[0] === "number" ? Number.parseInt(text, 10) || 0 : text;
  }
  if (values !== undefined && (field.array ?? 0) === 0) return values[0];
  if (types[0] === "number" && DATE_FIELD.test(name)) return source.nowS;
  if (types[0] === "number" && (field.array ?? 0) === 0) return field.min ?? 1;
  return sampleOf(field, source);
}
