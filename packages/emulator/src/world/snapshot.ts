import { EmulatorError } from "./emulator-error.ts";
import type { WorldState } from "./world-state.ts";
import { emptyWorldState } from "./world-state.ts";

/** Rises when the shape of `WorldState` changes so that older snapshots cannot be read. */
const SNAPSHOT_VERSION = 5;

const MAP_KEY = "$map";
const BYTES_KEY = "$bytes";
const SAME_BYTES_KEY = "$sameBytes";

/**
 * The state as JSON text. Maps become lists of pairs, bytes become base64; bytes that several
 * records share, as the sizes of a photo do, are written once.
 */
export function encodeState(state: WorldState): string {
  const written = new Map<Uint8Array, number>();
  const encodeBytes = (bytes: Uint8Array): object => {
    const number = written.get(bytes);
    if (number !== undefined) return { [SAME_BYTES_KEY]: number };
    written.set(bytes, written.size);
    return { [BYTES_KEY]: bytesToBase64(bytes) };
  };
  return JSON.stringify({ version: SNAPSHOT_VERSION, state }, (_key, value: unknown) => {
    if (value instanceof Map) return { [MAP_KEY]: [...value] };
    if (value instanceof Uint8Array) return encodeBytes(value);
    return value;
  });
}

/**
 * The state that `encodeState` wrote.
 * @throws {EmulatorError} `bad-world` when the text is something else.
 */
export function decodeState(text: string): WorldState {
  const read = parse(text);
  if (typeof read !== "object" || read === null || !("version" in read) || !("state" in read)) {
    throw new EmulatorError("bad-world", "the snapshot is not one of this emulator");
  }
  if (read.version !== SNAPSHOT_VERSION) {
    throw new EmulatorError(
      "bad-world",
      `the snapshot has version ${String(read.version)}, this emulator reads ${SNAPSHOT_VERSION}; ` +
        "delete the file to start anew",
    );
  }
  const state = read.state as WorldState;
  const lacking = Object.keys(emptyWorldState()).find((key) => !(key in state));
  if (lacking !== undefined) {
    throw new EmulatorError("bad-world", `the snapshot is damaged: it has no ${lacking}`);
  }
  return state;
}

function parse(text: string): unknown {
  const readBytes: Uint8Array[] = [];
  const revive = (_key: string, value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (MAP_KEY in value) return new Map(value[MAP_KEY] as [unknown, unknown][]);
    if (SAME_BYTES_KEY in value) return readBytes[Number(value[SAME_BYTES_KEY])];
    if (!(BYTES_KEY in value)) return value;
    const bytes = base64ToBytes(String(value[BYTES_KEY]));
    readBytes.push(bytes);
    return bytes;
  };
  try {
    return JSON.parse(text, revive);
  } catch {
    throw new EmulatorError("bad-world", "the snapshot is not JSON; delete the file to start anew");
  }
}

function bytesToBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function base64ToBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}
