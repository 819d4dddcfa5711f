import { checkSchema, type SchemaOutput, type StandardSchema } from "../state/standard-schema.ts";

/** The arguments of a command by name, in the order in which they are typed. */
export type CommandArgs = Readonly<Record<string, StandardSchema>>;

/** What the schemas make of the arguments. A condition, so that editors show the outcome. */
export type ArgsOf<Args extends CommandArgs> = Args extends unknown
  ? { readonly [Name in keyof Args]: SchemaOutput<Args[Name]> }
  : never;

/**
 * Takes what stands behind a command apart: a word for each schema, and the rest of the text for the
 * last one. A word that is missing is undefined for its schema. Undefined when something does not
 * fit, or when nothing is expected and something is there.
 */
export async function readArgs(schemas: CommandArgs, text: string): Promise<object | undefined> {
  const names = Object.keys(schemas);
  if (names.length === 0) return text === "" ? {} : undefined;
  const args: Record<string, unknown> = {};
  for (const [index, word] of split(text, names.length).entries()) {
    const name = names[index]!;
    const checked = await checkSchema(schemas[name]!, word);
    if (!checked.ok) return undefined;
    args[name] = checked.value;
  }
  return args;
}

/** The first words and the rest, `count` in all; undefined where the text is over. */
function split(text: string, count: number): (string | undefined)[] {
  const parts: (string | undefined)[] = [];
  let rest = text;
  while (parts.length < count - 1) {
    const end = rest.search(/\s/);
    parts.push(end === -1 ? rest || undefined : rest.slice(0, end));
    rest = end === -1 ? "" : rest.slice(end).trimStart();
  }
  return [...parts, rest || undefined];
}
