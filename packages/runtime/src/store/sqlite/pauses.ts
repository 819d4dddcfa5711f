import {
  type Pause,
  type PauseWrite,
  type PauseWriteAnswers,
  scopeText,
  toPause,
} from "../pause-store.ts";
import type { Statements } from "./statements.ts";

export const ADD_PAUSES = `
  CREATE TABLE pauses (
    id INTEGER PRIMARY KEY,
    scope TEXT NOT NULL UNIQUE,
    since_ms INTEGER NOT NULL,
    note TEXT NOT NULL
  ) STRICT;
`;

/** Every statement for pauses, by what it is for. */
export const PAUSE_SQL = {
  pauses: "SELECT scope, since_ms, note FROM pauses ORDER BY id",
  pause: "INSERT INTO pauses (scope, since_ms, note) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  resume: "DELETE FROM pauses WHERE scope = ?",
} as const;

export function readPauses(statements: Statements): readonly Pause[] {
  return statements.get("pauses").all().map(toPause);
}

export function applyPause(
  statements: Statements,
  write: PauseWrite,
): PauseWriteAnswers[PauseWrite["op"]] {
  if (write.op === "resume") {
    return statements.get("resume").run(scopeText(write.scope)).changes === 1;
  }
  const { sinceMs, note } = write.pause;
  return statements.get("pause").run(scopeText(write.pause), sinceMs, note).changes === 1;
}
