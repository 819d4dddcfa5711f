/** The bot that every framework is given to route for: 30 routers with 10 handlers each. */
export const ROUTERS = 30;
/** `/c7_0` … `/c7_5`, for router 7. */
export const COMMANDS_PER_ROUTER = 6;
/** Texts such as `ask 7 12`: two patterns for each router. */
export const WORDS = ["ask", "tell"] as const;
/** Buttons whose data is `buy7:12`: two kinds for each router. */
export const BUTTONS = ["buy", "sell"] as const;

/** What every contender is made with. */
export interface DispatchShape {
  /**
   * How many async middlewares stand before the routers, each of which adds something to the context
   * and waits for what is behind it, and how many around each handler, which only wait.
   */
  readonly middlewares: number;
}

/** 0 … n - 1, one for each middleware. */
export function middlewareNumbers({ middlewares }: DispatchShape): readonly number[] {
  return Array.from({ length: middlewares }, (_, n) => n);
}

/** How often the middlewares of a bot have come to their ends, so that none can be left out. */
export interface Counts {
  handled: number;
  middlewares: number;
}

/** A framework with this bot in it. */
export interface DispatchContender {
  readonly name: string;
  /** Routes one update; resolves when its handler has run. */
  handle(update: object): Promise<unknown>;
  /** What has run so far. */
  readonly counts: Readonly<Counts>;
}

/** 0 … 29, one for each router. */
export const ROUTER_NUMBERS: readonly number[] = Array.from({ length: ROUTERS }, (_, n) => n);

/** The commands of a router. */
export function commandsOf(router: number): readonly string[] {
  return Array.from({ length: COMMANDS_PER_ROUTER }, (_, n) => `c${router}_${n}`);
}
