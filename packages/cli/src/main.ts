import { explainError } from "./explain-error.ts";
import { terminal } from "./output.ts";
import { createProgram } from "./program.ts";

/** Runs the command line of this process; a failure is one line and the exit code 1. */
async function main(): Promise<void> {
  try {
    await createProgram(process.env, terminal).parseAsync(process.argv);
  } catch (error) {
    terminal.warn(explainError(error));
    // A bot file that failed half-way may have left timers and servers that would keep us here.
    process.exit(1);
  }
}

await main();
