import type { Params } from "../methods/method.ts";

/** Values that are secrets of the bot's owner and are never shown. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  "secret_token",
  "provider_token",
  "certificate",
]);
const VALUE_MAX_LENGTH = 1_000;

/** The parameters of a call as the journal shows them: shortened, secrets and file contents out. */
export function summarizeParams(params: Params): Record<string, unknown> {
  const summary: Record<string, unknown> = {};
  for (const name of params.names()) summary[name] = summarize(name, params);
  return summary;
}

function summarize(name: string, params: Params): unknown {
  if (SECRET_NAMES.has(name)) return "<hidden>";
  const text = params.text(name);
  if (text === undefined) return summarizeFile(name, params);
  if (name === "url") return withoutCredentials(text);
  if (text.length > VALUE_MAX_LENGTH) return `${text.slice(0, VALUE_MAX_LENGTH)}…`;
  return /^[[{]/.test(text) ? (params.json(name) ?? text) : text;
}

function summarizeFile(name: string, params: Params): unknown {
  const file = params.file(name);
  if (file === undefined) return undefined;
  return { file_name: file.fileName, mime_type: file.mimeType, size: file.bytes.byteLength };
}

/** A URL without the user name and password in front of its host. */
export function withoutCredentials(url: string): string {
  return url.replace(/^((?:[a-z]+:\/\/)?)[^/?#]*@/i, "$1");
}
