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
  /** Where the armed process kills itself, and which time that it comes there. Default: nowhere. */
  readonly failpoint?: { readonly name: Failpoint; readonly pass: number } | undefined;
  /** In what the bot differs from the usual. */
  readonly bot?: Partial<CrashBotSettings> | undefined;
  /** A folder of its own, which does not exist yet. */
  readonly folder: string;
  /** Default: SQLite. */
  readonly postgres?: CrashBotSettings["postgres"];
  /** On PostgreSQL: a second node runs, and takes over before the first one comes back. */
  readonly isShared?: boolean;
  /** In what the second node differs from the first. */
  readonly second?: Partial<CrashBotSettings> | undefined;
  readonly crowd?: Crowd | undefined;
  readonly random: () => number;
}

/** Longest wait for a kill, and for what follows it to be settled. Far above any aim. */
const PATIENCE_MS = 90_000;

const LOOK_MS = 50;
const ATTEMPTS_MAX = 5;
const NEXT_SECRET = "what-the-operator-has-rotated-to";
const DRAIN_MS = 8_000;
const EIGHT_DAYS_MS = 8 * 86_400_000;

/** The process has not killed itself, because it has not come to its point so often. */
export class PointMissedError extends Error {}

/** One round of the crash matrix: the world, the bot's processes in it, and what a scene does to them. */
export class Round {
  readonly world: OutsideWorld;
  readonly #options: RoundOptions;
  readonly #nodes: CrashNode[];
  #first: CrashNode | undefined;
  #second: CrashNode | undefined;
  #armed: CrashNode | undefined;
  #secrets: CrashBotSettings["secrets"];
  /** What had been answered 2xx at the last kill. */
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

  /** Starts the process that will kill itself, and the other one if there is to be one. */
  async start(): Promise<void> {
    if (this.#options.isShared === true) this.#second = await this.#run(this.#options.second ?? {});
    this.#first = await this.#run({}, this.#options.failpoint);
  }

  /** Starts a process that accepts and begins, and ends nothing. */
  async startHolding(drainMs = DRAIN_MS): Promise<void> {
    this.#first = await this.#run({ isHolding: true, drainMs });
  }

  /** Starts the process that will kill itself as the second one. */
  async startArmedSecond(): Promise<void> {
    this.#second = await this.#run({}, this.#options.failpoint);
  }

  /** Starts the first process again, to live. */
  async restart(): Promise<void> {
    this.#first = await this.#run({});
  }

  /** So too, and does not wait for it: it may die before it listens. */
  launch(): void {
    this.#first = this.#fork({});
  }

  /** Resolves when the process has ended, in whatever way. */
  async ended(): Promise<void> {
    await this.#first!.ended();
    this.#noteKill();
  }

  /** What the handler has written down so far. */
  get diary(): readonly HistoryEvent[] {
    return fromJsonLines(readFileSync(diaryOf(this.#options.folder), "utf8"));
  }

  /** Lets the bot handle something that is eight days old today. */
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

  /** As an operator does it; gives the exit code. */
  async terminate(times = 1): Promise<unknown> {
    for (let sent = 0; sent < times; sent += 1) await this.#first!.terminate();
    await this.ended();
    return this.#first!.ended();
  }

  async killNow(): Promise<void> {
    await this.#first!.kill();
    this.#noteKill();
  }

  /** If there is a second process: it has brought to its end what the first one left behind. */
  async takenOver(): Promise<void> {
    if (this.#second === undefined) return;
    const left = this.#left;
    await this.until(() => this.#isSettled(left));
  }

  /** Resolves when everything is delivered and settled, or when that takes too long. */
  async settle(): Promise<void> {
    await this.world.hush();
    await this.#deliverAndSettle();
  }

  /** Everybody writes once more, which shows that no lane is stuck; what the chats are in the end. */
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

  /** From now on nothing is poisonous, and what failed is put back. */
  async replay(): Promise<void> {
    for (const { updateId } of this.#standing.parked) {
      this.world.note({ type: "replayed", updateId });
    }
    writeFileSync(join(this.#options.folder, CURE), "");
    await this.#first!.inquire({ ask: "replay" }).catch(this.#unlessKilled);
  }

  /** Every process takes the new secret, and the one before, until Telegram is told of it. */
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

  /** What the handler does for each update that it applies. */
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

  /** All of these updates are applied or dead letters. */
  async #isSettled(updateIds: ReadonlySet<number>): Promise<boolean> {
    const alive = this.#nodes.find((node) => node.port !== undefined);
    if (alive === undefined) return false;
    this.#standing = await alive.inquire<Standing>({ ask: "standing", chats: this.world.chats });
    const { applied, parked, unsent } = this.#standing;
    const settled = new Set([...applied, ...parked.map(({ updateId }) => updateId)]);
    return unsent === 0 && [...updateIds].every((updateId) => settled.has(updateId));
  }
}
