/** Another project's live suite: what it needs to be run against the emulator, and how. */
import type { WorldFile } from "@hookgram/emulator";

/** What a run has counted. */
export interface SuiteCounts {
  readonly tests: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** The names of the tests that failed, with the first line of the reason. */
  readonly failures: readonly string[];
}

/** A file of the emulated web: the URL that the suite sends, and what stands there. */
export interface SuiteWebFile {
  readonly url: string;
  /** Relative to the checkout, or absent for a file that is made up. */
  readonly path?: string;
  readonly text?: string;
  readonly mimeType: string;
}

/** A test that no emulator can pass, and why; listed before the run. */
export interface Impossible {
  readonly test: string;
  readonly reason: string;
}

export interface Suite {
  /** The name of the package on npm. */
  readonly name: string;
  readonly world: WorldFile;
  /** The person who has written to the bot before the suite starts. */
  readonly person: number;
  readonly web: readonly SuiteWebFile[];
  /** Variables that the suite reads. */
  readonly env: Readonly<Record<string, string>>;
  readonly impossible: readonly Impossible[];
  /** Arguments for `node`, in the folder of the checkout. */
  readonly args: (preloadUrl: string, reportPath: string) => readonly string[];
  readonly nodeOptions: (preloadUrl: string) => string;
  /** Reads the counts out of what the run has written to its report file. */
  readonly counts: (report: string) => SuiteCounts;
}
