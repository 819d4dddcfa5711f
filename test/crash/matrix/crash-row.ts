import type { StoreName } from "./crash-points.ts";

/** One line of the crash matrix, as `--json` writes it. */
export interface CrashRow {
  readonly store: StoreName;
  readonly point: string;
  readonly rounds: number;
  /** Updates that were answered 2xx and neither applied nor rightly parked. */
  readonly lost: number;
  /** Updates with an effect that was repeated without need, or applied twice. */
  readonly duplicated: number;
  /** Updates with an effect that was in flight at a kill and is known to have been repeated. */
  readonly flagged: number;
  readonly reordered: number;
  /** The longest time from a kill to the next attempt at an update that had been accepted before. */
  readonly recoveryMs: number;
}

/** The contract: a killed process's work is taken up within this time. */
export const RECOVERY_MS_MAX = 15_000;

/** What even a machine takes that has something else to do: beyond it, work was not taken up by itself. */
export const LOADED_RECOVERY_MS_MAX = 60_000;

/** What a row misses, in words. */
export function missedAims(row: CrashRow, recoveryMaxMs = RECOVERY_MS_MAX): string[] {
  const where = `${row.store}, ${row.point}`;
  const missed = (["lost", "duplicated", "reordered"] as const)
    .filter((aim) => row[aim] > 0)
    .map((aim) => `${where}: ${row[aim]} ${aim}`);
  if (row.recoveryMs > recoveryMaxMs) {
    missed.push(`${where}: taken up after ${row.recoveryMs} ms, not within ${recoveryMaxMs} ms`);
  }
  return missed;
}

const NUMBERS = ["rounds", "lost", "duplicated", "flagged", "reordered"] as const;

/** A table in Markdown, a line per row. */
export function toTable(rows: readonly CrashRow[]): string {
  const cells = (row: CrashRow): string[] => [
    row.store,
    row.point,
    ...NUMBERS.map((name) => `${row[name]}`),
    `${(row.recoveryMs / 1_000).toFixed(1)} s`,
  ];
  return [
    `| store | killed when | ${NUMBERS.join(" | ")} | taken up within |`,
    `| --- | --- | ${NUMBERS.map(() => "--:").join(" | ")} | --: |`,
    ...rows.map((row) => `| ${cells(row).join(" | ")} |`),
  ].join("\n");
}

/** The rows of such a table, whatever stands around it. */
export function fromTable(text: string): CrashRow[] {
  const lines = text.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  return lines.flatMap(([, store, point, ...cells]) => {
    const [rounds, lost, duplicated, flagged, reordered, seconds] = cells.map(Number.parseFloat);
    if (store === undefined || point === undefined || !(rounds! >= 0)) return [];
    const counts = { rounds, lost, duplicated, flagged, reordered } as Omit<CrashRow, "recoveryMs">;
    return [{ ...counts, store: store as StoreName, point, recoveryMs: 1_000 * seconds! }];
  });
}
