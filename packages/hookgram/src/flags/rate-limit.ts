import type { CommonContext } from "../context/context.ts";
import { drop } from "../dispatch/results.ts";
import { HookgramError } from "../error.ts";
import type { FilterObject } from "../filter/filter.ts";
import { markWith } from "../filter/flag.ts";
import type { AnyMiddleware } from "../router/router-node.ts";
import { type Refuse, tell } from "./refusal.ts";

/** How much is let through. */
export interface RateLimitOptions {
  /** How many updates, from 1. */
  readonly limit: number;
  /** In how many milliseconds. */
  readonly perMs: number;
  /** Who has the limit: each chat (the default) or each user, wherever they write. */
  readonly by?: "chat" | "user";
  /** Called for the first update that is too many, and not again before one is let through. */
  readonly exceeded?: Refuse;
}

/** How many chats or users are remembered; the one that was quiet for the longest is forgotten. */
const KEYS_MAX = 10_000;

/**
 * Lets a chat or user reach the handler only so often:
 * `router.message(command("quote"), rateLimit({ limit: 5, perMs: 60_000 }), quote)`. As a root filter
 * all handlers of the router share the limit, and one at the handler holds in addition.
 *
 * What is too much is dropped: it is done with, so Telegram does not send it again. A repeated
 * attempt at an update that was let through is not counted. Updates without a chat or user pass. The
 * count is kept in this process: after a restart it begins anew, and several nodes count apart.
 * @throws HookgramError `bad-argument` for a limit below 1 or a time that is not above 0.
 */
export function rateLimit({
  limit,
  perMs,
  by = "chat",
  exceeded,
}: RateLimitOptions): FilterObject<unknown> {
  if (!(limit >= 1) || !(perMs > 0))
    throw new HookgramError(
      "bad-argument",
      `rateLimit({ limit: ${limit}, perMs: ${perMs} }): the limit is at least 1, and perMs above 0`,
    );
  const counter = new RateCounter(limit, perMs);
  const around: AnyMiddleware = async (context, next) => {
    const scope = context as CommonContext;
    const who = by === "chat" ? scope.chat?.id : scope.from?.id;
    if (who === undefined || scope.attempt > 1) return next();
    const verdict = counter.count(`${scope.me.id}:${who}`, scope.now());
    if (verdict === "within") return next();
    if (verdict === "first over") await tell(exceeded, context);
    return drop;
  };
  return markWith("rateLimit", { value: [{ limit, perMs, by }], arounds: [around], addsUp: true });
}

interface Counted {
  /** When updates were let through, the oldest first; `limit` of them at most. */
  readonly times: readonly number[];
  readonly isOver: boolean;
}

/** Counts in a window that moves with the time. */
class RateCounter {
  readonly #limit: number;
  readonly #perMs: number;
  /** In the order of their last update. */
  readonly #counted = new Map<string, Counted>();

  constructor(limit: number, perMs: number) {
    this.#limit = limit;
    this.#perMs = perMs;
  }

  count(key: string, now: number): "within" | "first over" | "over" {
    const { times: all, isOver } = this.#counted.get(key) ?? { times: [], isOver: false };
    const times = all.filter((time) => time > now - this.#perMs);
    const isWithin = times.length < this.#limit;
    this.#keep(key, { times: isWithin ? [...times, now] : times, isOver: !isWithin });
    if (isWithin) return "within";
    return isOver ? "over" : "first over";
  }

  #keep(key: string, counted: Counted): void {
    this.#counted.delete(key);
    this.#counted.set(key, counted);
    if (this.#counted.size <= KEYS_MAX) return;
    const [oldest] = this.#counted.keys();
    this.#counted.delete(oldest!);
  }
}
