import { createBotApi } from "@hookgram/bot-api";
import { Bot, callbackData, command, type Invocation, Router, text } from "hookgram";
import { z } from "zod";

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

export function createHookgramBot(shape: DispatchShape): DispatchContender {
  const counts: Counts = { handled: 0, middlewares: 0 };
  const count = (): void => void (counts.handled += 1);
  const routers = ROUTER_NUMBERS.map((number) => {
    const router = new Router(`router${number}`);
    for (const name of commandsOf(number)) router.message(command(name), count);
    for (const word of WORDS) router.message(text(new RegExp(`^${word} ${number} (\\d+)$`)), count);
    for (const button of BUTTONS)
      router.callbackQuery(callbackData(`${button}${number}`, { amount: z.number() }), count);
    return router;
  });
  const bot = new Bot({ routers });
  for (const n of middlewareNumbers(shape)) {
    bot.outer(async (_context, next) => {
      const passed = await next({ [`outer${n}`]: n });
      counts.middlewares += 1;
      return passed;
    });
    bot.inner(async (_context, next) => {
      const passed = await next();
      counts.middlewares += 1;
      return passed;
    });
  }
  const host = createHost();
  return {
    name: "hookgram",
    handle: (update) => bot.handle({ ...host, update: update as Invocation["update"] }),
    counts,
  };
}

/** What every attempt of a host has in common; nothing of it is used by these handlers. */
function createHost(): Omit<Invocation, "update"> {
  const ignore = (): void => undefined;
  return {
    api: createBotApi({ token: BENCH_TOKEN }),
    me: BENCH_ME,
    attempt: 1,
    attemptsMax: 5,
    signal: new AbortController().signal,
    states: { read: async () => undefined, write: ignore },
    step: async (_name, effect) => effect(new AbortController().signal),
    timers: { write: ignore },
    outbox: { send: ignore, cancel: ignore },
    emit: ignore,
    now: () => 0,
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  };
}
