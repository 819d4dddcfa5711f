import { createHash } from "node:crypto";
import type { UpdateKind } from "@hookgram/bot-api";
import { redactTokens } from "../journal/redact-tokens.ts";
import type { Params } from "../methods/method.ts";
import { EmulatorError } from "../world/emulator-error.ts";

/** Methods about the delivery of updates. They depend on time, are not recorded, and run for real. */
export const DELIVERY_METHODS: ReadonlySet<string> = new Set([
  "getUpdates",
  "setWebhook",
  "deleteWebhook",
  "getWebhookInfo",
  "close",
  "logOut",
]);

/** A call of a bot with the answer that it got. */
export interface RecordedCall {
  readonly type: "call";
  /** Of the emulated clock, Unix milliseconds. */
  readonly at_ms: number;
  readonly bot_id: number;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly answer: {
    readonly ok: boolean;
    readonly result?: unknown;
    readonly error_code?: number;
    readonly description?: string;
    readonly parameters?: Readonly<Record<string, number>>;
  };
}

/** An update that a bot was to get. */
export interface RecordedUpdate {
  readonly type: "update";
  readonly at_ms: number;
  readonly bot_id: number;
  readonly update_id: number;
  readonly kind: UpdateKind;
  readonly payload: object;
}

/** An attempt to deliver an update to a webhook, as the journal has it; a replay makes its own. */
export interface RecordedDelivery {
  readonly type: "delivery";
  readonly at_ms: number;
  readonly bot_id: number;
  readonly update_id: number;
  readonly status: number | null;
  readonly outcome: string;
}

/** A file that a bot has downloaded. */
export interface RecordedFile {
  readonly type: "file";
  readonly at_ms: number;
  readonly file_path: string;
  readonly mime_type?: string;
  readonly base64: string;
}

/** A line of a recorded session. */
export type RecordedLine = RecordedCall | RecordedUpdate | RecordedDelivery | RecordedFile;

/** The first line of the file. */
export const RECORDING_HEAD = { type: "hookgram-recording", version: 1 };

/**
 * What happened in a session, one JSON object a line.
 * @throws {EmulatorError} `bad-world` when the text is something else.
 */
export function parseRecording(text: string): RecordedLine[] {
  const [head, ...lines] = text.split("\n").filter((line) => line !== "");
  if (head === undefined || head !== JSON.stringify(RECORDING_HEAD)) {
    throw new EmulatorError("bad-world", "this is no recording of a session of this version");
  }
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as RecordedLine;
    } catch {
      throw new EmulatorError("bad-world", `line ${index + 2} of the recording is not JSON`);
    }
  });
}

const SECRET_NAMES: ReadonlySet<string> = new Set(["provider_token", "secret_token"]);
const ATTACHED = /attach:\/\/[^"\\\s]+/g;

/**
 * The parameters of a call in a form in which two runs can be compared: JSON is parsed, of files
 * there is a digest, libraries' random names of parts are gone, and so are secrets.
 */
export function comparableParams(params: Params): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  const files: string[] = [];
  for (const name of params.names().toSorted()) {
    const text = params.text(name);
    const file = params.file(name);
    if (file !== undefined) files.push(digest(file.bytes));
    if (text !== undefined) shown[name] = SECRET_NAMES.has(name) ? "<hidden>" : plain(text);
  }
  // A part that a parameter points to was met twice, by both names.
  const digests = [...new Set(files)].toSorted();
  return redactTokens(digests.length === 0 ? shown : { ...shown, "(files)": digests });
}

function plain(text: string): unknown {
  const named = text.replace(ATTACHED, "attach://…");
  if (!/^[[{]/.test(named)) return named;
  try {
    return JSON.parse(named) as unknown;
  } catch {
    return named;
  }
}

function digest(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}`;
}
