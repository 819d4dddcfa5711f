/** Where the command writes; a test gives its own. */
export interface Output {
  /** One line for a person or, with `--json`, one JSON document, on standard output. */
  print(line: string): void;
  /** One line on standard error. */
  warn(line: string): void;
  /** How wide the terminal is. Undefined where the output goes to a file or a program. */
  readonly columns?: number | undefined;
}

export const terminal: Output = {
  print: (line) => void process.stdout.write(`${line}\n`),
  warn: (line) => void process.stderr.write(`${line}\n`),
  get columns() {
    return process.stdout.columns as number | undefined;
  },
};

/** `label   value` lines with the values under each other. */
export function toColumns(rows: readonly (readonly [label: string, value: string])[]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join("\n");
}
