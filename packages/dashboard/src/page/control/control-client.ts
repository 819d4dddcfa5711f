import type { UploadKind } from "../state/upload-kind.ts";
import type {
  ChatMenu,
  ChatMessage,
  ClockReading,
  DraftContent,
  FaultRule,
  Group,
  JournalEntry,
  PersonKeyboard,
  StandingFault,
  User,
  World,
} from "./control-shapes.ts";

/** Why a request to the local Telegram had no success. */
export type ControlErrorCode = "refused" | "unreachable";

/** The one error of `control`: its message is a line that a person can be shown. */
export class ControlError extends Error {
  override readonly name = "ControlError";
  /** `refused`: the server said why not. `unreachable`: there was no answer at all. */
  readonly code: ControlErrorCode;
  constructor(code: ControlErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A private chat is a person and a bot; a group is a chat, whoever looks at it. */
export interface Where {
  readonly person: number;
  readonly bot?: number;
  readonly chat?: number;
}

/** Which message, for a person. */
export interface WhichMessage extends Where {
  readonly message_id: number;
}

/** A file to send, with the words that go with it. */
export interface UploadForm extends Where {
  readonly kind: UploadKind;
  readonly file: File;
  readonly caption?: string;
  readonly reply_to_message_id?: number;
  readonly media_group_id?: string;
  readonly message_thread_id?: number;
}

/** A person to create; the local Telegram chooses the id. */
export interface NewPerson {
  readonly first_name: string;
  readonly last_name?: string;
  readonly username?: string;
  readonly language_code?: string;
}

/** A group to create, with its first members. */
export interface NewGroup {
  readonly type: "group" | "supergroup" | "channel";
  readonly title: string;
  readonly members: readonly { readonly user: number; readonly status?: string }[];
  readonly bots: readonly number[];
}

interface PressAnswer {
  readonly callback_query_id?: string;
  readonly answer?: {
    readonly text?: string;
    readonly show_alert?: boolean;
    readonly url?: string;
  };
  readonly button?: Readonly<Record<string, unknown>>;
}

interface PayAnswer {
  readonly state: "shipping" | "checkout" | "paid" | "failed";
  /** What the bot said when it refused. */
  readonly error?: string;
}

async function readAnswer<T>(response: Response): Promise<T> {
  const body = (await response.json().catch(() => undefined)) as T | { error?: string } | undefined;
  if (response.ok && body !== undefined) return body as T;
  const said = (body as { error?: string } | undefined)?.error;
  throw new ControlError("refused", said ?? `The local Telegram answered ${response.status}.`);
}

async function request<T>(path: string, init?: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/control/${path}`, init);
  } catch {
    throw new ControlError(
      "unreachable",
      "The local Telegram does not answer. Is it still running?",
    );
  }
  return readAnswer<T>(response);
}

function get<T>(path: string, query: object = {}): Promise<T> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return request<T>(search.size === 0 ? path : `${path}?${search}`);
}

function post<T>(path: string, body: object): Promise<T> {
  const headers = { "content-type": "application/json" };
  return request<T>(path, { method: "POST", headers, body: JSON.stringify(body) });
}

function upload(fields: UploadForm): Promise<unknown> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && name !== "file") form.append(name, String(value));
  }
  form.append("file", fields.file, fields.file.name);
  return request("upload", { method: "POST", body: form });
}

/** The user's side of the local Telegram, same origin. @see `GET /control/openapi.json` */
export const control = {
  world: () => get<World>("world"),
  menu: (where: Where) => get<ChatMenu>("menu", where),
  messages: (where: Where) =>
    get<{
      messages: readonly ChatMessage[];
      keyboard?: PersonKeyboard;
      draft?: DraftContent & { draft_id: number; can_stop: boolean };
    }>("messages", where),
  journal: (query: { after?: number; limit?: number }) =>
    get<{ entries: readonly JournalEntry[]; cursor: number }>("journal", query),
  clock: () => get<ClockReading>("clock"),

  addPerson: (person: NewPerson) => post<{ person: User }>("people", person),
  addGroup: (group: NewGroup) => post<{ chat: Group }>("chats", group),
  setMember: (member: { chat: number; person?: number; bot?: number; status: string }) =>
    post<unknown>("members", member),
  join: (who: { person: number; chat: number }) => post<unknown>("join", who),
  block: (where: Where) => post<unknown>("block", where),
  unblock: (where: Where) => post<unknown>("unblock", where),

  say: (
    message: Where & { text: string; reply_to_message_id?: number; message_thread_id?: number },
  ) => post<{ message: ChatMessage }>("say", message),
  upload,
  share: (what: Where & { contact?: object; location?: object }) => post<unknown>("share", what),
  pressInline: (button: WhichMessage & { data: string; wait_ms: number }) =>
    post<PressAnswer>("press", button),
  pressReply: (button: Where & { label: string; wait_ms: number }) =>
    post<PressAnswer>("press", button),
  launch: (button: Where & { label?: string; message_id?: number }) =>
    post<{ url: string; source: "inline" | "keyboard" | "menu" }>("launch", button),
  webAppData: (sent: Where & { button_text: string; data: string }) =>
    post<unknown>("web-app-data", sent),
  pay: (invoice: WhichMessage & { wait_ms: number }) => post<PayAnswer>("pay", invoice),
  stopDraft: (draft: Where & { draft_id: number }) => post<unknown>("stop-draft", draft),
  edit: (message: WhichMessage & { text: string }) => post<unknown>("edit", message),
  delete: (message: WhichMessage) => post<unknown>("delete", message),
  vote: (vote: WhichMessage & { options: readonly number[] }) => post<unknown>("vote", vote),

  setClock: (change: { pause?: true; resume?: true; advance_ms?: number }) =>
    post<ClockReading>("clock", change),
  faults: () => get<{ faults: readonly StandingFault[] }>("faults"),
  addFault: (rule: FaultRule) => post<{ fault_id: number }>("faults", rule),
  clearFaults: (which: { fault_id?: number }) => post<unknown>("faults/clear", which),
  revokeToken: (which: { bot: number }) => post<unknown>("revoke-token", which),
  floodLimits: () => get<{ on: boolean }>("flood-limits"),
  setFloodLimits: (on: boolean) => post<{ on: boolean }>("flood-limits", { on }),
  reset: () => post<unknown>("reset", {}),
} as const;

/** Where the bytes of a file are. */
export function fileUrl(fileId: string): string {
  return `/control/files/${encodeURIComponent(fileId)}`;
}
