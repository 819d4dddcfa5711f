import type { BotEnvironment } from "./bot-environment.ts";
import type { Output } from "./output.ts";

/** What a command gets besides its arguments. */
export interface CommandContext {
  readonly environment: BotEnvironment;
  readonly output: Output;
}
