import { HookgramError } from "../error.ts";

/** How many buttons the rows have: all the same, or row by row, where the last number goes on. */
export type RowWidths = number | readonly [number, ...number[]];

/**
 * Breaks a list of buttons into rows: `grid(buttons, 3)` for rows of three, `grid(buttons, [1, 2])`
 * for one of one and then rows of two.
 */
export function grid<Button>(buttons: readonly Button[], widths: RowWidths): Button[][] {
  const list = typeof widths === "number" ? [widths] : widths;
  const rows: Button[][] = [];
  let taken = 0;
  while (taken < buttons.length) {
    const width = list[Math.min(rows.length, list.length - 1)] ?? 0;
    if (!Number.isSafeInteger(width) || width < 1)
      throw new HookgramError("bad-keyboard", `grid: a row has 1 or more buttons, not ${width}`);
    rows.push(buttons.slice(taken, taken + width));
    taken += width;
  }
  return rows;
}

/** The limits of one kind of keyboard. */
export interface KeyboardLimits {
  readonly kind: string;
  readonly rowWidthMax: number;
  readonly buttonsMax: number;
}

/** Refuses a keyboard that Telegram would refuse or cut. */
export function assertKeyboard(
  rows: readonly (readonly { readonly text: string }[])[],
  { kind, rowWidthMax, buttonsMax }: KeyboardLimits,
): void {
  const fail = (problem: string): never => {
    throw new HookgramError("bad-keyboard", `${kind}: ${problem}`);
  };
  if (rows.length === 0) fail("it has no rows");
  let count = 0;
  for (const [index, row] of rows.entries()) {
    if (!Array.isArray(row)) fail(`row ${index + 1} is no list of buttons; write [[button, …], …]`);
    count += row.length;
    if (row.length === 0) fail(`row ${index + 1} is empty`);
    if (row.length > rowWidthMax)
      fail(`row ${index + 1} has ${row.length} buttons, and a row takes ${rowWidthMax}`);
    if (row.some(({ text }) => text === "")) fail(`row ${index + 1} has a button without a text`);
  }
  if (count > buttonsMax) fail(`it has ${count} buttons, and Telegram takes ${buttonsMax}`);
}
