/**
 * The Bot API as the declaration files of `@gramio/types` describe it, with their own additions taken
 * out again: the `Telegram` prefix, `{ toString(): string }` beside `string` and `{ toJSON(): … }`
 * beside objects.
 */
import type { Declaration, Member, TypeNode } from "./dts-parser.ts";

/** A field of an object or a parameter of a method. */
export interface FieldModel {
  readonly name: string;
  readonly required: boolean;
  readonly type: TypeNode;
  readonly doc: string;
  /** The source allows more than the wire does here; `type` is already without it. */
  readonly loosened: boolean;
}

/** An object of the Bot API, or the parameters of one method. */
export interface RecordModel {
  readonly name: string;
  /** Its name in `@gramio/types`. */
  readonly sourceName: string;
  readonly fields: readonly FieldModel[];
}

/** A name for a union. */
export interface AliasModel {
  readonly name: string;
  readonly sourceName: string;
  readonly type: TypeNode;
  /** Differs from the source by one of our corrections. */
  readonly corrected: boolean;
}

export interface MethodModel {
  readonly name: string;
  readonly doc: string;
  /** Name of its parameter record; undefined when it has no parameters. */
  readonly params: string | undefined;
  readonly result: TypeNode;
}

export interface Model {
  readonly objects: ReadonlyMap<string, RecordModel>;
  readonly aliases: ReadonlyMap<string, AliasModel>;
  readonly params: ReadonlyMap<string, RecordModel>;
  /** Aliases beside the parameter records. */
  readonly paramAliases: ReadonlyMap<string, AliasModel>;
  readonly methods: readonly MethodModel[];
}

/** The text of the three files that `@gramio/types` consists of, parsed. */
export interface Source {
  readonly objects: readonly Declaration[];
  readonly params: readonly Declaration[];
  readonly methods: readonly Declaration[];
}

export const PRIMITIVES: ReadonlySet<string> = new Set([
  "string",
  "number",
  "boolean",
  "true",
  "false",
]);

/** Names whose TypeScript type is written by hand, with the file of packages/bot-api that has it. */
export const HAND_WRITTEN: ReadonlyMap<string, string> = new Map([
  ["InputFile", "../files/file-source.ts"],
  ["Update", "../update.ts"],
  ["UpdateKind", "../update.ts"],
]);

/** The envelope of answers; packages/bot-api has its own. */
const LEFT_OUT = /^TelegramAPIResponse/;

/**
 * What the source leaves out of a union although the documentation has it: "either a String for
 * plain text, an Array of RichText, or any of the following types".
 * @see https://core.telegram.org/bots/api#richtext
 */
const ADDED_TO_UNION: Readonly<Record<string, readonly TypeNode[]>> = {
  RichText: [nameNode("string"), { kind: "array", of: nameNode("RichText") }],
};

/** Builds the model; throws when a type is mentioned that is not declared. */
export function buildModel(source: Source): Model {
  const objectDeclarations = source.objects.filter(({ name }) => !LEFT_OUT.test(name));
  const model: Model = {
    objects: recordsOf(objectDeclarations),
    aliases: aliasesOf(objectDeclarations),
    params: recordsOf(source.params),
    paramAliases: aliasesOf(source.params),
    methods: methodsOf(source.methods),
  };
  assertAllKnown(model);
  return model;
}

function recordsOf(declarations: readonly Declaration[]): Map<string, RecordModel> {
  const records = new Map<string, RecordModel>();
  for (const declaration of declarations) {
    const name = plainName(declaration.name);
    if (declaration.kind !== "interface") continue;
    const fields = declaration.members.map(toField);
    records.set(name, { name, sourceName: declaration.name, fields });
  }
  return records;
}

function aliasesOf(declarations: readonly Declaration[]): Map<string, AliasModel> {
  const aliases = new Map<string, AliasModel>();
  for (const declaration of declarations) {
    const name = plainName(declaration.name);
    if (declaration.kind !== "alias" || HAND_WRITTEN.has(name)) continue;
    const added = ADDED_TO_UNION[name] ?? [];
    const type = unionOf([...membersOf(toWireType(declaration.type)), ...added]);
    const corrected = added.length > 0;
    aliases.set(name, { name, sourceName: declaration.name, type, corrected });
  }
  return aliases;
}

function toField({ name, optional, type, doc }: Member): FieldModel {
  return { name, required: !optional, type: toWireType(type), doc, loosened: isLoosened(type) };
}

function methodsOf(declarations: readonly Declaration[]): MethodModel[] {
  const map = declarations.find(({ name }) => name === "APIMethods");
  if (map?.kind !== "interface") throw new Error("methods.d.ts has no interface APIMethods");
  return map.members.map(({ name, doc, type }) => {
    if (type.kind !== "name") throw new Error(`${name}: expected CallAPI…, found ${type.kind}`);
    const [first, second] = type.args;
    if (type.name === "CallAPIWithoutParams" && first)
      return { name, doc, params: undefined, result: toWireType(first) };
    if (/^CallAPI(WithOptionalParams)?$/.test(type.name) && first?.kind === "name" && second)
      return { name, doc, params: first.name, result: toWireType(second) };
    throw new Error(`${name}: cannot read ${type.name}`);
  });
}

/** The type as it goes over the wire. */
function toWireType(type: TypeNode): TypeNode {
  switch (type.kind) {
    case "union":
      return unionOf(type.of.filter(({ kind }) => kind !== "method").map(toWireType));
    case "array":
      return { kind: "array", of: toWireType(type.of) };
    case "name":
      if (type.name === "Exclude" && type.args[0]?.kind === "keyof") return nameNode("UpdateKind");
      if (type.args.length > 0) throw new Error(`cannot read ${type.name}<…>`);
      return nameNode(plainName(type.name));
    case "literal":
      return type;
    case "method":
    case "keyof":
      throw new Error(`a ${type.kind} type where none was expected`);
  }
}

function isLoosened(type: TypeNode): boolean {
  return type.kind === "union" && type.of.some(({ kind }) => kind === "method");
}

/** The members of a union, or the one type itself. */
export function membersOf(type: TypeNode): readonly TypeNode[] {
  return type.kind === "union" ? type.of : [type];
}

/** Every name that `type` mentions. */
export function namesIn(type: TypeNode): string[] {
  if (type.kind === "name") return [type.name];
  if (type.kind === "array") return namesIn(type.of);
  return type.kind === "union" ? type.of.flatMap(namesIn) : [];
}

function unionOf(of: readonly TypeNode[]): TypeNode {
  return of.length === 1 ? of[0]! : { kind: "union", of };
}

function nameNode(name: string): TypeNode {
  return { kind: "name", name, args: [] };
}

function plainName(name: string): string {
  return name.replace(/^Telegram(?=[A-Z])/, "");
}

function assertAllKnown(model: Model): void {
  const { objects, aliases, params, paramAliases, methods } = model;
  const known = new Set([
    ...PRIMITIVES,
    ...HAND_WRITTEN.keys(),
    ...objects.keys(),
    ...aliases.keys(),
  ]);
  for (const name of paramAliases.keys()) known.add(name);
  const check = (where: string, type: TypeNode): void => {
    for (const name of namesIn(type))
      if (!known.has(name)) throw new Error(`${where} mentions ${name}, which is not declared`);
  };
  for (const record of [...objects.values(), ...params.values()])
    for (const field of record.fields) check(`${record.name}.${field.name}`, field.type);
  for (const alias of [...aliases.values(), ...paramAliases.values()])
    check(alias.name, alias.type);
  for (const method of methods) {
    check(method.name, method.result);
    if (method.params !== undefined && !params.has(method.params))
      throw new Error(`${method.name} mentions ${method.params}, which is not declared`);
  }
}
