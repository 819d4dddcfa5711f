import { readFile } from "node:fs/promises";

import { CliError, type CliErrorCode } from "./cli-error.ts";

const REASONS: Readonly<Record<string, (name: string) => string>> = {
  ENOENT: (name) => `there is no file ${name}`,
  EISDIR: (name) => `${name} is a folder`,
  EACCES: (name) => `${name} may not be read by this user`,
};

/**
 * The text of a file that was named at the terminal.
 * @throws CliError with the given code, and why the file cannot be read.
 */
export async function readNamedFile(
  name: string,
  { option, code }: { readonly option: string; readonly code: CliErrorCode },
): Promise<string> {
  try {
    return await readFile(name, "utf8");
  } catch (error) {
    const { code: reason = "unknown error" } = error as NodeJS.ErrnoException;
    const why = REASONS[reason]?.(name) ?? `${name} (${reason})`;
    throw new CliError(code, `${option} cannot be read: ${why}`);
  }
}
