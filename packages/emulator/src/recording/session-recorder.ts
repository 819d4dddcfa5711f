import { closeSync, openSync, writeSync } from "node:fs";
import type { Clock } from "@hookgram/bot-api";
import type { Answer } from "../http/answer.ts";
import type { ServedFile } from "../http/file-endpoint.ts";
import type { JournalEntry } from "../journal/journal-entry.ts";
import { redactTokens } from "../journal/redact-tokens.ts";
import type { Params } from "../methods/method.ts";
import { EmulatorError } from "../world/emulator-error.ts";
import { DELIVERY_METHODS, RECORDING_HEAD, comparableParams } from "./recording.ts";
import type { RecordedCall, RecordedLine, RecordedUpdate } from "./recording.ts";

/**
 * Writes what bots do and get into a file of JSON lines, for a `SessionReplay`.
 *
 * **Invariant:** no line contains a token. Each line is in the file when the call returns, so that
 * a process that is killed loses none; an earlier file of that name is replaced.
 */
export class SessionRecorder {
  readonly #clock: Clock;
  readonly #filePaths = new Set<string>();
  #file: number | undefined;

  /** @throws {EmulatorError} `recording-file` when it cannot be written. */
  constructor(path: string, clock: Clock) {
    this.#clock = clock;
    try {
      this.#file = openSync(path, "w", 0o600);
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new EmulatorError("recording-file", `${path} cannot be written (${reason})`);
    }
    this.#write(RECORDING_HEAD);
  }

  /** Notes a call and its answer; a call that was never made has none. */
  call(botId: number, method: string, params: Params, answer: Answer): void {
    if (DELIVERY_METHODS.has(method) || answer.body === "") return;
    this.#line({
      type: "call",
      at_ms: this.#clock.now(),
      bot_id: botId,
      method,
      params: comparableParams(params),
      answer: JSON.parse(answer.body) as RecordedCall["answer"],
    });
  }

  /** Notes an update that has joined a bot's queue. */
  update(update: Omit<RecordedUpdate, "type" | "at_ms">): void {
    this.#line({ type: "update", at_ms: this.#clock.now(), ...update });
  }

  /** Notes a file that a bot has downloaded, the first time. */
  file(filePath: string, { bytes, mimeType }: ServedFile): void {
    if (this.#filePaths.has(filePath)) return;
    this.#filePaths.add(filePath);
    this.#line({
      type: "file",
      at_ms: this.#clock.now(),
      file_path: filePath,
      ...(mimeType === undefined ? {} : { mime_type: mimeType }),
      base64: Buffer.from(bytes).toString("base64"),
    });
  }

  /** Notes attempts to deliver; other entries are known from elsewhere. */
  entry(entry: JournalEntry): void {
    if (entry.type !== "delivery") return;
    const { type, at_ms, bot_id, update_id, status, outcome } = entry;
    this.#line({ type, at_ms, bot_id, update_id, status, outcome });
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #line(line: RecordedLine): void {
    this.#write(redactTokens(line));
  }

  #write(value: object): void {
    if (this.#file !== undefined) writeSync(this.#file, `${JSON.stringify(value)}\n`);
  }
}
