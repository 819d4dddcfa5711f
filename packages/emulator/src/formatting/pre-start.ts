/** Where the content of a block of code begins, and the language that is named before it. */
export interface PreStart {
  readonly language: string;
  readonly contentBegin: number;
}

/**
 * Reads what follows the three backticks of a block of code: a word directly behind them is its
 * language when a space follows it, and one line break is not part of the content.
 */
export function readPreStart(source: string, at: number): PreStart {
  const word = /^[^ \t\r\n\v\0`]*/.exec(source.slice(at))![0];
  const next = source[at + word.length];
  const language = next === undefined || next === "`" ? "" : word;
  const afterLanguage = at + language.length;
  const lineBreak = /^(?:\r\n|\n\r|\r|\n)?/.exec(source.slice(afterLanguage))![0];
  return { language, contentBegin: afterLanguage + lineBreak.length };
}
