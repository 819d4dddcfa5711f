import { deleteSaying, editSaying, say } from "../../world/acts/say.ts";
import type { Posted } from "../../world/acts/say.ts";
import { forward } from "../../world/acts/forward.ts";
import { press } from "../../world/acts/press.ts";
import { react } from "../../world/acts/react.ts";
import { share } from "../../world/acts/share.ts";
import { typeInlineQuery } from "../../world/acts/type-inline-query.ts";
import type { Upload } from "../../world/acts/upload.ts";
import { upload } from "../../world/acts/upload.ts";
import { vote } from "../../world/acts/vote.ts";
import { mimeTypeOf } from "../../files/mime-type.ts";
import type { UploadedFile } from "../../methods/method.ts";
import { EmulatorError } from "../../world/emulator-error.ts";
import { messageForPeople } from "../../world/message-view.ts";
import type { World } from "../../world/world.ts";
import type { ControlCall, HandlersOf } from "../control-call.ts";
import type { ControlHost } from "../control-host.ts";
import type { actOperations } from "../operations/act-operations.ts";
import { waitFor } from "../wait-for.ts";

type Operations = typeof actOperations;

/** What people do in chats. */
export function actHandlers({ world }: ControlHost): HandlersOf<Operations> {
  return {
    say: ({ body }) => postedView(world, say(world, body)),
    upload: ({ body, file }) => postedView(world, upload(world, body, uploadedFile(body, file))),
    share: ({ body }) => postedView(world, share(world, body)),
    forward: ({ body }) => postedView(world, forward(world, body)),
    press: (call) => pressAndWait(world, call),
    edit: ({ body }) => postedView(world, editSaying(world, body)),
    delete: ({ body }) => {
      deleteSaying(world, body);
      return { deleted: true };
    },
    react: ({ body }) => {
      react(world, body);
      return { reacted: true };
    },
    vote: ({ body }) => postedView(world, vote(world, body)),
    inlineQuery: (call) => typeAndWait(world, call),
  };
}

/** A message that somebody put into a chat, and the cursor after it. */
export function postedView(world: World, { conversation, message }: Posted): object {
  return { message: messageForPeople(world, conversation, message), cursor: world.revision };
}

interface UploadBody extends Omit<Upload, "person"> {
  readonly file_name?: string | undefined;
  readonly mime_type?: string | undefined;
  readonly base64?: string | undefined;
}

/** The part of a multipart request, or the bytes in a JSON one. */
function uploadedFile(body: UploadBody, part: UploadedFile | undefined): UploadedFile {
  const bytes =
    body.base64 === undefined ? part?.bytes : new Uint8Array(Buffer.from(body.base64, "base64"));
  if (bytes === undefined) {
    throw new EmulatorError(
      "bad-request",
      'there are no bytes: send multipart/form-data with a file, or JSON with "base64"',
    );
  }
  const fileName = body.file_name ?? part?.fileName ?? "";
  const mimeType = body.mime_type ?? part?.mimeType ?? mimeTypeOf(fileName) ?? "";
  return { fileName, mimeType, bytes };
}

async function pressAndWait(
  world: World,
  { body, signal }: ControlCall<Operations["press"]>,
): Promise<object> {
  const pressed = press(world, body);
  const cursor = world.revision;
  if (pressed.kind === "opened") return { cursor, button: pressed.button };
  if (pressed.kind === "message") return postedView(world, pressed);
  const { queryId } = pressed;
  const readAnswer = (): object | undefined => world.state.callbackQueries.get(queryId)?.answer;
  const answer = await waitFor(world, readAnswer, { timeoutMs: body.wait_ms, signal });
  return { cursor, callback_query_id: queryId, ...(answer === undefined ? {} : { answer }) };
}

async function typeAndWait(
  world: World,
  { body, signal }: ControlCall<Operations["inlineQuery"]>,
): Promise<object> {
  const { id } = typeInlineQuery(world, body);
  const readAnswer = (): object | undefined => world.state.inlineQueries.get(id)?.answer;
  const answer = await waitFor(world, readAnswer, { timeoutMs: body.wait_ms, signal });
  return { inline_query_id: id, ...(answer === undefined ? {} : { answer }) };
}
