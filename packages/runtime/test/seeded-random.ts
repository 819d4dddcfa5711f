/** The seed of this run: given by `HOOKGRAM_SEED`, so that a failure can be looked at again. */
export function runSeed(): number {
  return Number(process.env["HOOKGRAM_SEED"] ?? Date.now() % 2 ** 31);
}

/** Numbers from 0 up to 1 that depend on nothing but the seed (the generator is mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
