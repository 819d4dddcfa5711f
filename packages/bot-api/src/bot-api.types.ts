/** What the compiler must accept and refuse; `tsc` is the test. */
import {
  type BotApi,
  fileFromBytes,
  type Message,
  type MethodParams,
  type MethodResult,
  type Update,
  type UpdateKind,
  type UpdateOf,
  type User,
} from "./index.ts";

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_Claim extends true>(): void {}

holds<Equal<MethodResult<"getMe">, User>>();
holds<Equal<MethodResult<"sendMediaGroup">, Message[]>>();
holds<Equal<MethodResult<"editMessageText">, Message | true>>();
holds<Equal<MethodParams<"sendMessage">["text"], string>>();

/** The field of an update that is present tells its kind, and the others are known to be absent. */
export function narrowsUpdates(update: Update): string | undefined {
  // @ts-expect-error It may be another kind.
  void update.message.text;
  if (update.message) {
    holds<Equal<typeof update, UpdateOf<"message">>>();
    holds<Equal<(typeof update)["callback_query"], undefined>>();
    return update.message.text;
  }
  if (update.callback_query !== undefined) return update.callback_query.from.first_name;
  if ("poll" in update && update.poll) return update.poll.question;
  // @ts-expect-error The union is read-only.
  update.update_id = 1;
  // @ts-expect-error No such kind.
  return update.quantum_message;
}

/** A payload without its id, or with two kinds, is no update. */
export function buildsUpdates(message: Message): readonly Update[] {
  const kind: UpdateKind = "message";
  void kind;
  // @ts-expect-error There is no update_id.
  const nameless: Update = { message };
  // @ts-expect-error Two kinds at once.
  const double: Update = { update_id: 1, message, edited_message: message };
  return [{ update_id: 1, message }, nameless, double];
}

export async function checksParameters(api: BotApi): Promise<void> {
  const message = await api.sendMessage({ chat_id: "@channel", text: "x", parse_mode: "HTML" });
  holds<Equal<typeof message, Message>>();
  await api.getMe();
  await api.getMe({}, { timeoutMs: 1 });
  await api.setWebhook({ url: "", allowed_updates: ["message"] as readonly UpdateKind[] });
  await api.call("sendMessage", { chat_id: 1, text: "x" });
  // @ts-expect-error `text` is missing.
  await api.sendMessage({ chat_id: 1 });
  // @ts-expect-error Parameters are needed.
  await api.sendMessage();
  // @ts-expect-error A text is a string and not something with toString.
  await api.sendMessage({ chat_id: 1, text: { toString: () => "x" } });
  // @ts-expect-error A misspelled parameter.
  await api.sendMessage({ chat_id: 1, text: "x", disable_notifications: true });
  // @ts-expect-error No such parse mode.
  await api.sendMessage({ chat_id: 1, text: "x", parse_mode: "BBCode" });
  // @ts-expect-error No such kind of update.
  await api.setWebhook({ url: "", allowed_updates: ["messages"] });
  // @ts-expect-error No such method.
  await api.call("sendMassage", { chat_id: 1, text: "x" });
  // @ts-expect-error This method has no parameters.
  await api.getMe({ chat_id: 1 });
  // @ts-expect-error There is no such method, so that the client may be awaited.
  void api.then;
}

export async function takesFiles(api: BotApi): Promise<void> {
  const file = fileFromBytes("x", "x.png");
  await api.sendPhoto({ chat_id: 1, photo: file });
  await api.sendPhoto({ chat_id: 1, photo: "file-id" });
  await api.sendPhoto({ chat_id: 1, photo: new Blob(["x"]) });
  await api.sendMediaGroup({ chat_id: 1, media: [{ type: "photo", media: file }] as const });
  // @ts-expect-error A certificate is uploaded and cannot be named by an id.
  await api.setWebhook({ url: "https://example.org", certificate: "file-id" });
  // @ts-expect-error Bytes need a name: fileFromBytes(bytes, name).
  await api.sendPhoto({ chat_id: 1, photo: new Uint8Array(1) });
}
