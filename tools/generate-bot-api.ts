/**
 * Makes what is generated from the declaration files of `@gramio/types`, which are made from
 * Telegram's documentation: wire types and the method map for packages/bot-api, and the schema as
 * data for packages/emulator.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Declaration, parseDeclarations } from "./dts-parser.ts";
import { buildModel, type Model } from "./generate-bot-api-model.ts";
import { schemaFiles } from "./generate-bot-api-schema.ts";
import { typeFiles } from "./generate-bot-api-types.ts";

/** Where the generated files are, relative to the repository. */
const TYPES_FOLDER = "packages/bot-api/src/generated";
const SCHEMA_FOLDER = "packages/emulator/src/generated";

/** The generated files by their paths relative to the repository. */
export function generateBotApi(): Map<string, string> {
  const model = readModel();
  return new Map([
    ...within(TYPES_FOLDER, typeFiles(model)),
    ...within(SCHEMA_FOLDER, schemaFiles(model)),
  ]);
}

function within(
  folder: string,
  files: Readonly<Record<string, string>>,
): (readonly [path: string, text: string])[] {
  return Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text] as const);
}

function readModel(): Model {
  return buildModel({
    objects: readDeclarations("objects"),
    params: readDeclarations("params"),
    methods: readDeclarations("methods"),
  });
}

function readDeclarations(name: string): Declaration[] {
  const url = new URL(`../node_modules/@gramio/types/out/${name}.d.ts`, import.meta.url);
  try {
    return parseDeclarations(readFileSync(url, "utf8"));
  } catch (error) {
    throw new Error(`${fileURLToPath(url)}: ${(error as Error).message}`, { cause: error });
  }
}
