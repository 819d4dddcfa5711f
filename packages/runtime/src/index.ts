export type { EngineBots, RemovedBot } from "./engine/bot-set.ts";
export { createEngine } from "./engine/create-engine.ts";
export type {
  EmitEvent,
  EmitFromOutside,
  Engine,
  EngineBot,
  EngineOptions,
  EngineStats,
  LaneKey,
  StopReport,
} from "./engine/engine.ts";
export { type Desk, type OpenDesk, openDesk } from "./engine/open-desk.ts";
export type { Operator, RepairOptions, RepairPreview, ReplayOptions } from "./engine/operator.ts";
export { DEFAULT_STORE_PATH, type RunOptions } from "./entry/bot-runner.ts";
export {
  type Flow,
  type FlowEvent,
  FlowHub,
  type FlowKind,
  type FlowTools,
} from "./entry/flow-hub.ts";
export type { Handle, RunStats, StopOptions } from "./entry/handle.ts";
export { createLineLogger } from "./entry/line-logger.ts";
export { listen, type ListenHandle, type ListenOptions } from "./entry/listen.ts";
export { type FlowHandle, type FlowOptions, mountWithFlows } from "./entry/mount-with-flows.ts";
export { type BotsHandle, type BotsOptions, mountBots } from "./entry/mount-bots.ts";
export { mount, type MountHandle } from "./entry/mount.ts";
export { poll, type PollOptions } from "./entry/poll.ts";
export {
  setWebhookAndListen,
  type SetWebhookHandle,
  type SetWebhookOptions,
} from "./entry/set-webhook-and-listen.ts";
export { stopOnSignals, type SignalOptions } from "./entry/stop-on-signals.ts";
export type { HostWebhookRequest, WebhookHandle, WebhookOptions } from "./entry/webhook-host.ts";
export type { LogLevel } from "./event-log/attempt-log.ts";
export type { EventLog, FollowOptions } from "./event-log/event-log.ts";
export {
  type FoldedConversation,
  foldConversation,
  type TranscriptCall,
} from "./event-log/fold-conversation.ts";
export type { LogEntry, LogEvent } from "./event-log/log-event.ts";
export { UnreadableEntryError } from "./event-log/read-entry.ts";
export { RUNTIME_ERROR_CODES, RuntimeError, type RuntimeErrorCode } from "./error.ts";
export type { Acceptance, Inbox, IncomingUpdate } from "./inbox.ts";
export { conversationKey } from "./lanes/conversation-key.ts";
export type {
  BroadcastChat,
  BroadcastOptions,
  BroadcastProgress,
  Enqueued,
  FailedSend,
  OfBot,
  Outbox,
  OutboxOptions,
  OutboxStats,
  SendInfo,
  SendsQuery,
} from "./outbox/outbox.ts";
export type { SendLimitOptions } from "./outbox/send-limits.ts";
export type { PollerStats } from "./polling/poller.ts";
export { ANSWERS, type Answer } from "./receiver/answer.ts";
export { TELEGRAM_NETWORKS } from "./receiver/networks.ts";
export { createNodeListener, type NodeListener } from "./receiver/node-listener.ts";
export type { TlsFiles } from "./receiver/node-server.ts";
export {
  type Door,
  type ReceivedRequest,
  Receiver,
  type ReceiverLimits,
  type ReceiverOptions,
  type ReceiverStats,
  type RefusalReason,
  type RequestHead,
} from "./receiver/receiver.ts";
export {
  generateSecret,
  type RotationOptions,
  WebhookSecrets,
} from "./receiver/webhook-secrets.ts";
export type { Pause, PauseScope, PauseStore } from "./store/pause-store.ts";
export type {
  DoubtfulEffect,
  DoubtfulUpdate,
  DoubtsQuery,
  EffectDecision,
  LeftOut,
  LeftOutQuery,
  Repair,
  RepairAction,
  RepairPlan,
  RepairStep,
  RepairStore,
  Replayed,
  ReplayedUpdate,
  UpdateName,
  UpdateRecord,
} from "./store/repair-store.ts";
export {
  type BroadcastState,
  SEND_FAILURES,
  SEND_STATES,
  type SendDecision,
  type SendFailure,
  type SendState,
} from "./store/outbox/outbox-store.ts";
export type { LogQuery } from "./store/event-log-store.ts";
export type { WebhookReplyOptions, WebhookReplyStats } from "./webhook-reply/webhook-replies.ts";
export { createSqliteStore, type SqliteStoreOptions } from "./store/sqlite/sqlite-store.ts";
export {
  type EffectKind,
  type JournalEntry,
  PARKED_REASONS,
  type ParkedFilter,
  type ParkedQuery,
  type ParkedReason,
  type ParkedUpdate,
  type Store,
  type StoreStats,
  type UpdateStatus,
} from "./store/store.ts";
export type { StoreNode } from "./store/store-node.ts";
