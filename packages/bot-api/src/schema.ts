/**
 * The Bot API as data, generated from the same source as the types: what a server needs to check
 * parameters, and a program to make samples. It is an entry of its own because a bot does not need it.
 */
import { METHOD_TABLE } from "./generated/method-schemas.ts";
import { OBJECT_TABLE } from "./generated/object-schemas.ts";
import type { MethodName } from "./methods.ts";
import { parseMethods, parseObjects } from "./parse-schema.ts";

/** The type of a value on the wire. */
export interface TypeSchema {
  /**
   * The alternatives: `string`, `number`, `boolean`, `true`, `InputFile` (the bytes of a file) or a
   * name in {@link OBJECTS}.
   */
  readonly types: readonly string[];
  /** The value is a list of such values (1), or a list of lists (2). */
  readonly array?: number;
  /** The only values that are allowed, where the documentation has a closed list. */
  readonly values?: readonly (string | number)[];
}

/** A parameter of a method or a field of an object. All bounds are inclusive. */
export interface FieldSchema extends TypeSchema {
  readonly name: string;
  /** It is always there. Many of the others are needed in some cases; the documentation says when. */
  readonly required: boolean;
  readonly lengthMin?: number;
  readonly lengthMax?: number;
  /** Lengths are in bytes of UTF-8. Default: in characters (Unicode code points). */
  readonly lengthUnit?: "bytes";
  /** The length is that of the text without its markup. */
  readonly afterEntities?: true;
  /** A regular expression for the whole text. */
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly itemsMin?: number;
  readonly itemsMax?: number;
  /**
   * A file can be uploaded here: as a part of this name (`direct`; other types are allowed if
   * listed), or as `attach://<part name>` somewhere inside the JSON value (`nested`).
   */
  readonly file?: "direct" | "nested";
}

/** A method. */
export interface MethodSchema {
  readonly params: readonly FieldSchema[];
  readonly result: TypeSchema;
}

/** An object has fields; a named union has alternatives. */
export type ObjectSchema =
  | { readonly fields: readonly FieldSchema[]; readonly anyOf?: undefined }
  | { readonly anyOf: readonly TypeSchema[]; readonly fields?: undefined };

/** Every method by its name, in the order of the documentation. */
export const METHODS = parseMethods(METHOD_TABLE) as Readonly<Record<MethodName, MethodSchema>>;

/** Every object and every named union by its name. */
export const OBJECTS: Readonly<Record<string, ObjectSchema>> = parseObjects(OBJECT_TABLE);
