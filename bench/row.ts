/** One result of a benchmark, as `--json` writes it. */
export interface BenchRow {
  readonly bench: string;
  readonly case: string;
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
  /** The case that `ratio` compares with; null for that case itself. */
  readonly against: string | null;
  /** `value` divided by that case's value, from the same run. */
  readonly ratio: number | null;
}

/** Adds the ratios: every row is compared with the same metric of the case `against`. */
export function withRatios(
  rows: readonly Omit<BenchRow, "against" | "ratio">[],
  against: string,
): BenchRow[] {
  return rows.map((row) => {
    const base = rows.find((other) => other.case === against && other.metric === row.metric);
    if (base === undefined || base === row) return { ...row, against: null, ratio: null };
    return { ...row, against, ratio: row.value / base.value };
  });
}

/** The rows of one case again, with their ratios to another case. */
export function ratiosTo(rows: readonly BenchRow[], name: string, against: string): BenchRow[] {
  const both = rows.filter((row) => row.case === name || row.case === against);
  return withRatios(both, against).filter((row) => row.case === name);
}

/**
 * A table in Markdown: a line per case, a column per metric, the ratio in brackets; several, in their
 * order, when a case is compared with several.
 */
export function toTable(rows: readonly BenchRow[]): string {
  const cases = [...new Set(rows.map((row) => row.case))];
  const metrics = [...new Map(rows.map((row) => [row.metric, row.unit]))];
  const cell = (name: string, metric: string): string => {
    const found = rows.filter((row) => row.case === name && row.metric === metric);
    if (found.length === 0) return "";
    const value = formatValue(found[0]!.value);
    const ratios = found.flatMap(({ ratio }) => (ratio === null ? [] : [formatRatio(ratio)]));
    return ratios.length === 0 ? value : `${value} (${ratios.join(", ")})`;
  };
  return [
    `| | ${metrics.map(([metric, unit]) => `${metric} (${unit})`).join(" | ")} |`,
    `|---|${metrics.map(() => "--:").join("|")}|`,
    ...cases.map(
      (name) => `| ${name} | ${metrics.map(([metric]) => cell(name, metric)).join(" | ")} |`,
    ),
  ].join("\n");
}

function formatRatio(ratio: number): string {
  return `${ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2)}×`;
}

function formatValue(value: number): string {
  if (Number.isInteger(value) && value < 100) return `${value}`;
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}

/** The middle one; of an even number the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
}

/** The value below which this part of the values lies. */
export function percentile(values: Float64Array, part: number): number {
  return values.toSorted()[Math.floor(values.length * part)]!;
}
