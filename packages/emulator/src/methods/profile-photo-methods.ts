import type { UserProfilePhotos } from "@hookgram/bot-api";
import { imageSize } from "../files/image-size.ts";
import { photoSizes } from "../files/media-content.ts";
import { userOf } from "../world/directory.ts";
import type { World } from "../world/world.ts";
import type { Handlers } from "./handlers.ts";
import { readNestedFile } from "./input-file.ts";
import { FieldFault, isObject, jsonParam, naming, requiredText } from "./json-fields.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { readUserId } from "./user-id.ts";

/** @see https://core.telegram.org/bots/api#getuserprofilephotos */
const PHOTOS_MAX = 100;

/** Methods about the pictures that users show of themselves. */
export function profilePhotoMethods(world: World): Handlers {
  return {
    setMyProfilePhoto: (call) => setPhoto(world, call),
    removeMyProfilePhoto: (call) => removePhoto(world, call),
    getUserProfilePhotos: (call) => getPhotos(world, call),
    getUserProfileAudios: (call) => {
      requireUser(world, call);
      return { total_count: 0, audios: [] };
    },
  };
}

function setPhoto(world: World, call: MethodCall): true {
  const fileId = readProfilePhoto(world, call);
  world.state.bots.get(call.bot.id)!.photoIds.push(fileId);
  world.record({ type: "world", change: "profile", id: call.bot.id });
  return true;
}

/** Stores an `InputProfilePhoto`. A still one must be a JPEG that is uploaded. */
export function readProfilePhoto(world: World, call: MethodCall): string {
  const value = jsonParam(call.params, "photo", "input profile photo");
  return naming("Can't parse InputProfilePhoto", () => {
    if (!isObject(value)) throw new FieldFault("expected an Object");
    const type = requiredText(value, "type");
    if (type !== "static" && type !== "animated")
      throw new FieldFault("unsupported type specified");
    const source = requiredText(value, type === "static" ? "photo" : "animation");
    if (!source.startsWith("attach://")) throw new FieldFault("photo must be uploaded as a file");
    const kind = type === "static" ? "photo" : "animation";
    const file = readNestedFile(world, call, source, { kind, details: {} });
    if (file === undefined) throw new FieldFault("photo not found");
    const isJpeg = imageSize(file.bytes)?.format === "jpeg";
    if (type === "static" && !isJpeg) throw badRequest("PHOTO_EXT_INVALID");
    return file.fileId;
  });
}

function removePhoto(world: World, { bot }: MethodCall): true {
  world.state.bots.get(bot.id)!.photoIds.pop();
  world.record({ type: "world", change: "profile", id: bot.id });
  return true;
}

function getPhotos(world: World, call: MethodCall): UserProfilePhotos {
  const id = requireUser(world, call);
  const owner = world.state.bots.get(id) ?? world.state.people.get(id);
  const ids = (owner?.photoIds ?? []).toReversed();
  const offset = Math.max(call.params.integer("offset") ?? 0, 0);
  const limit = Math.min(Math.max(call.params.integer("limit") ?? PHOTOS_MAX, 1), PHOTOS_MAX);
  const shown = ids.slice(offset, offset + limit);
  const photos = shown.map((photoId) => photoSizes(world, world.state.files.get(photoId)!));
  return { total_count: ids.length, photos };
}

function requireUser(world: World, { params }: MethodCall): number {
  const id = readUserId(params);
  if (userOf(world, id) === undefined) throw badRequest("user not found");
  return id;
}
