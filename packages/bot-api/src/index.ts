// The only lists that are not written out: the generated files name every wire type themselves.
export type * from "./generated/objects.ts";
export type * from "./generated/params.ts";
export { type BotApiOptions, createBotApi, DEFAULT_API_ROOT } from "./create-bot-api.ts";
export type {
  ApiMethod,
  BotApi,
  CallOptions,
  Download,
  Downloadable,
  MethodArguments,
} from "./bot-api.ts";
export {
  BOT_API_ERROR_CODES,
  BotApiError,
  type BotApiErrorCode,
  type BotApiErrorDetails,
} from "./bot-api-error.ts";
export { type ParsedBotToken, parseBotToken, redactToken } from "./bot-token.ts";
export { type Clock, sleep, systemClock } from "./clock.ts";
export {
  fileFromBytes,
  fileFromStream,
  fileFromUrl,
  type FileFromUrlOptions,
  type FileOptions,
  type FileSource,
  type FileStream,
  type InputFile,
  isInputFile,
} from "./files/file-source.ts";
export { METHOD_NAMES } from "./generated/method-names.ts";
export type { ApiResponse, MethodName, MethodParams, MethodResult } from "./methods.ts";
export {
  DEFAULT_UPDATE_KINDS,
  OPT_IN_UPDATE_KINDS,
  type Update,
  UPDATE_KINDS,
  type UpdateKind,
  updateKind,
  type UpdateOf,
  type UpdatePayload,
} from "./update.ts";
export { type AnyCall, type AnyParams, type AroundCall, wrapBotApi } from "./wrap-bot-api.ts";
