export { createChatPage } from "./chat-page.ts";
export type { ChatPage, ChatPageOptions } from "./chat-page.ts";
