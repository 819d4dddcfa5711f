export { album, type AlbumItems, type AlbumParams, type AlbumPicture } from "./album/album.ts";
export type { AlbumOptions } from "./album/album-gatherer.ts";
export type { Album, AlbumContext, AlbumPartKind } from "./album/incoming-album.ts";
export type { WebhookReply } from "./context/webhook-reply.ts";
export { everyPart, type PartContext, somePart, type WithAlbum } from "./album/part-filters.ts";
export {
  type ButtonData,
  type ButtonEntries,
  type ButtonInput,
  type CallbackData,
  callbackData,
  type CallbackDataOptions,
  type CallbackFields,
  type OldButton,
  type Unpacked,
  type WithCallbackQuery,
} from "./callback/callback-data.ts";
export { CALLBACK_DATA_BYTES_MAX, type Packable } from "./callback/wire.ts";
export { type Conversation, conversation } from "./conversation/conversation.ts";
export type { After, Expected, WaitCase, WaitCases } from "./conversation/expected.ts";
export type {
  Cancel,
  ConversationMethods,
  ConversationOptions,
  Ending,
} from "./conversation/conversation-options.ts";
export type {
  Ask,
  AskOptions,
  On,
  Reprompt,
  Talk,
  TalkKind,
  TalkTools,
  UsualKind,
  Wait,
  WaitOptions,
} from "./conversation/talk.ts";
export { conversationTimeout } from "./conversation/talk-slot.ts";
export type {
  BusinessConnectionContext,
  BusinessMessageContext,
  CallbackQueryContext,
  ChannelPostContext,
  ChatBoostContext,
  ChatJoinRequestContext,
  ChatMemberContext,
  ChosenInlineResultContext,
  ContextByKind,
  DeletedBusinessMessagesContext,
  EditedBusinessMessageContext,
  EditedChannelPostContext,
  EditedMessageContext,
  GuestMessageContext,
  InlineQueryContext,
  ManagedBotContext,
  MessageContext,
  MessageReactionContext,
  MessageReactionCountContext,
  MyChatMemberContext,
  PollAnswerContext,
  PollContext,
  PreCheckoutQueryContext,
  PurchasedPaidMediaContext,
  RemovedChatBoostContext,
  ShippingQueryContext,
  StoppedMessageGenerationContext,
  SubscriptionContext,
} from "./context/context-by-kind.ts";
export type {
  CommonContext,
  Context,
  Edit,
  Emit,
  EditParams,
  MessageKind,
  PayloadName,
  Place,
  Reply,
  ReplyParams,
  Send,
  SendMethod,
  SendParams,
} from "./context/context.ts";
export type {
  DispatchOutcome,
  EffectOptions,
  HookContext,
  Invocation,
  Json,
  Logger,
  StateRecord,
  StateSession,
  UpdateHandler,
  WhenAmbiguous,
} from "./dispatch/invocation.ts";
export type { OutboxSession, SendOptions, SendPriority } from "./dispatch/outbox-session.ts";
export {
  type Drop,
  drop,
  type HandlerResult,
  type Passed,
  type Reject,
  reject,
  type Skip,
  skip,
} from "./dispatch/results.ts";
export type { UnknownUpdateContext, UnknownUpdateHandler } from "./dispatch/unknown-update.ts";
export { HOOKGRAM_ERROR_CODES, HookgramError, type HookgramErrorCode } from "./error.ts";
export type { EventContext, EventObserver, FiredTimer, OwnEvent } from "./event/event-context.ts";
export {
  type AnyEventKind,
  type AnyKind,
  type EventField,
  eventKind,
  type EventKind,
} from "./event/event-kind.ts";
export {
  anyKindOf,
  type Emission,
  type EmitOptions,
  type EventBody,
  type EventTarget,
  type EmissionOptions,
  type EventUpdate,
  readEventData,
  type TimerBody,
  toEmission,
} from "./event/event-update.ts";
export { chatType } from "./filter/chat-type.ts";
export { and, not, or } from "./filter/combine.ts";
export type { ArgsOf, CommandArgs } from "./filter/command-args.ts";
export type { DescriptionText } from "./filter/command-description.ts";
export { commandsOf } from "./filter/commands-of.ts";
export { command, type CommandCall, type CommandOptions, parseCommand } from "./filter/command.ts";
export {
  createDeepLink,
  type CreateDeepLinkOptions,
  deepLink,
  type DeepLinkOptions,
} from "./filter/deep-link.ts";
export { errorIs, type ErrorClass, type ErrorOf } from "./filter/error-is.ts";
export { access, type AccessRules } from "./flags/access.ts";
export { attemptLimits, type AttemptLimits, attempts } from "./flags/attempts.ts";
export { autoAnswer, type AutoAnswerOptions } from "./flags/auto-answer.ts";
export { type ChatAction, chatAction, type ChatActionOptions } from "./flags/chat-action.ts";
export { rateLimit, type RateLimitOptions } from "./flags/rate-limit.ts";
export type { RefusalContext, Refuse } from "./flags/refusal.ts";
export { flag, type Flag, type FlagMark, type FlagMarks, type FlagValues } from "./filter/flag.ts";
export type { Filter, FilterFunction, FilterObject, NoData, Verdict } from "./filter/filter.ts";
export { has, type OptionalField, type WithFields } from "./filter/has.ts";
export { F, magic } from "./filter/magic.ts";
export type { Magic, MagicContext, MagicRoot, MagicTest } from "./filter/magic-path.ts";
export {
  ANY_STATUS,
  DEMOTED,
  INSIDE,
  JOIN,
  KICKED,
  LEAVE,
  type MemberStatus,
  memberStatus,
  type MemberTransition,
  otherThan,
  OUTSIDE,
  PROMOTED,
  RESTRICTED,
  transition,
  UNBANNED,
  UNRESTRICTED,
} from "./filter/member-transition.ts";
export { noCommand } from "./filter/no-command.ts";
export {
  reaction,
  type ReactionFilter,
  type ReactionName,
  reactionRemoved,
} from "./filter/reaction.ts";
export { text, type WithMessage, type WithText } from "./filter/text.ts";
export {
  blockquote,
  bold,
  code,
  customEmoji,
  expandableBlockquote,
  fmt,
  type FormatPiece,
  type FormatStyle,
  type Formatted,
  italic,
  joinFmt,
  link,
  mention,
  type PlainPiece,
  pre,
  spoiler,
  strike,
  underline,
} from "./format/formatted.ts";
export { escapeHtml, type Html, html, type HtmlPiece, joinHtml } from "./format/html.ts";
export {
  CAPTION_UNITS_MAX,
  type SplitOptions,
  splitText,
  TEXT_UNITS_MAX,
} from "./format/split-text.ts";
export { caption, type CaptionParams, type RichText } from "./format/text-params.ts";
export {
  createI18n,
  type I18n,
  type I18nOptions,
  type LocaleOf,
  type Localized,
} from "./i18n/i18n.ts";
export {
  type BundleMessages,
  bundleMessages,
  type MessageBundle,
  type MessageIds,
  type MessageValue,
} from "./i18n/message-bundle.ts";
export type { Messages, Translation } from "./i18n/messages.ts";
export { grid, type RowWidths } from "./keyboard/grid.ts";
export { inlineKeyboard } from "./keyboard/inline-keyboard.ts";
export { replyKeyboard } from "./keyboard/reply-keyboard.ts";
export { Bot, type BotOptions } from "./router/bot.ts";
export type { UpdateDemand } from "./router/explain-updates.ts";
export type { HandlerEntry, PartEntry, RouterEntry } from "./router/registry.ts";
export type { ErrorContext } from "./router/error-context.ts";
export type { Hook } from "./router/hooks.ts";
export type { InnerMiddleware, Next, OuterMiddleware } from "./router/middleware.ts";
export type {
  Handler,
  HandlerClass,
  HandlerFunction,
  HandlerInfo,
  HandlerObject,
} from "./router/handler.ts";
export type { AroundMethod } from "./router/outgoing.ts";
export type { Observer, Observers } from "./router/observer.ts";
export { type Includable, Router } from "./router/router.ts";
export {
  Scene,
  type SceneContext,
  type SceneControl,
  type SceneHook,
  type SceneTarget,
} from "./scene/scene.ts";
export type {
  SchemaInput,
  SchemaIssue,
  SchemaOutput,
  SchemaResult,
  StandardSchema,
} from "./state/standard-schema.ts";
export type { EnterArguments, StateControl } from "./state/state-control.ts";
export {
  type AnyState,
  inGroup,
  type MatchedState,
  noState,
  type State,
  type StateGroup,
  type StateMatch,
  type StateOptions,
  type StateShape,
  type StateSnapshot,
  states,
  type StoredState,
} from "./state/states.ts";
export type { StateStrategy } from "./state/strategy.ts";
export { stateTimeout } from "./timer/state-timeout.ts";
export type {
  StagedTimer,
  TimerControl,
  TimerData,
  TimerName,
  TimerSession,
  TimerTime,
} from "./timer/timer-control.ts";
export type { InitData, InitDataChat, InitDataUser } from "./web-app/init-data.ts";
export {
  INIT_DATA_REFUSALS,
  type InitDataOptions,
  type InitDataOutcome,
  type InitDataRefusal,
  type SignedInitDataOptions,
  verifyInitData,
  verifySignedInitData,
} from "./web-app/verify-init-data.ts";
