import type { CallParams } from "./call-params.ts";
import { percentDecode } from "./lenient-values.ts";

/** A request's target, split and decoded. */
export interface RequestTarget {
  /** Percent-decoded, without the query string. */
  readonly path: string;
  /** The query string as it came, without the question mark. */
  readonly query: string;
}

/** Splits a target at its first `?` or `#` and decodes the path. */
export function parseRequestTarget(target: string): RequestTarget {
  const end = target.search(/[?#]/);
  if (end === -1) return { path: percentDecode(target, false), query: "" };
  const query = target[end] === "?" ? target.slice(end + 1) : "";
  return { path: percentDecode(target.slice(0, end), false), query };
}

/** Adds the parameters of an urlencoded text, in which `+` is a space. */
export function readUrlencoded(text: string, params: CallParams): void {
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = equals === -1 ? pair : pair.slice(0, equals);
    const value = equals === -1 ? "" : pair.slice(equals + 1);
    params.add(percentDecode(name, true), percentDecode(value, true));
  }
}
