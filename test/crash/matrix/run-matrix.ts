import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PostgresServer } from "../../../packages/runtime/test/postgres-server.ts";
import { type Judgement, judgeHistory } from "../judge/judge-history.ts";
import { PointMissedError, Round } from "../round/round.ts";
import { seededRandom } from "../../../packages/runtime/test/seeded-random.ts";
import type { CrashPoint, StoreName } from "./crash-points.ts";
import type { CrashRow } from "./crash-row.ts";
import { SCENES } from "./scenes.ts";

export interface MatrixOptions {
  readonly store: StoreName;
  readonly points: readonly CrashPoint[];
  readonly rounds: number;
  readonly seed: number;
  /** Is called with a line per round. */
  readonly say: (line: string) => void;
}

export interface MatrixReport {
  readonly rows: readonly CrashRow[];
  /** Rounds that did not reach their kill or their end. */
  readonly failures: readonly string[];
}

/** Runs all points on one store. A round with a finding leaves its folder behind. */
export async function runMatrix(options: MatrixOptions): Promise<MatrixReport> {
  const { store, points } = options;
  const folder = mkdtempSync(join(tmpdir(), "hookgram-crash-"));
  const server = store === "postgres" ? await PostgresServer.start() : undefined;
  const rows: CrashRow[] = [];
  const failures: string[] = [];
  try {
    for (const point of points) {
      if (point.only !== undefined && point.only !== store) continue;
      rows.push(await runPoint(point, { ...options, folder, server, failures }));
    }
    if (rows.every(isClean) && failures.length === 0) rmSync(folder, { recursive: true });
    else options.say(`the histories are in ${folder}`);
    return { rows, failures };
  } finally {
    await server?.remove();
  }
}

interface PointOptions extends MatrixOptions {
  readonly folder: string;
  readonly server: PostgresServer | undefined;
  readonly failures: string[];
}

async function runPoint(point: CrashPoint, options: PointOptions): Promise<CrashRow> {
  const judgements: Judgement[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    const name = `${options.store}, ${point.point}, round ${round}`;
    const judgement = await playRound(point, round, options).catch((error: Error) => {
      options.failures.push(`${name}: ${error.message}`);
    });
    if (judgement === undefined) continue;
    judgements.push(judgement);
    options.say(`${name}: ${JSON.stringify(judgement)}`);
  }
  return toRow(options.store, point, judgements);
}

/** On a slow machine the bot may not pass its point often enough; then the first pass is used. */
async function playRound(point: CrashPoint, round: number, options: PointOptions) {
  const random = seededRandom(options.seed + hash(`${point.point} ${round}`));
  const pass = point.pass ?? 1 + Math.floor(random() * (point.passesMax ?? 1));
  const name = `${point.point.replaceAll(/\W+/g, "-")}-${options.store}-${round}`;
  // In every other round there is no second process that could take over.
  const choices = { name, pass, random, wantsSecond: round % 2 === 1, server: options.server };
  try {
    return await judgeRound(point, options.folder, choices);
  } catch (error) {
    if (!(error instanceof PointMissedError) || point.pass !== undefined) throw error;
    return judgeRound(point, options.folder, { ...choices, name: `${name}-again`, pass: 1 });
  }
}

interface RoundChoices {
  readonly name: string;
  readonly pass: number;
  readonly random: () => number;
  readonly wantsSecond: boolean;
  readonly server: PostgresServer | undefined;
}

async function judgeRound(
  point: CrashPoint,
  folder: string,
  { name, pass, random, wantsSecond, server }: RoundChoices,
): Promise<Judgement> {
  const { bot, isAlone = false, play } = SCENES[point.scene];
  const round = await Round.open({
    failpoint: point.failpoint && { name: point.failpoint, pass },
    bot,
    folder: join(folder, name),
    postgres: server && { url: server.url, schema: server.newSchema() },
    isShared: server !== undefined && wantsSecond && !isAlone,
    random,
  });
  try {
    await play(round);
    return judgeHistory(await round.end());
  } finally {
    await round.close();
  }
}

function toRow(store: StoreName, { point }: CrashPoint, judged: readonly Judgement[]): CrashRow {
  const sum = (of: (judgement: Judgement) => readonly number[]): number =>
    judged.reduce((total, judgement) => total + of(judgement).length, 0);
  return {
    store,
    point,
    rounds: judged.length,
    lost: sum(({ lost }) => lost),
    duplicated: sum(({ duplicated, unexpected }) => [...duplicated, ...unexpected]),
    flagged: sum(({ flagged }) => flagged),
    reordered: sum(({ reordered }) => reordered),
    recoveryMs: Math.max(0, ...judged.map(({ recoveryMs }) => recoveryMs)),
  };
}

function isClean({ lost, duplicated, reordered }: CrashRow): boolean {
  return lost + duplicated + reordered === 0;
}

/** Gives each point and round its own random numbers, whichever others are run. */
function hash(text: string): number {
  return Buffer.from(text).reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 7);
}
