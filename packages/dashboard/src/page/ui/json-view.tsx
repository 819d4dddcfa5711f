import type { ComponentChildren } from "preact";

const INDENT = 2;
/** Names, strings, numbers and words of JSON text, so that they can be coloured. */
const TOKENS =
  /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;

function tokenClass(text: string, colon: string | undefined): string {
  if (colon !== undefined) return "json-name";
  if (text.startsWith('"')) return "json-string";
  return /^[-\d]/.test(text) ? "json-number" : "json-word";
}

function colourJson(json: string): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let position = 0;
  for (const match of json.matchAll(TOKENS)) {
    const text = match[1] ?? match[0];
    parts.push(json.slice(position, match.index));
    parts.push(<span class={tokenClass(text, match[2])}>{text}</span>);
    position = match.index + text.length;
  }
  parts.push(json.slice(position));
  return parts;
}

/** A value as indented JSON. */
export function JsonView({ value }: { readonly value: unknown }) {
  return (
    <pre class="json" tabIndex={0}>
      {colourJson(JSON.stringify(value, null, INDENT))}
    </pre>
  );
}
