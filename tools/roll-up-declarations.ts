/**
 * Puts what an installed package has to declare into one file: what its entries export, and what
 * that mentions. `tsc` writes a file for each module instead, half of which nobody can import, and a
 * compiler or an editor has to find and open them all.
 */
import { globSync, readdirSync, rmSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  type DeclarationModule,
  type Origin,
  readModule,
  type Statement,
} from "./declaration-modules.ts";

/** The file beside the entries that has the declarations. */
const DECLARATIONS = "declarations";

/** What an entry exports by a name. */
interface Target extends Origin {
  readonly typeOnly: boolean;
}

/** What the entries need, as far as it was followed. */
interface Needed {
  readonly modules: Map<string, DeclarationModule>;
  readonly statements: Set<Statement>;
  /** What is imported from other packages, by the name that it has here. */
  readonly imports: Map<string, Origin>;
}

/**
 * Replaces the declaration files in `folder` by one, and one for each entry (`index` is
 * `index.d.ts`) which exports from it. Their text and comments stay as they are.
 */
export function rollUpDeclarations(folder: string, entries: readonly string[]): void {
  const needed: Needed = { modules: new Map(), statements: new Set(), imports: new Map() };
  const files = entries.map((entry) => path.join(folder, `${entry}.d.ts`));
  const exported = files.map((file) => exportsOf(file, needed));
  for (const names of exported)
    for (const target of names.values()) if (isFile(target.from)) follow(target, needed);
  // What adds to the module of another package mentions things too.
  for (const module of needed.modules.values())
    for (const statement of module.statements)
      if (statement.names.length === 0) take(statement, module, needed);
  const declarations = declarationsText(needed);
  for (const file of globSync("**/*.d.ts", { cwd: folder })) rmSync(path.join(folder, file));
  writeFileSync(path.join(folder, `${DECLARATIONS}.d.ts`), declarations);
  for (const [index, file] of files.entries()) writeFileSync(file, entryText(exported[index]!));
  removeEmptyFolders(folder);
}

const isFile = (from: string): boolean => path.isAbsolute(from);

function load(file: string, { modules }: Needed): DeclarationModule {
  const module = modules.get(file) ?? readModule(file);
  modules.set(file, module);
  return module;
}

/** Every name that a file exports, with the place where it is declared, or the package it is of. */
function exportsOf(file: string, needed: Needed): Map<string, Target> {
  const module = load(file, needed);
  const names = new Map<string, Target>();
  for (const star of module.stars)
    for (const [name, target] of exportsOf(star, needed)) names.set(name, target);
  for (const [name, { from, name: local, typeOnly }] of module.exports) {
    const origin =
      from === undefined ? inside(module, local, needed) : at({ from, name: local }, needed);
    names.set(name, { ...origin, typeOnly });
  }
  return names;
}

/** Where a name that another module exports is declared. */
function at(origin: Origin, needed: Needed): Origin {
  if (!isFile(origin.from) || origin.name === "*") return origin;
  const found = exportsOf(origin.from, needed).get(origin.name);
  if (found === undefined) throw new Error(`${origin.from} exports no ${origin.name}`);
  return found;
}

/** Where a name is declared that a module uses. */
function inside(module: DeclarationModule, name: string, needed: Needed): Origin {
  const imported = module.imports.get(name);
  return imported === undefined ? { from: module.file, name } : at(imported, needed);
}

/** Takes a declaration and all that it mentions. */
function follow({ from, name }: Origin, needed: Needed): void {
  const module = load(from, needed);
  for (const statement of module.statements)
    if (statement.names.includes(name)) take(statement, module, needed);
}

function take(statement: Statement, module: DeclarationModule, needed: Needed): void {
  if (needed.statements.has(statement)) return;
  needed.statements.add(statement);
  for (const name of statement.mentions) {
    const origin = inside(module, name, needed);
    if (isFile(origin.from)) {
      if (origin.name !== name)
        throw new Error(`${module.file} has another name for ${origin.name}`);
      follow(origin, needed);
    } else claim(name, origin, needed);
  }
}

function claim(name: string, origin: Origin, { imports }: Needed): void {
  const before = imports.get(name) ?? origin;
  if (before.from !== origin.from || before.name !== origin.name)
    throw new Error(`${name} is imported from ${before.from} and from ${origin.from}`);
  imports.set(name, origin);
}

function declarationsText(needed: Needed): string {
  const parts = importLines(needed.imports);
  const homes = new Map<string, string>(
    [...needed.imports].map(([name, { from }]) => [name, from]),
  );
  const modules = [...needed.modules.values()].toSorted((a, b) => (a.file < b.file ? -1 : 1));
  for (const { file, statements } of modules)
    for (const statement of statements) {
      if (statement.names.length > 0 && !needed.statements.has(statement)) continue;
      for (const name of statement.names) assertHome(name, file, homes);
      parts.push(indentByTabs(statement.text.trim()));
    }
  return `${parts.join("\n")}\n`;
}

/** As the code beside it. An archive has some hundred bytes less of it. */
function indentByTabs(text: string): string {
  return text.replaceAll(/^( {4})+/gm, (spaces) => "\t".repeat(spaces.length / 4));
}

/** Two modules may use one name for two things; one file may not. */
function assertHome(name: string, file: string, homes: Map<string, string>): void {
  const home = homes.get(name) ?? file;
  if (home !== file)
    throw new Error(`${name} is declared in ${file} and in ${home}: call one of them otherwise`);
  homes.set(name, file);
}

function importLines(imports: ReadonlyMap<string, Origin>): string[] {
  const whole = [...imports].filter(([, { name }]) => name === "*");
  const lines = whole.map(([local, { from }]) => `import type * as ${local} from "${from}";`);
  for (const [from, names] of byPackage([...imports].filter(([, { name }]) => name !== "*")))
    lines.push(`import type { ${names.join(", ")} } from "${from}";`);
  return lines;
}

function entryText(exported: ReadonlyMap<string, Target>): string {
  const write = (targets: readonly (readonly [string, Target])[], how: string): string[] =>
    byPackage(targets).map(([from, names]) => `${how} { ${names.join(", ")} } from "${from}";\n`);
  const values = [...exported].filter(([, { typeOnly }]) => !typeOnly);
  const types = [...exported].filter(([, { typeOnly }]) => typeOnly);
  return [...write(values, "export"), ...write(types, "export type")].join("");
}

/** What is written between the braces, by the module that it is of. */
function byPackage(names: readonly (readonly [string, Origin])[]): [string, string[]][] {
  const grouped = new Map<string, string[]>();
  for (const [as, { from, name }] of names) {
    const specifier = isFile(from) ? `./${DECLARATIONS}.js` : from;
    const list = grouped.get(specifier) ?? [];
    list.push(name === as ? name : `${name} as ${as}`);
    grouped.set(specifier, list);
  }
  return [...grouped];
}

function removeEmptyFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeEmptyFolders(path.join(folder, entry.name));
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
