import type { Model } from "./generate-bot-api-model.ts";
export function schemaFiles(_model: Model): Readonly<Record<string, string>> {
  return {};
}
