import { Composer, Telegraf } from "telegraf";

import { BENCH_ME, BENCH_TOKEN } from "../servers/serve.ts";
import { BUTTONS, commandsOf, type DispatchContender, ROUTER_NUMBERS, WORDS } from "./bot-shape.ts";

export function createTelegrafBot(): DispatchContender {
  let handled = 0;
  const count = (): void => void (handled += 1);
  const bot = new Telegraf(BENCH_TOKEN, { handlerTimeout: Infinity });
  bot.botInfo = BENCH_ME as never;
  for (const number of ROUTER_NUMBERS) {
    const router = new Composer();
    for (const name of commandsOf(number)) router.command(name, count);
    for (const word of WORDS) router.hears(new RegExp(`^${word} ${number} (\\d+)$`), count);
    for (const button of BUTTONS) router.action(new RegExp(`^${button}${number}:(\\d+)$`), count);
    bot.use(router);
  }
  return {
    name: "Telegraf",
    handle: (update) => bot.handleUpdate(update as never),
    handled: () => handled,
  };
}
