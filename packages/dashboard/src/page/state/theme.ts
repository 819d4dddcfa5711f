import { effect } from "@preact/signals";
import { remembered } from "./remembered.ts";

/** The choices, in the order in which the switch goes through them. */
export const THEMES = ["auto", "light", "dark"] as const;
/** One of `THEMES`. */
export type Theme = (typeof THEMES)[number];

/** Light or dark by choice, or as the system says. The style sheet reads it from the root element. */
export const theme = remembered<Theme>("theme", THEMES, "auto");

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
});
