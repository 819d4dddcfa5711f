/** Orders a pizza: several questions as one function, which restarts of the bot do not interrupt. */
import { Bot, callbackData, command, conversation, F, type Talk, text } from "hookgram";
import { z } from "zod";

const PRICES = { small: 8, large: 12 };
const HOUR_MS = 60 * 60 * 1000;

const Size = callbackData("size", { size: z.enum(["small", "large"]) });
const Skip = callbackData("skip", {});

/** Plain functions may ask, too. */
async function askPieces({ ask }: Talk): Promise<number> {
  const pieces = z.coerce.number().int().min(1).max(9);
  const { groups } = await ask("How many?", text(/^(?<pieces>\d+)$/, z.object({ pieces })), {
    reprompt: ({ message }, tries) => `${message.text}? A number from 1 to 9, please. (${tries})`,
    triesMax: 3,
  });
  return groups.pieces;
}

const order = conversation(
  "order",
  async (talk) => {
    const { ask, on, after, step, reply } = talk;
    const { button, answer, edit } = await ask("Which size?", on("callback_query", Size), {
      reply_markup: Size.keyboard({ Small: { size: "small" }, Large: { size: "large" } }),
      reprompt: "Press a button, please.",
    });
    await answer();
    await edit(`A ${button.size} one.`);

    const pieces = await askPieces(talk);

    // The first that comes, and nothing for ten minutes is an answer as well.
    const wish = await ask(
      "Anything else?",
      {
        note: text(),
        place: F.message.location,
        skip: on("callback_query", Skip),
        silence: after(HOUR_MS / 6),
      },
      { reply_markup: Skip.keyboard({ No: {} }) },
    );
    if (wish.case === "skip") await wish.answer();
    const note = wish.case === "note" ? wish.message.text : "nothing";
    if (wish.case === "place") await reply(`To ${wish.message.location.latitude}° N, then.`);

    // A step runs once. Without it, every later answer would run it again.
    const number = await step("order", () => placeOrder(button.size, pieces, note));
    await reply(`Order ${number}: ${pieces} ${button.size}, ${pieces * PRICES[button.size]} €.`);
  },
  {
    cancel: command("cancel"),
    timeoutMs: HOUR_MS,
    onEnd: async ({ status }, { reply }) => {
      if (status === "cancelled") await reply("No pizza, then.");
      else if (status !== "finished" && status !== "replaced")
        await reply("Let us begin anew: /order");
    },
  },
);

const orders: string[] = [];

/** A call of the shop's own service, in a real bot. */
function placeOrder(size: keyof typeof PRICES, pieces: number, note: string): number {
  return orders.push(`${pieces} × ${size}: ${note}`);
}

const bot = new Bot({ routers: [order] });

// The bot's own handlers come before its routers', so these work in the middle of an order.
bot.message(command(["start", "order"]), order.enter);
bot.message(command("prices"), ({ reply }) =>
  reply(`Small ${PRICES.small} €, large ${PRICES.large} €.`),
);

export default bot;
