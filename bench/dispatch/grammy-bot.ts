import { Bot, Composer, type Context, type NextFunction } from "grammy";

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

export function createGrammyBot(shape: DispatchShape): DispatchContender {
  const counts: Counts = { handled: 0, middlewares: 0 };
  const count = (): void => void (counts.handled += 1);
  const bot = new Bot(BENCH_TOKEN, { botInfo: BENCH_ME as never });
  for (const n of middlewareNumbers(shape))
    bot.use(async (context, next) => {
      Object.assign(context, { [`outer${n}`]: n });
      await next();
      counts.middlewares += 1;
    });
  const around = middlewareNumbers(shape).map(() => async (_: Context, next: NextFunction) => {
    await next();
    counts.middlewares += 1;
  });
  for (const number of ROUTER_NUMBERS) {
    const router = new Composer();
    for (const name of commandsOf(number)) router.command(name, ...around, count);
    for (const word of WORDS)
      router.hears(new RegExp(`^${word} ${number} (\\d+)$`), ...around, count);
    for (const button of BUTTONS)
      router.callbackQuery(new RegExp(`^${button}${number}:(\\d+)$`), ...around, count);
    bot.use(router);
  }
  return {
    name: "grammY",
    handle: (update) => bot.handleUpdate(update as never),
    counts,
  };
}
