import { conversationAt } from "../../world/acts/place.ts";
import type { Where } from "../../world/acts/place.ts";
import type { ConversationRecord, Draft } from "../../world/conversation.ts";
import { changedSince } from "../../world/conversation.ts";
import { requireBot } from "../../world/directory.ts";
import { shownDraft } from "../../world/draft.ts";
import { EmulatorError } from "../../world/emulator-error.ts";
import { ephemeralView, messageForPeople } from "../../world/message-view.ts";
import type { StoredMessage } from "../../world/stored-message.ts";
import type { World } from "../../world/world.ts";
import { ANSWERED } from "../control-call.ts";
import type { ControlCall, HandlersOf } from "../control-call.ts";
import type { ControlHost } from "../control-host.ts";
import type { readOperations } from "../operations/read-operations.ts";
import { sendEvents } from "../send-events.ts";
import { transcript } from "../transcript.ts";
import { waitFor } from "../wait-for.ts";

type Operations = typeof readOperations;

const JOURNAL_LIMIT = 100;

/** What happened, and waiting for it. */
export function readHandlers({ world, journal }: ControlHost): HandlersOf<Operations> {
  return {
    wait: (call) => waitForAnswer(world, call),
    getMessages: ({ query }) => messagesView(world, query, query.after),
    getTranscript: ({ query, response }) => {
      const lines = transcript(world, conversationAt(world, query));
      if (query.format === "json") return { lines };
      response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
      response.end(`${lines.join("\n")}\n`);
      return ANSWERED;
    },
    getJournal: ({ query }) => journal.read(query.after ?? 0, query.limit ?? JOURNAL_LIMIT),
    getEvents: ({ query, request, response, signal }) => {
      const lastSeen = Number(request.headers["last-event-id"] ?? Number.NaN);
      const after = query.after ?? (Number.isInteger(lastSeen) ? lastSeen : undefined);
      sendEvents(journal, response, { after, signal });
      return ANSWERED;
    },
    getFile: (call) => sendFile(world, call),
  };
}

async function waitForAnswer(
  world: World,
  { body, signal }: ControlCall<Operations["wait"]>,
): Promise<object> {
  const conversation = conversationAt(world, body);
  const botId = body.bot === undefined ? undefined : requireBot(world, body.bot).id;
  const after = body.after ?? Math.max(conversation.actRevision, conversation.waitRevision);
  const read = (): StoredMessage[] | undefined => {
    const found = changedSince(conversation, after).filter(({ senderId }) =>
      botId === undefined ? world.state.bots.has(senderId) : senderId === botId,
    );
    return found.length >= Math.max(body.count, 1) ? found : undefined;
  };
  const found = await waitFor(world, read, { timeoutMs: body.timeout_ms, signal });
  if (body.count === 0) return silence(world, found);
  if (found === undefined) {
    throw new EmulatorError("timeout", `no answer from the bot within ${body.timeout_ms} ms`);
  }
  if (body.after !== undefined) {
    return { messages: views(world, conversation, found), cursor: world.revision };
  }
  const told = found.slice(0, body.count);
  // What there is more, also when it came while somebody was about to ask, is for the next wait.
  const cursor = told.length < found.length ? told.at(-1)!.revision : world.revision;
  conversation.waitRevision = cursor;
  return { messages: views(world, conversation, told), cursor };
}

/** The answer to somebody who wanted to hear nothing. */
function silence(world: World, [said]: readonly StoredMessage[] = []): object {
  if (said === undefined) return { messages: [], cursor: world.revision };
  const words = said.content.text ?? said.content.caption ?? "something without words";
  throw new EmulatorError("conflict", `the bot was to say nothing and said: ${words}`);
}

function messagesView(world: World, where: Where, after: number | undefined): object {
  const conversation = conversationAt(world, where);
  const messages =
    after === undefined ? [...conversation.messages.values()] : changedSince(conversation, after);
  const viewer = where.person ?? conversation.chatId;
  const keyboard = conversation.keyboards.get(viewer)?.markup;
  return {
    messages: views(world, conversation, messages),
    cursor: world.revision,
    ...(keyboard === undefined ? {} : { keyboard }),
    ...ephemeralFor(world, conversation, where.person),
    ...draftView(shownDraft(world, conversation)),
  };
}

function draftView(draft: Draft | undefined): object {
  if (draft === undefined) return {};
  const { id: draft_id, canStop: can_stop, content } = draft;
  return { draft: { draft_id, can_stop, ...content } };
}

/** What only this person sees of a group. */
function ephemeralFor(
  world: World,
  conversation: ConversationRecord,
  person: number | undefined,
): { ephemeral?: object[] } {
  const own = [...conversation.ephemeral.values()].filter(
    ({ receiverId }) => receiverId === person,
  );
  if (own.length === 0) return {};
  return { ephemeral: own.map((message) => ephemeralView(world, conversation, message)) };
}

function views(
  world: World,
  conversation: ConversationRecord,
  messages: readonly StoredMessage[],
): object[] {
  return messages.map((message) => messageForPeople(world, conversation, message));
}

/**
 * The bytes of a file. They come from whoever uses the emulator, so a browser must neither guess
 * their type nor run them.
 */
function sendFile(world: World, { path, response }: ControlCall): typeof ANSWERED {
  const id = path["file_id"] ?? "";
  const file = world.state.files.get(id);
  if (file === undefined) throw new EmulatorError("not-found", `there is no file ${id}`);
  const type = file.kind === "photo" ? "image/jpeg" : file.mimeType;
  response.writeHead(200, {
    "content-type": type ?? "application/octet-stream",
    "content-length": file.bytes.byteLength,
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "private, max-age=86400, immutable",
  });
  response.end(file.bytes);
  return ANSWERED;
}
