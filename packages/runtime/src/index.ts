export type {
  Engine,
  EngineBot,
  EngineOptions,
  EngineStats,
  LaneKey,
  StopReport,
} from "./engine/engine.ts";
export { RUNTIME_ERROR_CODES, RuntimeError, type RuntimeErrorCode } from "./error.ts";
export type { Acceptance, Inbox, IncomingUpdate } from "./inbox.ts";
export type {
  ParkedQuery,
  ParkedReason,
  ParkedUpdate,
  Store,
  StoreStats,
  UpdateStatus,
} from "./store/store.ts";
