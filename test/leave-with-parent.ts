/**
 * Imported into each program of the tests (`child-program.ts`): when the test is gone, killed
 * perhaps, the program does not stay, whatever keeps it alive. One that has been told to stop has the
 * same time to end by itself.
 */
const LEAVE_MS = 10_000;

process.once("disconnect", () => {
  setTimeout(() => process.exit(1), LEAVE_MS).unref();
});
