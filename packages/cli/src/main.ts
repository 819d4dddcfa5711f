import { errorToLine } from "./cli-error.ts";
import { terminal } from "./output.ts";
import { createProgram } from "./program.ts";

/** Runs the command line of this process; a failure is one line and the exit code 1. */
async function main(): Promise<void> {
  try {
    await createProgram(process.env, terminal).parseAsync(process.argv);
  } catch (error) {
    terminal.warn(errorToLine(error));
    process.exitCode = 1;
  }
}

await main();
