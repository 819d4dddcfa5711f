import {
  type Pause,
  type PauseWrite,
  type PauseWriteAnswers,
  scopeText,
  toPause,
} from "../pause-store.ts";
import { type Scope, transact } from "./session.ts";

export async function readPauses({ connection }: Scope): Promise<readonly Pause[]> {
  return (await connection.run("pauses", [])).map(toPause);
}

/** In a transaction of its own; the other nodes hear of it with its commit. */
export function applyPause(
  scope: Scope,
  write: PauseWrite,
): Promise<PauseWriteAnswers[PauseWrite["op"]]> {
  const { connection } = scope;
  return transact(scope, async () => {
    const values = write.op === "pause" ? [write.pause.sinceMs, write.pause.note] : [];
    const text = scopeText(write.op === "pause" ? write.pause : write.scope);
    const changed = await connection.run(write.op, [text, ...values]);
    if (changed.length > 0) await connection.run("announcePauses", []);
    return changed.length > 0;
  });
}
