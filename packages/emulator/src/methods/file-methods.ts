import type { File } from "@hookgram/bot-api";
import type { FileRecord } from "../files/file-record.ts";
import { DOWNLOAD_MAX_BYTES } from "../files/file-store.ts";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handlers.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";

/** Methods about stored files. */
export function fileMethods(world: World): Handlers {
  return {
    getFile: (call) => getFile(world, call),
  };
}

function getFile(world: World, { params }: MethodCall): File {
  const id = params.text("file_id") ?? "";
  if (id === "") throw badRequest("file_id not specified");
  const file = world.state.files.get(id);
  if (file === undefined) throw badRequest("invalid file_id");
  if (file.bytes.byteLength > DOWNLOAD_MAX_BYTES) throw badRequest("file is too big");
  return fileView(file);
}

/** A stored file as the Bot API shows it. */
export function fileView(file: FileRecord): File {
  return {
    file_id: file.fileId,
    file_unique_id: file.uniqueId,
    file_size: file.bytes.byteLength,
    file_path: file.path,
  };
}
