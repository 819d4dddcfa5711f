/** `updates.status`; only `LIVE` rows are in the index that lanes are read from. */
export const LIVE = 0;
export const PARKED = 1;
export const DONE = 2;
export const EXPIRED = 3;
