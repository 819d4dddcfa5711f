/**
 * Makes packages/bot-api/src/generated from the declaration files of `@gramio/types`, which are made
 * from Telegram's documentation: wire types, the method map, and the schema as data.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Declaration, parseDeclarations } from "./dts-parser.ts";
import { buildModel, type Model } from "./generate-bot-api-model.ts";
import { schemaFiles } from "./generate-bot-api-schema.ts";
import { typeFiles } from "./generate-bot-api-types.ts";

/** Where the generated files are, relative to the repository. */
const FOLDER = "packages/bot-api/src/generated";

/** The generated files by their paths relative to the repository. */
export function generateBotApi(): Map<string, string> {
  const model = readModel();
  const files = { ...typeFiles(model), ...schemaFiles(model) };
  return new Map(Object.entries(files).map(([name, text]) => [`${FOLDER}/${name}`, text]));
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
