/** An approved post of a channel's direct messages, and what became of it. */
export interface SuggestedPostRecord {
  /** The direct messages chat. */
  readonly chatId: number;
  /** The suggestion in it. */
  readonly messageId: number;
  /** Unix time. */
  readonly sendDate: number;
  /** The post in the channel, when it is published. */
  postId?: number;
  /** The money is where it belongs. */
  isSettled?: boolean;
}
