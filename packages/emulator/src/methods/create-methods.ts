import type { World } from "../world/world.ts";
import { albumMethods } from "./album-methods.ts";
import { chatInfoMethods } from "./chat-info-methods.ts";
import { chatSettingsMethods } from "./chat-settings-methods.ts";
import { commandMethods } from "./command-methods.ts";
import { deleteMethods } from "./delete-methods.ts";
import { editMethods } from "./edit-methods.ts";
import { fileMethods } from "./file-methods.ts";
import { forwardMethods } from "./forward-methods.ts";
import { mediaMethods } from "./media-methods.ts";
import { memberMethods } from "./member-methods.ts";
import { inviteLinkMethods } from "./invite-link-methods.ts";
import type { MethodTable } from "./method.ts";
import { pinMethods } from "./pin-methods.ts";
import { pollMethods } from "./poll-methods.ts";
import { profileMethods } from "./profile-methods.ts";
import { queryMethods } from "./query-methods.ts";
import { reactionMethods } from "./reaction-methods.ts";
import { sendMethods } from "./send-methods.ts";
import { stickerMethods } from "./sticker-methods.ts";
import { topicMethods } from "./topic-methods.ts";

/** All methods that have the world behind them; those about delivery are elsewhere. */
export function createMethods(world: World): MethodTable {
  return new Map(
    Object.entries({
      ...profileMethods(world),
      ...commandMethods(world),
      ...sendMethods(world),
      ...mediaMethods(world),
      ...albumMethods(world),
      ...pollMethods(world),
      ...forwardMethods(world),
      ...editMethods(world),
      ...deleteMethods(world),
      ...pinMethods(world),
      ...reactionMethods(world),
      ...queryMethods(world),
      ...chatInfoMethods(world),
      ...chatSettingsMethods(world),
      ...memberMethods(world),
      ...inviteLinkMethods(world),
      ...topicMethods(world),
      ...stickerMethods(world),
      ...fileMethods(world),
    }),
  );
}
