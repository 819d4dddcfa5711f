import type { Message } from "@hookgram/bot-api";
import type { MessageContent } from "./stored-message.ts";

/** Where something happened: a group, or the private chat of a person and a bot. */
export interface Place {
  readonly chat_id: number;
  /** The bot of a private chat; absent for groups. */
  readonly bot_id?: number;
  /** Set where a bot answers for a person. */
  readonly business_connection_id?: string;
}

/**
 * What the world tells the journal. The journal adds `seq` and `at_ms`. No event ever holds a
 * token.
 */
export type WorldEvent =
  | ({ readonly type: "message"; readonly by: "person" | "bot"; readonly message: Message } & Place)
  | ({
      readonly type: "message-edited";
      readonly by: "person" | "bot";
      readonly message: Message;
    } & Place)
  | ({ readonly type: "message-deleted"; readonly message_ids: readonly number[] } & Place)
  | ({
      readonly type: "draft";
      readonly draft_id: number;
      readonly can_stop: boolean;
      /** What is written so far; absent when the draft is gone. */
      readonly content?: MessageContent;
    } & Place)
  | ({ readonly type: "chat-action"; readonly by_bot: number; readonly action: string } & Place)
  | {
      readonly type: "callback-answer";
      readonly bot_id: number;
      readonly callback_query_id: string;
      readonly text?: string;
      readonly show_alert?: boolean;
      readonly url?: string;
    }
  | { readonly type: "world"; readonly change: string; readonly id: number }
  | { readonly type: "reset" };
