import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { type CrashBotSettings, SECRET_FILE, type Standing } from "./crash-bot.ts";
import { CURE, diaryOf } from "./crash-handler.ts";
import { CrashNode } from "./crash-node.ts";
import type { Failpoint } from "../../../packages/runtime/src/failpoint.ts";
import {
  type EffectName,
  fromJsonLines,
  type HistoryEvent,
  toJsonLines,
} from "../judge/history.ts";
import { type Crowd, OutsideWorld, TOKEN } from "./outside-world.ts";

export interface RoundOptions {
  /** Where the armed process kills itself, and at which pass of that point. Default: nowhere. */
  readonly failpoint?: { readonly name: Failpoint; readonly pass: number } | undefined;
  /** Settings in which the bot differs from the default. */
  readonly bot?: Partial<CrashBotSettings> | undefined;
  /** A folder for this round, which does not exist yet. */
  readonly folder: string;
  /** Default: SQLite. */
  readonly postgres?: CrashBotSettings["postgres"];
  /** On PostgreSQL: a second node runs, and takes over before the first one comes back. */
  readonly isShared?: boolean;
  /** Settings in which the second node differs from the first. */
  readonly second?: Partial<CrashBotSettings> | undefined;
  readonly crowd?: Crowd | undefined;
  readonly random: () => number;
}

/** Longest wait for a kill, and for everything to be settled after it. Far beyond any aim. */
const PATIENCE_MS = 90_000;

const LOOK_MS = 50;
const ATTEMPTS_MAX = 5;
const NEXT_SECRET = "what-the-operator-has-rotated-to";
const DRAIN_MS = 8_000;
const EIGHT_DAYS_MS = 8 * 86_400_000;

/** Thrown if the process has not killed itself, because it did not pass its point often enough. */
export class PointMissedError extends Error {}

/** One round of the crash matrix: the world, the bot's processes, and what a scene can do to them. */
export class Round {
  readonly world: OutsideWorld;
  readonly #options: RoundOptions;
  readonly #nodes: CrashNode[];
  #first: CrashNode | undefined;
  #second: CrashNode | undefined;
  #armed: CrashNode | undefined;
  #secrets: CrashBotSettings["secrets"];
  /** The updates that had been answered 2xx at the last kill. */
  #left: ReadonlySet<number> = new Set();
  #standing: Standing = { applied: [], parked: [], doubted: [], unsent: 0 };

  private constructor(options: RoundOptions, world: OutsideWorld, nodes: CrashNode[]) {
    this.#options = options;
    this.world = world;
    this.#nodes = nodes;
  }

  static async open(options: RoundOptions): Promise<Round> {
    mkdirSync(options.folder);
    const nodes: CrashNode[] = [];
    const ports = (): number[] => nodes.flatMap(({ port }) => port ?? []);
    return new Round(options, await OutsideWorld.open({ ...options, ports }), nodes);
  }

  get random(): () => number {
    return this.#options.random;
  }

  /** Starts the process that will kill itself, and before it the second one, if the round has two. */
  async start(): Promise<void> {
    if (this.#options.isShared === true) this.#second = await this.#run(this.#options.second ?? {});
    this.#first = await this.#run({}, this.#options.failpoint);
  }

  /** Starts a process that accepts updates and begins attempts, but never ends one. */
  async startHolding(drainMs = DRAIN_MS): Promise<void> {
    this.#first = await this.#run({ isHolding: true, drainMs });
  }

  /** Starts the process that will kill itself as the second one. */
  async startArmedSecond(): Promise<void> {
    this.#second = await this.#run({}, this.#options.failpoint);
  }

  /** Starts the first process again, without a failpoint. */
  async restart(): Promise<void> {
    this.#first = await this.#run({});
  }

  /** As {@link Round.restart}, but without waiting: the process may die before it listens. */
  launch(): void {
    this.#first = this.#fork({});
  }

  /** Resolves when the first process has ended, in whatever way. */
  async ended(): Promise<void> {
    await this.#first!.ended();
    this.#noteKill();
  }

  /** What the handler has recorded so far. */
  get diary(): readonly HistoryEvent[] {
    return fromJsonLines(readFileSync(diaryOf(this.#options.folder), "utf8"));
  }

  /** Lets the bot handle updates eight days in the past. */
  async livePast(): Promise<void> {
    const past = await this.#run({ behindMs: EIGHT_DAYS_MS });
    this.#first = past;
    await this.world.sayAll();
    await this.settle();
    await past.stop();
  }

  /** Resolves when the process has killed itself. */
  async killed(): Promise<void> {
    const { failpoint } = this.#options;
    const late = delay(PATIENCE_MS, "late", { ref: false });
    if ((await Promise.race([this.#armed!.killed(), late])) === "late") {
      const { name, pass } = failpoint!;
      throw new PointMissedError(`the bot did not come to ${name} for the ${pass}. time`);
    }
    this.#noteKill();
  }

  /** Sends SIGTERM, as an operator does. Resolves to the exit code. */
  async terminate(times = 1): Promise<unknown> {
    for (let sent = 0; sent < times; sent += 1) await this.#first!.terminate();
    await this.ended();
    return this.#first!.ended();
  }

  async killNow(): Promise<void> {
    await this.#first!.kill();
    this.#noteKill();
  }

  /** Resolves when the second process, if there is one, has finished what the first one left behind. */
  async takenOver(): Promise<void> {
    if (this.#second === undefined) return;
    const left = this.#left;
    await this.until(() => this.#isSettled(left));
  }

  /** Resolves when everything is delivered and settled, or when patience is exhausted. */
  async settle(): Promise<void> {
    await this.world.hush();
    await this.#deliverAndSettle();
  }

  /** Lets everybody write once more, to show that no lane is stuck. Resolves to the whole history. */
  async end(): Promise<readonly HistoryEvent[]> {
    await this.settle();
    await this.world.sayAll();
    await this.#deliverAndSettle();
    for (const updateId of this.#standing.applied) {
      this.world.note({ type: "applied", updateId });
      for (const effect of this.#owed) this.world.note({ type: "owed", updateId, effect });
    }
    for (const updateId of this.#standing.doubted) this.world.note({ type: "doubted", updateId });
    for (const parked of this.#standing.parked) this.world.note({ type: "parked", ...parked });
    const { folder } = this.#options;
    const history = [...this.world.history, ...this.diary];
    writeFileSync(join(folder, "history.jsonl"), toJsonLines(history));
    return history;
  }

  /** Makes poison harmless from now on, and replays all dead letters. */
  async replay(): Promise<void> {
    for (const { updateId } of this.#standing.parked) {
      this.world.note({ type: "replayed", updateId });
    }
    writeFileSync(join(this.#options.folder, CURE), "");
    await this.#first!.inquire({ ask: "replay" }).catch(this.#unlessKilled);
  }

  /** Rotates the secret of every process, and then sets the webhook with the new one. */
  async rotateSecret(): Promise<void> {
    const current = readFileSync(join(this.#options.folder, SECRET_FILE), "utf8").trim();
    this.#secrets = [NEXT_SECRET, current];
    for (const node of this.#nodes) await node.inquire({ ask: "rotate", secret: NEXT_SECRET });
    await this.#first!.inquire({ ask: "webhook" }).catch(this.#unlessKilled);
  }

  async sweepUntilKilled(): Promise<void> {
    const first = this.#first!;
    await this.until(async () => {
      if (!first.isOver) await first.inquire({ ask: "sweep" }).catch(this.#unlessKilled);
      return first.isOver;
    });
    await this.killed();
  }

  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    const endMs = Date.now() + PATIENCE_MS;
    while (!(await condition()) && Date.now() < endMs) await delay(LOOK_MS);
  }

  async close(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.kill()));
    await this.world.close();
  }

  async #run(more: Partial<CrashBotSettings>, failpoint?: RoundOptions["failpoint"]) {
    const node = this.#fork(more, failpoint);
    const isReady = await node.ready();
    if (!isReady && failpoint === undefined) await node.killed();
    return node;
  }

  #fork(more: Partial<CrashBotSettings>, failpoint?: RoundOptions["failpoint"]): CrashNode {
    const { bot, folder, postgres } = this.#options;
    const settings = {
      folder,
      postgres,
      token: TOKEN,
      apiRoot: this.world.telegram.url,
      webhookUrl: this.world.webhookUrl,
      serviceUrl: this.world.serviceUrl,
      attemptsMax: ATTEMPTS_MAX,
      limits: {},
      drainMs: DRAIN_MS,
      secrets: this.#secrets,
      isEnqueueing: false,
      isReplying: false,
      isHolding: false,
      behindMs: 0,
      ...bot,
      ...more,
    };
    const node = new CrashNode(settings, failpoint && `${failpoint.name}@${failpoint.pass}`);
    if (failpoint !== undefined) this.#armed = node;
    this.#nodes.push(node);
    return node;
  }

  /** The effects that the handler has for each update that it applies. */
  get #owed(): readonly EffectName[] {
    const { isEnqueueing = false, isReplying = false } = this.#options.bot ?? {};
    return [
      "service",
      "reply",
      ...(isReplying ? (["answer"] as const) : []),
      ...(isEnqueueing ? (["send"] as const) : []),
    ];
  }

  #noteKill(): void {
    this.#left = new Set(this.world.acknowledged);
    this.world.note({ type: "killed" });
  }

  readonly #unlessKilled = (error: unknown): void => {
    if (this.#first?.isOver !== true) throw error;
  };

  async #deliverAndSettle(): Promise<void> {
    const endMs = Date.now() + PATIENCE_MS;
    await this.world.deliverAll(() => Date.now() > endMs);
    await this.until(() => this.#isSettled(this.world.acknowledged));
  }

  /** Whether all of these updates are applied or dead letters, and nothing is left to send. */
  async #isSettled(updateIds: ReadonlySet<number>): Promise<boolean> {
    const alive = this.#nodes.find((node) => node.port !== undefined);
    if (alive === undefined) return false;
    this.#standing = await alive.inquire<Standing>({ ask: "standing", chats: this.world.chats });
    const { applied, parked, unsent } = this.#standing;
    const settled = new Set([...applied, ...parked.map(({ updateId }) => updateId)]);
    return unsent === 0 && [...updateIds].every((updateId) => settled.has(updateId));
  }
}
