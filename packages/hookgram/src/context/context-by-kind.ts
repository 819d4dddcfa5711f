import type { ContextOf } from "./context.ts";

/**
 * The context of each kind. They are interfaces, because the compiler calls an interface by its name:
 * "Property 'customer' does not exist on type 'MessageContext'".
 */
export interface ContextByKind {
  readonly message: MessageContext;
  readonly edited_message: EditedMessageContext;
  readonly channel_post: ChannelPostContext;
  readonly edited_channel_post: EditedChannelPostContext;
  readonly inline_query: InlineQueryContext;
  readonly chosen_inline_result: ChosenInlineResultContext;
  readonly callback_query: CallbackQueryContext;
  readonly shipping_query: ShippingQueryContext;
  readonly pre_checkout_query: PreCheckoutQueryContext;
  readonly poll: PollContext;
  readonly poll_answer: PollAnswerContext;
  readonly my_chat_member: MyChatMemberContext;
  readonly chat_member: ChatMemberContext;
  readonly chat_join_request: ChatJoinRequestContext;
  readonly chat_boost: ChatBoostContext;
  readonly removed_chat_boost: RemovedChatBoostContext;
  readonly message_reaction: MessageReactionContext;
  readonly message_reaction_count: MessageReactionCountContext;
  readonly business_connection: BusinessConnectionContext;
  readonly business_message: BusinessMessageContext;
  readonly edited_business_message: EditedBusinessMessageContext;
  readonly deleted_business_messages: DeletedBusinessMessagesContext;
  readonly purchased_paid_media: PurchasedPaidMediaContext;
  readonly managed_bot: ManagedBotContext;
  readonly guest_message: GuestMessageContext;
  readonly subscription: SubscriptionContext;
  readonly stopped_message_generation: StoppedMessageGenerationContext;
}

/** @see {@link Context} */
export interface MessageContext extends ContextOf<"message"> {}

/** @see {@link Context} */
export interface EditedMessageContext extends ContextOf<"edited_message"> {}

/** @see {@link Context} */
export interface ChannelPostContext extends ContextOf<"channel_post"> {}

/** @see {@link Context} */
export interface EditedChannelPostContext extends ContextOf<"edited_channel_post"> {}

/** @see {@link Context} */
export interface InlineQueryContext extends ContextOf<"inline_query"> {}

/** @see {@link Context} */
export interface ChosenInlineResultContext extends ContextOf<"chosen_inline_result"> {}

/** @see {@link Context} */
export interface CallbackQueryContext extends ContextOf<"callback_query"> {}

/** @see {@link Context} */
export interface ShippingQueryContext extends ContextOf<"shipping_query"> {}

/** @see {@link Context} */
export interface PreCheckoutQueryContext extends ContextOf<"pre_checkout_query"> {}

/** @see {@link Context} */
export interface PollContext extends ContextOf<"poll"> {}

/** @see {@link Context} */
export interface PollAnswerContext extends ContextOf<"poll_answer"> {}

/** @see {@link Context} */
export interface MyChatMemberContext extends ContextOf<"my_chat_member"> {}

/** @see {@link Context} */
export interface ChatMemberContext extends ContextOf<"chat_member"> {}

/** @see {@link Context} */
export interface ChatJoinRequestContext extends ContextOf<"chat_join_request"> {}

/** @see {@link Context} */
export interface ChatBoostContext extends ContextOf<"chat_boost"> {}

/** @see {@link Context} */
export interface RemovedChatBoostContext extends ContextOf<"removed_chat_boost"> {}

/** @see {@link Context} */
export interface MessageReactionContext extends ContextOf<"message_reaction"> {}

/** @see {@link Context} */
export interface MessageReactionCountContext extends ContextOf<"message_reaction_count"> {}

/** @see {@link Context} */
export interface BusinessConnectionContext extends ContextOf<"business_connection"> {}

/** @see {@link Context} */
export interface BusinessMessageContext extends ContextOf<"business_message"> {}

/** @see {@link Context} */
export interface EditedBusinessMessageContext extends ContextOf<"edited_business_message"> {}

/** @see {@link Context} */
export interface DeletedBusinessMessagesContext extends ContextOf<"deleted_business_messages"> {}

/** @see {@link Context} */
export interface PurchasedPaidMediaContext extends ContextOf<"purchased_paid_media"> {}

/** @see {@link Context} */
export interface ManagedBotContext extends ContextOf<"managed_bot"> {}

/** @see {@link Context} */
export interface GuestMessageContext extends ContextOf<"guest_message"> {}

/** @see {@link Context} */
export interface SubscriptionContext extends ContextOf<"subscription"> {}

/** @see {@link Context} */
export interface StoppedMessageGenerationContext extends ContextOf<"stopped_message_generation"> {}
