import type { Message, Update } from "@hookgram/bot-api";
import { type Origin, originOf } from "../context/origin.ts";
import type { Invocation, Json, StateRecord } from "../dispatch/invocation.ts";
import { HookgramError } from "../error.ts";
import type { AnyKind } from "../event/event-kind.ts";
import { buildEmission } from "../event/event-update.ts";
import { stateKey } from "../state/strategy.ts";
import { ALBUM_KIND, type AlbumBody, type AlbumPartKind } from "./incoming-album.ts";

/** How long the parts of an album wait for each other. */
export interface AlbumOptions {
  /**
   * An album is complete when no part has come for so long. Default 1,000 ms, 0 to 60,000: less splits
   * albums where the way from Telegram is slow, more makes every album wait.
   */
  readonly quietMs?: number;
  /** Longest wait since the first part, whatever comes. Default 10,000 ms, up to 600,000. */
  readonly waitMaxMs?: number;
}

/** A message that belongs to an album, or an edit of one. */
export interface AlbumPart {
  readonly groupId: string;
  readonly kind: AlbumPartKind;
  readonly message: Message;
  readonly isEdit: boolean;
}

/** What has become of a part. */
export type GatheredPart =
  /** It waits with the others; this many are there now. */
  | { readonly status: "waits"; readonly count: number }
  /** An edit of a part that does not wait: of one that was handed over, or never came. */
  | { readonly status: "not-waiting" };

/** What is stored of an album whose parts still come. Times are milliseconds since the epoch. */
interface Waiting {
  readonly album: AlbumBody;
  readonly first_at_ms: number;
  readonly due_at_ms: number;
}

/** Telegram's limit: with so many parts an album is complete. */
const PARTS_MAX = 10;

/** Telegram repeats a request for a day; what comes later was handed over under another number. */
const REMEMBERED_MS = 86_400_000;

const WAITING = "album:waiting";
const HANDED_OVER = "album:handed_over";

const PARTS: Readonly<Record<string, Pick<AlbumPart, "kind" | "isEdit">>> = {
  message: { kind: "message", isEdit: false },
  edited_message: { kind: "message", isEdit: true },
  channel_post: { kind: "channel_post", isEdit: false },
  edited_channel_post: { kind: "channel_post", isEdit: true },
  business_message: { kind: "business_message", isEdit: false },
  edited_business_message: { kind: "business_message", isEdit: true },
};

/** The part of an album that an update is; undefined for all that is none, or is one no more. */
export function albumPartOf(kind: AnyKind, update: Update): AlbumPart | undefined {
  const part = PARTS[kind];
  if (part === undefined) return undefined;
  const message = (update as { readonly [field: string]: unknown })[kind] as Message;
  const groupId = message.media_group_id;
  // The number 0 is that of an album's part which no handler of albums wanted.
  if (groupId === undefined || update.update_id === 0) return undefined;
  return { ...part, groupId, message };
}

/** The update as which a part goes its ordinary way after all; it is never gathered again. */
export function toOrdinaryUpdate(kind: AlbumPartKind, message: Message): Update {
  return { update_id: 0, [kind]: message } as unknown as Update;
}

/**
 * Has the parts of albums wait for each other, in what the host stores.
 *
 * A part that comes is added to a record of state, and the timer whose update is the whole album is set
 * anew: both in the commit that settles the part, so that what Telegram was told to be received is
 * in one of them whenever the process dies. The timer's update has the album with it; the record
 * tells the next part what is there already.
 *
 * A record's states: none → waiting (by the first part) → handed over (by the commit of the album's
 * handler) → waiting (by a part that is late) → … A handed-over one is forgotten after a day.
 */
export class AlbumGatherer {
  readonly #quietMs: number;
  readonly #waitMaxMs: number;

  /** @throws HookgramError `bad-argument` */
  constructor({ quietMs = 1_000, waitMaxMs = 10_000 }: AlbumOptions = {}) {
    this.#quietMs = assertMs("quietMs", quietMs, 60_000);
    this.#waitMaxMs = assertMs("waitMaxMs", waitMaxMs, 600_000);
  }

  async gather(part: AlbumPart, invocation: Invocation): Promise<GatheredPart> {
    const origin = originOf(part.kind, toOrdinaryUpdate(part.kind, part.message));
    const key = bufferKey(part.kind, part.groupId, { invocation, origin });
    const nowMs = invocation.now();
    const record = await invocation.states.read(key);
    const waiting = record?.state === WAITING ? (record.data as unknown as Waiting) : undefined;
    if (part.isEdit && waiting?.album.parts.some(isSame(part.message)) !== true)
      return { status: "not-waiting" };
    const isLate = waiting?.album.is_late ?? isRemembered(record, nowMs);
    const parts = withPart(waiting?.album.parts ?? [], part.message);
    const next = this.#next(waiting, { part, parts, isLate, nowMs });
    const stored = next as unknown as { readonly [field: string]: Json };
    invocation.states.write(key, { state: WAITING, data: stored, schemaVersion: 1 });
    stageHandOver(key, next, { invocation, origin });
    return { status: "waits", count: parts.length };
  }

  /** Notes, in the attempt that hands an album over, that what comes now is late. */
  async handedOver({ media_group_id, kind, parts }: AlbumBody, invocation: Invocation) {
    const origin = originOf(kind, toOrdinaryUpdate(kind, parts[0]!));
    const key = bufferKey(kind, media_group_id, { invocation, origin });
    // Read, so that the commit is refused when a part was added meanwhile in another lane.
    await invocation.states.read(key);
    const expiresAtMs = invocation.now() + REMEMBERED_MS;
    invocation.states.write(key, { state: HANDED_OVER, data: null, schemaVersion: 1, expiresAtMs });
  }

  #next(waiting: Waiting | undefined, { part, parts, isLate, nowMs }: NewPart): Waiting {
    const { kind, groupId, isEdit } = part;
    const album = { media_group_id: groupId, kind, parts, is_late: isLate };
    // An edit brings nothing that others could follow, so the album does not wait longer for it.
    if (isEdit && waiting !== undefined) return { ...waiting, album };
    const firstAtMs = waiting?.first_at_ms ?? nowMs;
    const isFull = parts.length >= PARTS_MAX;
    const dueAtMs = Math.min(nowMs + this.#quietMs, firstAtMs + this.#waitMaxMs);
    return { album, first_at_ms: firstAtMs, due_at_ms: isFull ? nowMs : Math.max(nowMs, dueAtMs) };
  }
}

interface NewPart {
  readonly part: AlbumPart;
  readonly parts: readonly Message[];
  readonly isLate: boolean;
  readonly nowMs: number;
}

interface Where {
  readonly invocation: Invocation;
  readonly origin: Origin;
}

/** One album is in one chat; no key of a state has a line break. */
function bufferKey(kind: AlbumPartKind, groupId: string, { invocation, origin }: Where): string {
  return `${stateKey("chat", invocation.me.id, origin)!}|\nalbum ${kind} ${groupId}`;
}

function stageHandOver(
  key: string,
  { album, due_at_ms: dueAtMs }: Waiting,
  { invocation: { now, timers }, origin }: Where,
): void {
  const { chat, user, topicId, businessConnectionId } = origin;
  const timer = { key, name: ALBUM_KIND.name, due_at_ms: dueAtMs, set_at_ms: now() };
  const place = { chat, user, topicId, businessConnectionId };
  const data = album as unknown as Json;
  const emission = buildEmission(ALBUM_KIND, data, { ...place, timer, nowMs: dueAtMs });
  timers.write(key, { dueAtMs, emission });
}

function isRemembered(record: StateRecord | undefined, nowMs: number): boolean {
  return record?.state === HANDED_OVER && (record.expiresAtMs ?? 0) > nowMs;
}

function withPart(parts: readonly Message[], message: Message): readonly Message[] {
  const others = parts.filter((part) => !isSame(message)(part));
  return [...others, message].toSorted((a, b) => a.message_id - b.message_id);
}

function isSame({ message_id }: Message): (part: Message) => boolean {
  return (part) => part.message_id === message_id;
}

function assertMs(option: string, ms: number, max: number): number {
  if (Number.isSafeInteger(ms) && ms >= 0 && ms <= max) return ms;
  const rule = `${option} is a whole number of milliseconds, 0 to ${max}`;
  throw new HookgramError("bad-argument", `Bot, albums: ${rule}; got ${String(ms)}`);
}
