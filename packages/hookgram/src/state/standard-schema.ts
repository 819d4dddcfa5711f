import { HookgramError } from "../error.ts";

/**
 * A validator as zod, valibot, arktype and others offer it: the part of the Standard Schema
 * specification that hookgram uses, written down here so that no package has to be installed for
 * it.
 * @see https://standardschema.dev
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** Exists for the compiler only. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a validator answers: the value as it understood it, or what is wrong with it. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One thing that is wrong with a value. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The values that schema `S` accepts. */
export type SchemaInput<S extends StandardSchema> = NonNullable<S["~standard"]["types"]>["input"];

/** The values that schema `S` gives. */
export type SchemaOutput<S extends StandardSchema> = NonNullable<S["~standard"]["types"]>["output"];

/** Tells a validator from other values. */
export function isSchema(value: unknown): value is StandardSchema {
  const standard = (value as { readonly "~standard"?: unknown } | null | undefined)?.["~standard"];
  return typeof (standard as { readonly validate?: unknown } | undefined)?.validate === "function";
}

/** The issues as one line: `street: Too short; city: Required`. */
export function describeIssues(issues: readonly SchemaIssue[]): string {
  return issues
    .map(({ message, path = [] }) => {
      const place = path
        .map((part) => String(typeof part === "object" ? part.key : part))
        .join(".");
      return place === "" ? message : `${place}: ${message}`;
    })
    .join("; ");
}

/** Whether a value fits, and what the schema makes of it. */
export type SchemaCheck =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string };

/** Checks a value; the schema `null` stands for no data and makes `null` of everything. */
export async function checkSchema(
  schema: StandardSchema | null,
  value: unknown,
): Promise<SchemaCheck> {
  if (schema === null) return { ok: true, value: null };
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return { ok: true, value: result.value };
  return { ok: false, problem: describeIssues(result.issues) };
}

/**
 * As {@link checkSchema}, for places that cannot wait.
 * @throws HookgramError for an async schema.
 */
export function checkSchemaNow(schema: StandardSchema, value: unknown, label: string): SchemaCheck {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise)
    throw new HookgramError("bad-argument", `${label}: the schema is asynchronous, and cannot be`);
  if (result.issues === undefined) return { ok: true, value: result.value };
  return { ok: false, problem: describeIssues(result.issues) };
}
