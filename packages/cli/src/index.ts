export { CliError, type CliErrorCode } from "./cli-error.ts";
export { answerOperators } from "./operate/operator-socket.ts";
export { type Output } from "./output.ts";
export { createProgram } from "./program.ts";
