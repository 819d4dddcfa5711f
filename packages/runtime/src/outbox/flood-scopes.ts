/** So many chats limited in a row are taken for the whole bot. */
const LANES_MIN = 3;

interface Run {
  readonly lanes: Set<string>;
}

/**
 * Tells whether a 429 is about a chat or about the bot, which Telegram does not say: it is taken for
 * the chat's, until three chats in a row were limited and nothing went through in between. To take
 * one for the other costs three calls that are refused; to stop all chats for one would let a single
 * busy group silence the bot.
 */
export class FloodScopes {
  readonly #runs = new Map<number, Run>();

  /** Something of the bot went through. */
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
