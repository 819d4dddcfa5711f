/** A chat: the private one with a bot, or a group. */
export type Conversation =
  | { readonly kind: "private"; readonly bot: number }
  | { readonly kind: "group"; readonly chat: number };

/** The tabs of a narrow screen. */
export type Pane = "chats" | "chat" | "journal";

/** Where one is on the page. */
export interface Place {
  readonly person?: number;
  readonly conversation?: Conversation;
  readonly pane: Pane;
  /** The people whose chats stand beside one's own on a wide screen, `BESIDE_MAX` at most. */
  readonly beside?: readonly number[];
  /** This is such a chat beside: it stands alone, without lists and journal. */
  readonly isAlone?: true;
}

/**
 * Each chat follows the events over a connection of its own, and a browser opens six to a server: four
 * chats leave two for what the people do.
 */
export const BESIDE_MAX = 3;

const PANES: readonly string[] = ["chats", "chat", "journal"] satisfies readonly Pane[];

function integer(text: string | null): number | undefined {
  return text !== null && /^-?\d{1,16}$/.test(text) ? Number(text) : undefined;
}

function parseConversation(query: URLSearchParams): Conversation | undefined {
  const chat = integer(query.get("chat"));
  if (chat !== undefined) return { kind: "group", chat };
  const bot = integer(query.get("bot"));
  return bot === undefined ? undefined : { kind: "private", bot };
}

function parseBeside(query: URLSearchParams): readonly number[] {
  const ids = (query.get("beside") ?? "").split(",").flatMap((text) => integer(text) ?? []);
  return [...new Set(ids)].slice(0, BESIDE_MAX);
}

/** Reads `?person=101&bot=42&tab=journal`. What it does not understand, it leaves out. */
export function parsePlace(search: string): Place {
  const query = new URLSearchParams(search);
  const person = integer(query.get("person"));
  const conversation = parseConversation(query);
  const tab = query.get("tab") ?? "chat";
  const beside = parseBeside(query);
  return {
    ...(person === undefined ? {} : { person }),
    ...(conversation === undefined ? {} : { conversation }),
    pane: PANES.includes(tab) ? (tab as Pane) : "chat",
    ...(beside.length === 0 ? {} : { beside }),
    ...(query.has("alone") ? { isAlone: true } : {}),
  };
}

/** Writes what `parsePlace` reads; the tab "chat" is not written. */
export function formatPlace({ person, conversation, pane, beside = [], isAlone }: Place): string {
  const query = new URLSearchParams();
  if (person !== undefined) query.set("person", String(person));
  if (conversation?.kind === "private") query.set("bot", String(conversation.bot));
  if (conversation?.kind === "group") query.set("chat", String(conversation.chat));
  if (pane !== "chat") query.set("tab", pane);
  if (beside.length > 0) query.set("beside", beside.join(","));
  if (isAlone === true) query.set("alone", "");
  return query.size === 0 ? "" : `?${query}`;
}

/** Whether both are the same chat; two times no chat is the same, too. */
export function isSameConversation(a?: Conversation, b?: Conversation): boolean {
  if (a === undefined || b === undefined || a.kind !== b.kind) return a === b;
  return a.kind === "private" ? a.bot === (b as typeof a).bot : a.chat === (b as typeof a).chat;
}

/** Under which name a chat's messages are kept: a private chat belongs to one person. */
export function threadKey(person: number, conversation: Conversation): string {
  return conversation.kind === "private"
    ? `${person}:${conversation.bot}`
    : `group:${conversation.chat}`;
}
