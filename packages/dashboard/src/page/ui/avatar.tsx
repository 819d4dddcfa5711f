import { Icon } from "./icon.tsx";

interface AvatarProps {
  readonly id: number;
  readonly name: string;
  /** A person is a disc, a bot a rounded square, a group a rounded square with a rim. */
  readonly kind: "person" | "bot" | "group";
  readonly size?: "small" | "normal";
}

/** Spreads consecutive ids over the colour circle. */
const GOLDEN_ANGLE = 137.5;

const letters = new Intl.Segmenter();

/** The first letter as a reader sees it, which may be several code points. */
function firstLetter(word = ""): string {
  for (const { segment } of letters.segment(word)) return segment;
  return "";
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const last = words.length > 1 ? words.at(-1) : undefined;
  return `${firstLetter(words[0])}${firstLetter(last)}`.toUpperCase();
}

/** A coloured sign for a person, a bot or a group; the colour follows from the id. */
export function Avatar({ id, name, kind, size = "normal" }: AvatarProps) {
  const hue = Math.round((Math.abs(id) * GOLDEN_ANGLE) % 360);
  return (
    <span class={`avatar ${kind} ${size}`} style={{ "--hue": String(hue) }} aria-hidden="true">
      {kind === "bot" ? <Icon name="bot" /> : initials(name)}
    </span>
  );
}
