/** Reads declaration files as modules: what each declares, imports and exports by which name. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "vite";

/** A statement that declares something, with the comments before it. */
export interface Statement {
  readonly text: string;
  /** What it declares; nothing if it adds to a module of others, which is always kept. */
  readonly names: readonly string[];
  /** What it mentions, and perhaps more: names of properties are among it. */
  readonly mentions: ReadonlySet<string>;
}

/** Where a name comes from: a name of a module, or a whole module (`*`). */
export interface Origin {
  readonly from: string;
  readonly name: string;
}

/** What is exported. Without `from` it is declared or imported in the same module. */
export interface Exported {
  readonly from?: string;
  readonly name: string;
  /** A class of which only the type is meant. */
  readonly typeOnly: boolean;
}

export interface DeclarationModule {
  readonly file: string;
  readonly statements: readonly Statement[];
  readonly imports: ReadonlyMap<string, Origin>;
  /** By the exported name. */
  readonly exports: ReadonlyMap<string, Exported>;
  /** The files that `export *` names. */
  readonly stars: readonly string[];
}

type Node = ReturnType<typeof parseSync>["program"]["body"][number];

/** What `tsc` writes for a type that no import names. */
const INLINE_IMPORT = /import\("(\.[^"]+)"\)\.(\w+)/g;

/** Reads a file. What other files say in relative paths is resolved. */
export function readModule(file: string): DeclarationModule {
  const source = readFileSync(file, "utf8");
  const inline = [...source.matchAll(INLINE_IMPORT)];
  const text = source.replaceAll(INLINE_IMPORT, "$2");
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
  const module = {
    file,
    statements: [] as Statement[],
    imports: new Map<string, Origin>(
      inline.map(([, from = "", name = ""]) => [name, { from: resolve(from, file), name }]),
    ),
    exports: new Map<string, Exported>(),
    stars: [] as string[],
  };
  let end = 0;
  for (const node of program.body) {
    add(node, text.slice(end, node.end), module);
    end = node.end;
  }
  return module;
}

type Building = {
  readonly [K in keyof DeclarationModule]: DeclarationModule[K] extends ReadonlyMap<
    infer A,
    infer B
  >
    ? Map<A, B>
    : DeclarationModule[K] extends readonly (infer A)[]
      ? A[]
      : DeclarationModule[K];
};

function add(node: Node, text: string, module: Building): void {
  if (node.type === "ImportDeclaration") return addImports(node, module);
  if (node.type === "ExportAllDeclaration")
    return void module.stars.push(resolve(node.source.value, module.file));
  const isExported = node.type === "ExportNamedDeclaration";
  if (isExported && node.declaration === null) return addExports(node, module);
  const names = namesOf(isExported ? node.declaration! : node);
  module.statements.push({ text, names, mentions: identifiersIn(node) });
  if (isExported) for (const name of names) module.exports.set(name, { name, typeOnly: false });
}

function addImports(node: Extract<Node, { type: "ImportDeclaration" }>, module: Building): void {
  const from = resolve(node.source.value, module.file);
  for (const specifier of node.specifiers) {
    const name = specifier.type === "ImportSpecifier" ? nameOf(specifier.imported) : "*";
    module.imports.set(specifier.local.name, { from, name });
  }
}

function addExports(
  node: Extract<Node, { type: "ExportNamedDeclaration" }>,
  module: Building,
): void {
  const from = node.source === null ? {} : { from: resolve(node.source.value, module.file) };
  for (const { exported, local, exportKind } of node.specifiers) {
    const typeOnly = node.exportKind === "type" || exportKind === "type";
    module.exports.set(nameOf(exported), { ...from, name: nameOf(local), typeOnly });
  }
}

function nameOf(node: { readonly type: string; readonly name?: string; readonly value?: string }) {
  return node.name ?? node.value ?? "";
}

function namesOf(declaration: object): string[] {
  if ("declarations" in declaration)
    return (declaration.declarations as { id: { name: string } }[]).map(({ id }) => id.name);
  const { id } = declaration as { readonly id?: { readonly type: string; readonly name: string } };
  return id?.type === "Identifier" ? [id.name] : [];
}

function identifiersIn(node: unknown, found = new Set<string>()): Set<string> {
  if (typeof node !== "object" || node === null) return found;
  const { type, name } = node as { readonly type?: unknown; readonly name?: unknown };
  if (type === "Identifier" && typeof name === "string") found.add(name);
  for (const child of Object.values(node)) identifiersIn(child, found);
  return found;
}

/** The file of a relative path; a package's name stays as it is. */
function resolve(specifier: string, file: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return path.resolve(path.dirname(file), specifier.replace(/\.[jt]s$/, ".d.ts"));
}
