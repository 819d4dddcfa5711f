import { Bot, Plugin } from "gramio";

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

export function createGramioBot(shape: DispatchShape): DispatchContender {
  const counts: Counts = { handled: 0, middlewares: 0 };
  const count = (): void => void (counts.handled += 1);
  const bot = new Bot(BENCH_TOKEN);
  bot.info = BENCH_ME as never;
  for (const n of middlewareNumbers(shape))
    bot.use(async (context, next) => {
      Object.assign(context, { [`outer${n}`]: n });
      await next();
      counts.middlewares += 1;
    });
  const preHandler = middlewareNumbers(shape).map(
    () => async (_: unknown, next: () => Promise<unknown>) => {
      await next();
      counts.middlewares += 1;
    },
  );
  const options = shape.middlewares === 0 ? undefined : { preHandler };
  for (const number of ROUTER_NUMBERS) {
    const router = new Plugin(`router${number}`);
    for (const name of commandsOf(number)) router.command(name, count, options);
    for (const word of WORDS)
      router.hears(new RegExp(`^${word} ${number} (\\d+)$`), count, options);
    for (const button of BUTTONS)
      router.callbackQuery(new RegExp(`^${button}${number}:(\\d+)$`), count, options);
    bot.extend(router);
  }
  return {
    name: "GramIO",
    handle: (update) => bot.updates.handleUpdate(update as never),
    counts,
  };
}
