import { isDeepStrictEqual } from "node:util";
import { systemClock } from "@hookgram/bot-api";
import type { UpdateKind } from "@hookgram/bot-api";
import type { ServedFile } from "../http/file-endpoint.ts";
import { Refusal } from "../methods/method.ts";
import type { MethodCall, MethodHandler } from "../methods/method.ts";
import { comparableParams } from "./recording.ts";
import type { RecordedCall, RecordedLine, RecordedUpdate } from "./recording.ts";

/** What a bot did unlike the recording. */
export interface ReplayReport {
  /** Calls that were made again, with the same parameters. */
  readonly same: number;
  /** Calls of the same method with other parameters. */
  readonly different: readonly { readonly recorded: RecordedCall; readonly params: object }[];
  /** Recorded calls that the bot has not made so far. */
  readonly missing: readonly RecordedCall[];
  /** Calls that the recording has no more of. */
  readonly unexpected: readonly { readonly method: string; readonly params: object }[];
  /** Updates that the bot has not been given so far, as calls before them are missing. */
  readonly heldBack: number;
}

type Step = (RecordedCall & { isMade: boolean }) | RecordedUpdate;

/** What one bot did, and how far it has come again. */
interface Script {
  readonly steps: readonly Step[];
  next: number;
}

/**
 * A recorded session, played to the same bots again: they get the recorded updates and, to each
 * call, the recorded answer. An update is given when all calls before it have been made, so that a
 * bot is never asked about something that it has not sent yet; calls between two updates may come
 * in another order.
 *
 * States: waiting (a bot has not asked for updates) → playing → over (nothing is missing).
 * **Invariant:** each recorded call answers one call.
 */
export class SessionReplay {
  readonly #files = new Map<string, ServedFile>();
  readonly #scripts = new Map<number, Script>();
  readonly #publish: (botId: number, kind: UpdateKind, payload: object) => void;
  readonly #different: { recorded: RecordedCall; params: object }[] = [];
  readonly #unexpected: { method: string; params: object }[] = [];
  readonly #listeners = new Set<() => void>();
  #same = 0;

  constructor(
    lines: readonly RecordedLine[],
    publish: (botId: number, kind: UpdateKind, payload: object) => void,
  ) {
    this.#publish = publish;
    const steps = new Map<number, Step[]>();
    for (const line of lines) {
      if (line.type === "delivery") continue;
      if (line.type === "file") {
        const bytes = new Uint8Array(Buffer.from(line.base64, "base64"));
        this.#files.set(line.file_path, { bytes, mimeType: line.mime_type });
        continue;
      }
      const list = steps.get(line.bot_id) ?? [];
      list.push(line.type === "call" ? { ...line, isMade: false } : line);
      steps.set(line.bot_id, list);
    }
    for (const [botId, list] of steps) this.#scripts.set(botId, { steps: list, next: -1 });
  }

  /** Answers a call as it was answered then. @throws {Refusal} the recorded one, or 501. */
  readonly answer: MethodHandler = ({ bot, method, params }: MethodCall) => {
    const shown = comparableParams(params);
    const recorded = this.#take(bot.id, method, shown);
    if (recorded === undefined) {
      this.#unexpected.push({ method, params: shown });
      throw new Refusal(501, `Not Implemented: the recording has no more calls of ${method}`);
    }
    this.#release(bot.id);
    const { ok, result, error_code = 500, description = "", parameters } = recorded.answer;
    if (ok) return result;
    throw new Refusal(error_code, description, parameters);
  };

  /** A file as the bot downloaded it then. */
  file(filePath: string): ServedFile | undefined {
    return this.#files.get(filePath);
  }

  /** A bot takes updates now; those that are due are given to it. */
  begin(botId: number): void {
    const script = this.#scripts.get(botId);
    if (script?.next !== -1) return;
    script.next = 0;
    this.#release(botId);
  }

  get report(): ReplayReport {
    const scripts = [...this.#scripts.values()];
    const left = scripts.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.type === "call" && !step.isMade ? [step] : [])),
    );
    const waiting = scripts.flatMap(({ steps, next }) =>
      steps.slice(Math.max(next, 0)).filter(({ type }) => type === "update"),
    );
    return {
      same: this.#same,
      different: this.#different,
      missing: left.map(({ isMade: _, ...recorded }) => recorded),
      unexpected: this.#unexpected,
      heldBack: waiting.length,
    };
  }

  /** Resolves when every recorded call was made and every update given, or the time is over. */
  async finished(timeoutMs = 5_000): Promise<ReplayReport> {
    const isOver = (): boolean => this.report.missing.length + this.report.heldBack === 0;
    if (isOver()) return this.report;
    await new Promise<void>((resolve) => {
      const cancel = systemClock.after(timeoutMs, finish);
      const look = (): void => void (isOver() && finish());
      const listeners = this.#listeners;
      function finish(): void {
        cancel();
        listeners.delete(look);
        resolve();
      }
      this.#listeners.add(look);
    });
    return this.report;
  }

  /** The same call, or else the first of that method that is still to be made. */
  #take(botId: number, method: string, params: object): RecordedCall | undefined {
    const steps = this.#scripts.get(botId)?.steps ?? [];
    const open = steps.flatMap((step) =>
      step.type === "call" && !step.isMade && step.method === method ? [step] : [],
    );
    const same = open.find((step) => isDeepStrictEqual(step.params, params));
    const step = same ?? open[0];
    if (step === undefined) return undefined;
    step.isMade = true;
    if (same === undefined) this.#different.push({ recorded: step, params });
    else this.#same += 1;
    return step;
  }

  #release(botId: number): void {
    const script = this.#scripts.get(botId);
    while (script !== undefined && script.next >= 0 && script.next < script.steps.length) {
      const step = script.steps[script.next]!;
      if (step.type === "call" && !step.isMade) break;
      script.next += 1;
      if (step.type === "update") this.#publish(botId, step.kind, step.payload);
    }
    for (const listener of this.#listeners) listener();
  }
}
