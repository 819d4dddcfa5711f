import { addBot, addPerson } from "./directory.ts";
import { addKnownFile, addKnownStickerSet } from "./known-files.ts";
import { addGroup } from "./add-group.ts";
import type { World } from "./world.ts";
import type { WorldFile } from "./world-file.ts";

/** Puts those of a world file into the world who are not there yet. Bots are not told. */
export function populate(world: World, file: WorldFile): void {
  for (const bot of file.bots ?? []) addBot(world, bot);
  for (const person of file.people ?? []) addPerson(world, person);
  for (const chat of file.chats ?? []) addGroup(world, chat);
  for (const set of file.sticker_sets ?? []) addKnownStickerSet(world, set);
  for (const known of file.files ?? []) addKnownFile(world, known);
  for (const { url, base64, mime_type: mimeType } of file.web ?? []) {
    world.state.web.set(url, { bytes: new Uint8Array(Buffer.from(base64, "base64")), mimeType });
  }
}
