import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { PostgresServer } from "../../packages/runtime/test/postgres-server.ts";
import { ChildProgram } from "../child-program.ts";
import { QUESTIONS } from "./conversation-process.ts";

const PROGRAM = new URL("conversation-process.ts", import.meta.url);

/** At which moments each life ends, and which time that it comes there. */
const POINTS = [
  "effect.done@3",
  "effect.recorded@3",
  "attempt.ended@2",
  "update.settled@2",
  "batch.committed@3",
];

/** A lease has to pass after each. */
const POSTGRES_POINTS = ["effect.done@4", "update.settled@2"];

const ANSWERS = Array.from({ length: QUESTIONS }, (_, at) => `answer ${at + 1}`);

const EFFECTS = [
  ...ANSWERS.flatMap((answer, at) => [`send question ${at + 1}`, `save ${at + 1} ${answer}`]),
  `send ${ANSWERS.join(",")}`,
];

/** The person, and the processes that the person talks with, one after the other. */
class Talk {
  readonly #place: string;
  readonly #diary: string;
  #child: ChildProgram | undefined;
  #stored = 0;

  constructor(place: string, diary: string) {
    this.#place = place;
    this.#diary = diary;
  }

  /** What the outside world has seen so far. */
  get effects(): readonly string[] {
    if (!existsSync(this.#diary)) return [];
    return readFileSync(this.#diary, "utf8").split("\n").slice(0, -1);
  }

  /** Answers whatever is asked until the process is dead, or the conversation is over. */
  async live(point?: string): Promise<void> {
    const child = new ChildProgram(PROGRAM, [this.#place, this.#diary], { failpoint: point });
    this.#child = child;
    let isReady = false;
    child.onMessage((message) => {
      if (message === "ready") isReady = true;
      else this.#stored = Math.max(this.#stored, Number(message));
    });
    let sent = 0;
    while (!child.isOver && !this.effects.includes(EFFECTS.at(-1)!)) {
      // As Telegram does: what is not known to be stored is sent again, with its own number.
      const next = this.#stored + 1;
      if (isReady && sent < next && this.#isAsked(next))
        child.tell({ updateId: (sent = next), words: ["/quiz", ...ANSWERS][next - 1]! });
      await delay(5);
    }
    if (point !== undefined) await child.killed();
  }

  /** Lets the last process go. */
  async end(): Promise<void> {
    await this.#child?.leave();
  }

  async kill(): Promise<void> {
    await this.#child?.kill();
  }

  #isAsked(updateId: number): boolean {
    return updateId === 1 || this.effects.includes(`send question ${updateId - 1}`);
  }
}

async function holdThroughKills(
  place: string,
  diary: string,
  points: readonly string[],
): Promise<void> {
  const talk = new Talk(place, diary);
  try {
    for (const point of points) await talk.live(point);
    await talk.live();
    await talk.end();
  } finally {
    await talk.kill();
  }
  const { effects } = talk;
  assert.deepEqual([...new Set(effects)], EFFECTS, "every effect happened, in order");
  // Of one effect it was known that it had begun, and not that it was over.
  assert.equal(effects.length - EFFECTS.length, 1, "only what nobody could know twice");
}

describe("a conversation whose process is killed, again and again", () => {
  it("goes on where it was, and repeats what nobody could know (SQLite)", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hookgram-talk-"));
    try {
      await holdThroughKills(join(folder, "bot.sqlite"), join(folder, "diary"), POINTS);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("goes on where it was, and repeats what nobody could know (PostgreSQL)", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hookgram-talk-"));
    const server = await PostgresServer.start();
    try {
      await holdThroughKills(server.url, join(folder, "diary"), POSTGRES_POINTS);
    } finally {
      await server.remove();
      rmSync(folder, { recursive: true });
    }
  });
});
