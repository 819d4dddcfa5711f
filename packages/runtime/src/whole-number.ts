import { RuntimeError } from "./error.ts";

/**
 * The value of the option `name`, which is a whole number of at least `min` and at most `max`.
 * @throws RuntimeError `bad-options`
 */
export function wholeNumber(
  name: string,
  value: number,
  { min, max = Number.MAX_SAFE_INTEGER }: { readonly min: number; readonly max?: number },
): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new RuntimeError("bad-options", `${name} is a whole number ${range}; got ${String(value)}`);
}
