import { pathToFileURL } from "node:url";

/** Packages whose frames say nothing about the mistake in somebody's bot. */
const OURS = ["hookgram", "@hookgram/bot-api", "@hookgram/runtime", "@hookgram/emulator"].map(
  (name) => new URL("../", import.meta.resolve(name)).href,
);
const FRAME = /^\s+at /;

/**
 * An error's text with its stacks cut to the frames of the person's own code and of the libraries
 * that it calls, with paths as seen from `folder`. A stack that has no such frame loses all.
 */
export function toOwnStack(text: string, folder = process.cwd()): string {
  const here = pathToFileURL(`${folder}/`).href;
  return text
    .split("\n")
    .filter((line) => !FRAME.test(line) || !isForeign(line))
    .map((line) => (FRAME.test(line) ? line.replace(here, "") : line))
    .join("\n");
}

function isForeign(frame: string): boolean {
  return frame.includes("node:") || OURS.some((place) => frame.includes(place));
}
