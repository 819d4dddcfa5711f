/** What the bots say and throw when they are put on trial, the same in every framework. */
export const HALVES = ["the first half", "the second half"] as const;
export const POISON = "this update cannot be handled";
export const SORRY = "sorry, something went wrong";

/** Makes a handler fail half-way, on its first run. */
export class Trial {
  #hasFailed = false;

  failOnce(): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    throw new Error("half-way");
  }
}
