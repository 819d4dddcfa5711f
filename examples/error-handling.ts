/** What is thrown goes to the error handlers of the router, then of its parents, up to the bot. */
import { BotApiError } from "@hookgram/bot-api";
import { Bot, command, errorIs, Router, skip } from "hookgram";

class InvalidAge extends Error {}
class InvalidName extends Error {}

const profile = new Router("profile");

profile.message(command("age"), async ({ command: { args }, reply }) => {
  if (!/^\d{1,3}$/.test(args)) throw new InvalidAge(`"${args}" is no age`);
  await reply(`You are ${args}.`);
});

profile.message(command("name"), async ({ command: { args }, reply }) => {
  if (!/^\p{L}+$/u.test(args)) throw new InvalidName(`"${args}" is no name`);
  await reply(`Hello ${args}.`);
});

// By class, or by class and text. A handler that returns has dealt with the error.
profile.errors(errorIs(InvalidAge), ({ error, reply }) =>
  reply?.(`${error.message}. Write it as a number: /age 30`),
);

const bot = new Bot({ routers: [profile] });

bot.message(command("crash"), () => {
  throw new Error("the database is gone");
});

// Errors of any router that did not handle them itself.
bot.errors(errorIs(InvalidName), ({ error, reply }) => reply?.(`${error.message}.`));

// Somebody has blocked the bot: nothing is left to do.
bot.errors(errorIs(BotApiError, "bot was blocked by the user"), () => undefined);

// Everything else. `skip` leaves it to the runtime, which logs it with its place, tries the update
// again a little later, and keeps it as a dead letter after the last attempt.
bot.errors(async ({ attempt, attemptsMax, failure, logger, reply }) => {
  logger.warn({ attempt }, failure.message);
  if (attempt === attemptsMax) await reply?.("Sorry, that did not work. We are on it.");
  return skip;
});

export default bot;
