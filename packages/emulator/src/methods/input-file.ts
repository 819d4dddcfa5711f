import type { FileKind, FileRecord } from "../files/file-record.ts";
import type { FileWish } from "../files/store-upload.ts";
import { storeUpload } from "../files/store-upload.ts";
import type { World } from "../world/world.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** How Telegram's errors call the kinds of files. */
const TYPE_NAMES: Readonly<Record<FileKind, string>> = {
  thumbnail: "Thumbnail",
  photo: "Photo",
  document: "Document",
  video: "Video",
  animation: "Animation",
  audio: "Audio",
  voice: "VoiceNote",
  video_note: "VideoNote",
  sticker: "Sticker",
};

/**
 * The file of a parameter: an uploaded part, `attach://part`, a `file_id`, or a URL of the emulated
 * web. Undefined when the parameter has none of them.
 * @throws {Refusal} in Telegram's words.
 */
export function readInputFile(
  world: World,
  call: MethodCall,
  parameter: string,
  wish: FileWish,
): FileRecord | undefined {
  const upload = call.params.file(parameter);
  if (upload !== undefined) return storeUpload(world, upload, wish);
  const text = call.params.text(parameter) ?? "";
  if (text === "" || text.startsWith("attach://")) return undefined;
  return fileOfText(world, text, wish);
}

/** The same for the text of a field inside of a JSON parameter. */
export function readNestedFile(
  world: World,
  call: MethodCall,
  text: string,
  wish: FileWish,
): FileRecord | undefined {
  if (!text.startsWith("attach://")) return text === "" ? undefined : fileOfText(world, text, wish);
  const upload = call.params.file(text.slice("attach://".length));
  return upload === undefined ? undefined : storeUpload(world, upload, wish);
}

function fileOfText(world: World, text: string, wish: FileWish): FileRecord {
  if (text.includes(".")) return fileOfUrl(world, text, wish);
  const file = world.state.files.get(text);
  if (file === undefined) throw badRequest(wrongIdentifier(text));
  // Telegram tells photos from all other files; those keep the kind that they were made with.
  if ((file.kind === "photo") !== (wish.kind === "photo")) {
    const [real, wanted] = [TYPE_NAMES[file.kind], TYPE_NAMES[wish.kind]];
    throw badRequest(`Can't use file of type ${real} as ${wanted}`);
  }
  return file;
}

function wrongIdentifier(text: string): string {
  const subject = "Wrong remote file identifier specified";
  if (!/^[\w-]*=*$/.test(text)) return `${subject}: Wrong character in the string`;
  if (text.length % 4 === 1) return `${subject}: Wrong string length`;
  const lastByte = Buffer.from(text, "base64url").at(-1);
  if (lastByte === 4) return "Wrong file identifier/HTTP URL specified";
  return `${subject}: can't unserialize it. Wrong last symbol`;
}

function fileOfUrl(world: World, url: string, wish: FileWish): FileRecord {
  const found = world.state.web.get(url);
  if (found === undefined) throw badRequest("Failed to get HTTP URL content");
  const fileName = /[^/?#]+(?=[?#]|$)/.exec(new URL(url).pathname)?.[0] ?? "";
  if (wish.kind === "photo" && !found.mimeType.startsWith("image/")) {
    throw badRequest("Wrong type of the web page content");
  }
  return storeUpload(world, { ...found, fileName }, wish);
}
