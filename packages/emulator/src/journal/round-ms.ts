/** A duration with a tenth of a millisecond, which is as fine as anybody reads it. */
export function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}
