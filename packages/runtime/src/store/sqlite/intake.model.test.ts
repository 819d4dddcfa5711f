import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";

import type { Place } from "../store.ts";
import { Intake } from "./intake.ts";
import { laneHash } from "./lane-counts.ts";
import type { PageRow } from "./update-columns.ts";

/** `HOOKGRAM_SEED=… node --test …` replays a run. */
const SEED = Number(process.env["HOOKGRAM_SEED"] ?? Date.now() % 2 ** 31);
const RUNS = 300;
/** Little, so that programs get there. */
const LIMITS = { passedMax: 4, lanesLength: 2 };

type Command =
  | { readonly do: "store"; readonly lane: string; readonly place: Place }
  | { readonly do: "claim"; readonly limit: number }
  /** The oldest of the lane ends that was handed out. */
  | { readonly do: "end"; readonly lane: string }
  | { readonly do: "turn" }
  | { readonly do: "restart" };

const lane = fc.constantFrom("a", "b", "c", "d");
const place = fc.constantFrom<Place>("hand", "hand", "hand", "aside", "later");
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant("store" as const), lane, place }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("claim" as const),
      limit: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("end" as const), lane }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("turn" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
);

interface LiveUpdate {
  readonly seq: number;
  readonly lane: string;
  isOut: boolean;
}

/** The live updates, and an intake that is told of them as a store does it. */
class Ground {
  #live: LiveUpdate[] = [];
  #seq = 0;
  #claimed: Promise<boolean> = Promise.resolve(true);
  readonly #intake = new Intake(
    {
      page: async (afterSeq, limit) => {
        await nextTurn();
        return this.#after(afterSeq).slice(0, limit).map(toRow);
      },
      lanes: async (afterSeq, toSeq, limit) => {
        await nextTurn();
        const page = this.#after(afterSeq).filter(({ seq }) => seq <= toSeq);
        const rows = page.slice(0, limit);
        return {
          seqs: Float64Array.from(rows, ({ seq }) => seq),
          hashes: Uint32Array.from(rows, (it) => laneHash(it.lane)),
        };
      },
    },
    LIMITS,
  );

  async run(command: Command): Promise<void> {
    if (command.do === "store") this.#store(command.lane, command.place);
    else if (command.do === "claim") this.#claim(command.limit).catch(() => {});
    else if (command.do === "end") this.#end(command.lane);
    else if (command.do === "turn") await nextTurn();
    else this.#restart();
  }

  /** Everything is handed out in the end. Rejects with what went wrong before, too. */
  async finish(): Promise<void> {
    for (let claims = 0; await this.#claim(100); claims += 1) assert.ok(claims < 1_000);
    assert.equal(this.#intake.isCaughtUp, true);
    assert.deepEqual(
      this.#live.filter(({ isOut }) => !isOut),
      [],
    );
  }

  #after(afterSeq: number): LiveUpdate[] {
    return this.#live.filter(({ seq }) => seq > afterSeq);
  }

  #store(lane: string, wanted: Place): void {
    this.#seq += 1;
    const update = { seq: this.#seq, lane, isOut: false };
    this.#live.push(update);
    const place = this.#intake.stored(update.seq, wanted, lane);
    assert.ok(place === wanted || place === "later", `${wanted} became ${place}`);
    if (place !== "later") this.#handOut(update.seq);
  }

  /** One after the other, as the memory of lanes asks. */
  #claim(limit: number): Promise<boolean> {
    const handOut = (row: PageRow): void => this.#handOut(row.aside ? row.seq : row.update.seq);
    this.#claimed = this.#claimed.then(() => this.#intake.claim(limit, handOut));
    return this.#claimed;
  }

  #handOut(seq: number): void {
    const update = this.#live.find((it) => it.seq === seq)!;
    assert.equal(update.isOut, false, `${seq} comes twice`);
    const older = this.#live.filter((it) => it.lane === update.lane && it.seq < seq);
    assert.deepEqual(
      older.filter(({ isOut }) => !isOut),
      [],
      `${seq} comes too early`,
    );
    assert.equal(this.#intake.isHandedOut(seq), true);
    update.isOut = true;
  }

  #end(lane: string): void {
    const first = this.#live.find((it) => it.lane === lane);
    if (first?.isOut !== true) return;
    this.#live = this.#live.filter((it) => it !== first);
    this.#intake.ended(first.seq);
  }

  #restart(): void {
    for (const update of this.#live) update.isOut = false;
    const [first, last] = [this.#live[0], this.#live.at(-1)];
    this.#intake.restart(first && last && { firstSeq: first.seq, lastSeq: last.seq });
  }
}

function toRow({ seq, lane }: LiveUpdate): PageRow {
  return { aside: true, seq, lane };
}

describe("what waits in a SQLite store", () => {
  it("is handed out once, in the order of each lane, whatever passes it", async (t) => {
    t.diagnostic(`seed ${SEED}`);
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 80, size: "max" }), async (commands) => {
        const ground = new Ground();
        for (const one of commands) await ground.run(one);
        await ground.finish();
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it("keeps nobody of its lane waiting any more once it is handed out", async () => {
    const rows = ["a", "b"].map((name, at) => toRow({ seq: at + 1, lane: name, isOut: false }));
    const intake = new Intake({
      page: async (afterSeq, limit) => rows.slice(afterSeq, afterSeq + limit),
      lanes: async () => ({
        seqs: Float64Array.of(1, 2),
        hashes: Uint32Array.of(laneHash("a"), laneHash("b")),
      }),
    });
    intake.restart({ firstSeq: 1, lastSeq: 2 });
    await nextTurn();
    const open = (): boolean[] => ["a", "b", "c"].map((name) => intake.isOpen(name));
    assert.deepEqual(open(), [false, false, true]);
    await intake.claim(1, () => {});
    assert.deepEqual(open(), [true, false, true]);
  });
});
