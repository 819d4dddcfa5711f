import type { UpdateKind } from "@hookgram/bot-api";

/** One update that waits. */
export interface QueuedUpdate {
  readonly id: number;
  readonly kind: UpdateKind;
  /** The update's JSON without its id and braces: `"message":{…}`. */
  readonly json: string;
  /** Unix time in seconds after which it is no longer handed out. */
  readonly expiresAtS: number;
  /** Updates of one key are delivered one at a time, in order. */
  readonly key: bigint;
}

/** The JSON form of a queue, for snapshots. */
export interface QueueSnapshot {
  readonly next_id: number;
  readonly updates: readonly {
    readonly id: number;
    readonly kind: UpdateKind;
    readonly json: string;
    readonly expires_at: number;
    readonly key: string;
  }[];
}

/** Limits of Telegram's queue. What exceeds them is not accepted; nothing old is pushed out. */
export const QUEUE_UPDATES_MAX = 100_000;
const QUEUE_BYTES_MAX = 1 << 27;
const UPDATE_BYTES_MAX = 1 << 19;
/** Ids stay below this; at the top the queue is wiped and a new random start is drawn. */
const ID_LIMIT = 2_000_000_000;
const FIRST_ID_MIN = 2_000_001;
const FIRST_ID_MAX = 1_000_000_000;
/** How far above the newest id an offset may be before it counts as out of range. */
const FUTURE_MAX = 10;

/**
 * The updates of one bot, shared by webhook and polling.
 *
 * **Invariant:** ids rise by one per accepted update and go on rising after the queue was emptied
 * and after a restart from a snapshot. **Invariant:** a refused update consumes no id.
 * @see tdlib/td, TQueue.cpp
 */
export class UpdateQueue {
  readonly #random: () => number;
  readonly #updates = new Map<number, QueuedUpdate>();
  #headId = 0;
  /** The id that the next update gets; 0 before the first. */
  #tailId = 0;
  #bytes = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** The number of queued updates, with those that expired and were not collected yet. */
  get size(): number {
    return this.#updates.size;
  }

  /** The id of the oldest update, or the next id when there is none; 0 for a queue never used. */
  get headId(): number {
    return this.#headId;
  }

  get tailId(): number {
    return this.#tailId;
  }

  /** Queues an update and returns it with its id; undefined when a limit keeps it out. */
  push(update: Omit<QueuedUpdate, "id">): QueuedUpdate | undefined {
    const sizeBytes = Buffer.byteLength(update.json);
    if (sizeBytes > UPDATE_BYTES_MAX || this.#updates.size >= QUEUE_UPDATES_MAX) return undefined;
    if (this.#bytes + sizeBytes > QUEUE_BYTES_MAX || update.expiresAtS <= 0) return undefined;
    if (this.#tailId + 1 >= ID_LIMIT) this.#restartIds();
    if (this.#tailId === 0) this.#drawFirstId();
    const queued = { ...update, id: this.#tailId };
    this.#updates.set(queued.id, queued);
    this.#tailId += 1;
    this.#bytes += sizeBytes;
    return queued;
  }

  /** Whether `get` refuses to start at `id`: far in the future, or older than any queue can be. */
  isOutOfRange(id: number): boolean {
    if (id >= ID_LIMIT || id > this.#tailId + FUTURE_MAX) return true;
    return id < this.#headId - QUEUE_UPDATES_MAX;
  }

  /** At most `limit` updates from `fromId` on. Expired ones that it meets are removed. */
  read(fromId: number, limit: number, nowS: number): readonly QueuedUpdate[] {
    const found: QueuedUpdate[] = [];
    for (let id = Math.max(fromId, this.#headId); id < this.#tailId; id += 1) {
      const update = this.#updates.get(id);
      if (update === undefined) continue;
      if (update.expiresAtS < nowS) this.forget(id);
      else if (found.length === limit) break;
      else found.push(update);
    }
    return found;
  }

  /** Removes one update, if it is still there. */
  forget(id: number): void {
    const update = this.#updates.get(id);
    if (update === undefined) return;
    this.#updates.delete(id);
    this.#bytes -= Buffer.byteLength(update.json);
    while (this.#headId < this.#tailId && !this.#updates.has(this.#headId)) this.#headId += 1;
  }

  /** Removes all updates with an id below `id`. */
  forgetBefore(id: number): void {
    const endId = Math.min(id, this.#tailId);
    for (let older = this.#headId; older < endId; older += 1) this.forget(older);
  }

  /** Removes all but the newest `count` updates. */
  keepNewest(count: number): void {
    let surplus = this.#updates.size - count;
    for (const id of this.#updates.keys()) {
      if (surplus <= 0) return;
      this.forget(id);
      surplus -= 1;
    }
  }

  /** What Telegram's collector does once a minute: drops expired updates at the head only. */
  collectExpired(nowS: number): void {
    for (const update of this.#updates.values()) {
      if (update.expiresAtS >= nowS) return;
      this.forget(update.id);
    }
  }

  snapshot(): QueueSnapshot {
    const updates = [...this.#updates.values()].map(({ id, kind, json, expiresAtS, key }) => {
      return { id, kind, json, expires_at: expiresAtS, key: String(key) };
    });
    return { next_id: this.#tailId, updates };
  }

  /**
   * Takes over a snapshot; what was queued before is forgotten. Ids below `nextIdMin` may have been
   * given out since it was taken, and a bot that knows them would pass over what comes with them
   * again: then its updates get later ones. Default 0: they keep theirs.
   */
  restore(snapshot: QueueSnapshot, nextIdMin = 0): void {
    const headId = snapshot.updates[0]?.id ?? snapshot.next_id;
    const shift = Math.max(0, nextIdMin - headId);
    this.#updates.clear();
    this.#bytes = 0;
    this.#tailId = snapshot.next_id + shift;
    this.#headId = headId + shift;
    for (const { id: oldId, kind, json, expires_at: expiresAtS, key } of snapshot.updates) {
      const id = oldId + shift;
      this.#updates.set(id, { id, kind, json, expiresAtS, key: BigInt(key) });
      this.#bytes += Buffer.byteLength(json);
    }
  }

  #drawFirstId(): void {
    const span = FIRST_ID_MAX - FIRST_ID_MIN + 1;
    this.#tailId = FIRST_ID_MIN + Math.floor(this.#random() * span);
    this.#headId = this.#tailId;
  }

  #restartIds(): void {
    this.#updates.clear();
    this.#bytes = 0;
    this.#tailId = 0;
  }
}

/** An update as it goes over the wire: comma and line break after the id, as in the original. */
export function updateToJson(update: QueuedUpdate): string {
  return `{"update_id":${update.id},\n${update.json}}`;
}
