/** A text in Telegram's HTML. Made by `html` alone, so that everything in it has been escaped. */
export interface Html {
  readonly text: string;
  readonly parse_mode: "HTML";
}

/**
 * Writes a message with formatting: html`Hello <b>${name}</b>`. The tags are yours; whatever comes
 * in through `${…}` is escaped, so that a person called `<b>` is greeted and breaks nothing.
 * An `Html` inside an `html` stays as it is; an array is set line by line.
 * @see https://core.telegram.org/bots/api#html-style
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const text = strings.reduce((all, part, index) => all + toHtml(values[index - 1]!) + part);
  return { text, parse_mode: "HTML" };
}

type HtmlValue = string | number | Html | readonly HtmlValue[];

function toHtml(value: HtmlValue): string {
  if (Array.isArray(value)) return value.map(toHtml).join("\n");
  if (typeof value === "object") return (value as Html).text;
  return String(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
