/** After so many chats were limited in a row, the whole bot counts as limited. */
const LANES_MIN = 3;

interface Run {
  readonly lanes: Set<string>;
}

/**
 * Guesses whether a 429 limits one chat or the whole bot, because Telegram does not say so. It is
 * taken as the chat's, unless three chats were limited in a row and nothing succeeded in between. A
 * wrong guess in this direction costs three refused calls; in the other, a single busy group would
 * silence the bot.
 */
export class FloodScopes {
  readonly #runs = new Map<number, Run>();

  /** Called when a call of the bot succeeded. */
  succeeded(botId: number): void {
    this.#runs.delete(botId);
  }

  limited(botId: number, lane: string): "lane" | "bot" {
    const run = this.#runs.get(botId) ?? { lanes: new Set() };
    this.#runs.set(botId, run);
    run.lanes.add(lane);
    return run.lanes.size >= LANES_MIN ? "bot" : "lane";
  }
}
