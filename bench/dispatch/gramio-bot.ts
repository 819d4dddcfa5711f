import { Bot, Plugin } from "gramio";

import { BENCH_ME, BENCH_TOKEN } from "../servers/serve.ts";
import { BUTTONS, commandsOf, type DispatchContender, ROUTER_NUMBERS, WORDS } from "./bot-shape.ts";

export function createGramioBot(): DispatchContender {
  let handled = 0;
  const count = (): void => void (handled += 1);
  const bot = new Bot(BENCH_TOKEN);
  bot.info = BENCH_ME as never;
  for (const number of ROUTER_NUMBERS) {
    const router = new Plugin(`router${number}`);
    for (const name of commandsOf(number)) router.command(name, count);
    for (const word of WORDS) router.hears(new RegExp(`^${word} ${number} (\\d+)$`), count);
    for (const button of BUTTONS)
      router.callbackQuery(new RegExp(`^${button}${number}:(\\d+)$`), count);
    bot.extend(router);
  }
  return {
    name: "GramIO",
    handle: (update) => bot.updates.handleUpdate(update as never),
    handled: () => handled,
  };
}
