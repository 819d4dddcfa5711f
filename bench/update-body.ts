/** Chats that the load comes from: enough for many lanes, few enough that each gets several. */
const CHATS = 1_000;

/** The chat that an update of {@link updateBody} is from. */
export function chatOf(updateId: number): number {
  return 1_000_000 + (updateId % CHATS);
}

/** A message of some 1.1 KB in Telegram's own form, unique by its `update_id`. */
export function updateBody(updateId: number, chatId = chatOf(updateId)): Buffer {
  const person = { id: chatId, first_name: "Ada", last_name: "Lovelace", username: `ada${chatId}` };
  const message = {
    message_id: updateId,
    from: { ...person, is_bot: false, language_code: "en" },
    chat: { ...person, type: "private" },
    date: 1_795_250_000,
    text: TEXT,
    entities: ENTITIES,
  };
  return Buffer.from(`{"update_id":${updateId},\n"message":${JSON.stringify(message)}}`);
}

const TEXT = "Could you tell me where my order is? ".repeat(14);
const ENTITIES = [0, 40, 80, 120].map((offset) => ({ offset, length: 10, type: "bold" }));
