import { computed, signal } from "@preact/signals";
import { control, type UploadForm, type Where } from "../control/control-client.ts";
import type { ChatMessage } from "../control/control-shapes.ts";
import { attempt } from "./notices.ts";
import { openThread, threads, whereNow } from "./threads.ts";
import { place } from "./place.ts";
import { topicField } from "./topics.ts";
import { uploadKind } from "./upload-kind.ts";

/** A file that waits to be sent. */
export interface Attachment {
  readonly id: string;
  readonly file: File;
  /** A `blob:` address of the picture, if it is one. */
  readonly previewUrl?: string;
}

/** What one is writing in a chat. */
export interface Draft {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** Send pictures and videos as files, as they are. */
  readonly asFiles: boolean;
  readonly about?: { readonly kind: "reply" | "edit"; readonly message: ChatMessage };
}

const EMPTY: Draft = { text: "", attachments: [], asFiles: false };
/** Telegram's limit for an album. */
const ALBUM_MAX = 10;

const drafts = signal<ReadonlyMap<string, Draft>>(new Map());

/** The draft of the open chat. */
export const draft = computed<Draft>(() => drafts.value.get(openThread.value ?? "") ?? EMPTY);

function setDraft(thread: string, next: Draft): void {
  drafts.value = new Map(drafts.value).set(thread, next);
}

/** Changes the draft of the open chat. */
export function changeDraft(change: Partial<Omit<Draft, "about">>): void {
  if (openThread.value !== undefined) setDraft(openThread.value, { ...draft.value, ...change });
}

/** Replies to a message, or edits it: then its text comes into the draft. */
export function writeAbout(kind: "reply" | "edit", message: ChatMessage): void {
  const thread = openThread.value;
  if (thread === undefined) return;
  const text = kind === "edit" ? (message.text ?? message.caption ?? "") : draft.value.text;
  setDraft(thread, { ...draft.value, text, about: { kind, message } });
}

/** Ends a reply or an edit. What was typed for an edit goes with it. */
export function stopWritingAbout(): void {
  const { about, ...rest } = draft.value;
  if (openThread.value === undefined || about === undefined) return;
  setDraft(openThread.value, { ...rest, text: about.kind === "edit" ? "" : rest.text });
}

/** Edits one's newest message that has words, if there is one. */
export function editLast(): void {
  const messages = threads.value.get(openThread.value ?? "") ?? [];
  const mine = messages.findLast(
    ({ from, text, caption }) => from?.id === place.value.person && (text ?? caption) !== undefined,
  );
  if (mine !== undefined) writeAbout("edit", mine);
}

/** Puts files to the draft, up to what an album holds. */
export function addFiles(files: Iterable<File>): void {
  const added = Array.from(files, (file): Attachment => {
    const id = crypto.randomUUID();
    if (!file.type.startsWith("image/")) return { id, file };
    return { id, file, previewUrl: URL.createObjectURL(file) };
  });
  changeDraft({ attachments: [...draft.value.attachments, ...added].slice(0, ALBUM_MAX) });
}

/** Takes one file back. */
export function removeAttachment(id: string): void {
  const attachments = draft.value.attachments.filter((attachment) => attachment.id !== id);
  changeDraft({ attachments });
}

/** A number that groups the parts of an album, as the control interface wants it. */
function newAlbumId(): string {
  return String(crypto.getRandomValues(new BigUint64Array(1))[0]! >> 2n);
}

/** What to upload, in order; the first part carries the words. */
function uploadForms(where: Where, { attachments, asFiles, text, about }: Draft): UploadForm[] {
  const kinds = attachments.map(({ file }) => uploadKind(file.type, asFiles));
  const isAlbum =
    attachments.length > 1 && new Set(kinds.map((kind) => kind === "document")).size === 1;
  const album = isAlbum ? { media_group_id: newAlbumId() } : {};
  const reply = about?.kind === "reply" ? { reply_to_message_id: about.message.message_id } : {};
  const words = text.trim() === "" ? {} : { caption: text.trim() };
  return attachments.map(({ file }, index) => ({
    ...where,
    ...topicField(),
    kind: kinds[index]!,
    file,
    ...album,
    ...reply,
    ...(index === 0 ? words : {}),
  }));
}

async function sendDraft(where: Where, written: Draft): Promise<void> {
  const { about, attachments } = written;
  const text = written.text.trim();
  if (about?.kind === "edit") {
    await control.edit({ ...where, message_id: about.message.message_id, text });
  } else if (attachments.length > 0) {
    for (const form of uploadForms(where, written)) await control.upload(form);
    for (const { previewUrl } of attachments) if (previewUrl) URL.revokeObjectURL(previewUrl);
  } else {
    const reply = about === undefined ? {} : { reply_to_message_id: about.message.message_id };
    await control.say({ ...where, text, ...topicField(), ...reply });
  }
}

/** Whether there is something to send. */
export function canSend({ text, attachments, about }: Draft): boolean {
  if (text.trim() !== "") return true;
  return attachments.length > 0 && about?.kind !== "edit";
}

/** Sends the draft. If the local Telegram refuses, the draft comes back. */
export async function send(): Promise<void> {
  const thread = openThread.value;
  const written = draft.value;
  if (thread === undefined || !canSend(written)) return;
  setDraft(thread, EMPTY);
  const isSent = await attempt(() => sendDraft(whereNow(), written));
  if (!isSent) setDraft(thread, written);
}

/** Sends a text as it is, past the draft: a command from the menu, a button of a keyboard. */
export async function sayNow(text: string): Promise<void> {
  await attempt(() => control.say({ ...whereNow(), text, ...topicField() }));
}
