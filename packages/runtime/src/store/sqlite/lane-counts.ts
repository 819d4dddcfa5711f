/**
 * Slots of all lanes together, 4 MB, and slots of each lane. With a hundred thousand waiting lanes one
 * of a thousand others is taken for one that waits; with a million it is every second.
 */
const SLOTS = 2 ** 21;
const SLOTS_PER_LANE = 4;
const COUNT_MAX = 65_535;

/**
 * How many updates wait in which lanes, in memory that does not grow with them: lanes, known by the
 * {@link laneHash} of their names, share slots (a counting Bloom filter).
 *
 * **Invariant:** a lane in which something waits is never said to be free. One in which nothing waits
 * may be said not to be, because of another one in its slot.
 */
export class LaneCounts {
  /** Undefined: all are 0. */
  #slots: Uint16Array<ArrayBuffer> | undefined;

  isFree(hash: number): boolean {
    const slots = this.#slots;
    if (slots === undefined) return true;
    for (let at = 0; at < SLOTS_PER_LANE; at += 1) if (slots[slotOf(hash, at)] === 0) return true;
    return false;
  }

  add(hash: number): void {
    const slots = (this.#slots ??= new Uint16Array(SLOTS));
    for (let at = 0; at < SLOTS_PER_LANE; at += 1) {
      const slot = slotOf(hash, at);
      if (slots[slot]! < COUNT_MAX) slots[slot]! += 1;
    }
  }

  /** Nothing waits. The memory is kept: it costs much more to make than to write over. */
  clear(): void {
    this.#slots?.fill(0);
  }

  /** One that was added. A slot that was full once stays taken. */
  remove(hash: number): void {
    const slots = this.#slots;
    if (slots === undefined) return;
    for (let at = 0; at < SLOTS_PER_LANE; at += 1) {
      const slot = slotOf(hash, at);
      const count = slots[slot]!;
      if (count > 0 && count < COUNT_MAX) slots[slot] = count - 1;
    }
  }
}

/** FNV-1a over the name's UTF-16 units. */
export function laneHash(lane: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < lane.length; at += 1) {
    hash = Math.imul(hash ^ lane.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

/** Steps of another width for each lane. */
function slotOf(hash: number, at: number): number {
  const step = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) | 1;
  return (hash + Math.imul(step, at)) & (SLOTS - 1);
}
