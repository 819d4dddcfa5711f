/** What needs Node: files by their path. Everything else of this package runs anywhere. */
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
// By the entry, so that the packed package has no third file that both entries share.
import { type FileOptions, type FileSource, fileFromStream } from "./index.ts";

/** Options of {@link fileFromPath}. */
export interface FileFromPathOptions extends FileOptions {
  /** The name that Telegram sees. Default: the last part of the path. */
  readonly name?: string | undefined;
}

/**
 * A file on this machine. It is opened when a call sends it, so that a missing file is an error of
 * that call (a `BotApiError` with the code `file`) and the content is never held in memory.
 */
export function fileFromPath(path: string | URL, options: FileFromPathOptions = {}): FileSource {
  const filePath = path instanceof URL ? fileURLToPath(path) : path;
  const name = options.name ?? basename(filePath);
  return fileFromStream((signal) => createReadStream(filePath, { signal }), name, options);
}
