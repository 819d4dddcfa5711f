/** What the compiler says about texts with formatting; there is nothing to run. */
import { bold, caption, code, fmt, html, pre, splitText } from "../index.ts";

export const nested = fmt`${bold`a ${1}`} ${{ text: "a message", entities: [] }}`;

// @ts-expect-error Telegram keeps no formatting in code.
code(bold("a"));
// @ts-expect-error Nor in a block of it.
pre(bold("a"));
// @ts-expect-error A name that may be missing would be shown as "undefined".
export const unnamed = fmt`${undefined as string | undefined}`;
// @ts-expect-error Tags cannot be cut.
splitText(html`<b>a</b>`);
// @ts-expect-error A caption is a text.
caption(5);
