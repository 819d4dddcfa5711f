/**
 * Bots that were written with another framework, run by the runtime as they are. An entry of its own,
 * so that nobody else loads it; the frameworks themselves are never imported.
 */
export { currentInvocation } from "./foreign/foreign-attempt.ts";
export type { ForeignBotOptions } from "./foreign/foreign-bot.ts";
export { fromGramio, type GramioBot } from "./foreign/from-gramio.ts";
export { fromGrammy, type GrammyBot } from "./foreign/from-grammy.ts";
export { fromTelegraf, type TelegrafBot } from "./foreign/from-telegraf.ts";
