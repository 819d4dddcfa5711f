import { Composer, type Context, type MiddlewareFn, Telegraf } from "telegraf";

import { BENCH_ME, BENCH_TOKEN } from "../servers/serve.ts";
import {
  BUTTONS,
  commandsOf,
  type Counts,
  type DispatchContender,
  type DispatchShape,
  middlewareNumbers,
  ROUTER_NUMBERS,
  WORDS,
} from "./bot-shape.ts";

export function createTelegrafBot(shape: DispatchShape): DispatchContender {
  const counts: Counts = { handled: 0, middlewares: 0 };
  const count = (): void => void (counts.handled += 1);
  const bot = new Telegraf(BENCH_TOKEN, { handlerTimeout: Infinity });
  bot.botInfo = BENCH_ME as never;
  for (const n of middlewareNumbers(shape))
    bot.use(async (context, next) => {
      Object.assign(context, { [`outer${n}`]: n });
      await next();
      counts.middlewares += 1;
    });
  const around = middlewareNumbers(shape).map(
    () => async (_: Context, next: () => Promise<void>) => {
      await next();
      counts.middlewares += 1;
    },
  );
  const handlers = [...around, count] as unknown as readonly [MiddlewareFn<Context>];
  for (const number of ROUTER_NUMBERS) {
    const router = new Composer();
    for (const name of commandsOf(number)) router.command(name, ...handlers);
    for (const word of WORDS) router.hears(new RegExp(`^${word} ${number} (\\d+)$`), ...handlers);
    for (const button of BUTTONS)
      router.action(new RegExp(`^${button}${number}:(\\d+)$`), ...handlers);
    bot.use(router);
  }
  return {
    name: "Telegraf",
    handle: (update) => bot.handleUpdate(update as never),
    counts,
  };
}
