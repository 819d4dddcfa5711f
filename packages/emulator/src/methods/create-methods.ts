import type { World } from "../world/world.ts";
import { albumMethods } from "./album-methods.ts";
import { businessAccountMethods } from "./business-account-methods.ts";
import { businessMethods } from "./business-methods.ts";
import { chatInfoMethods } from "./chat-info-methods.ts";
import { chatSettingsMethods } from "./chat-settings-methods.ts";
import { checklistMethods } from "./checklist-methods.ts";
import { commandMethods } from "./command-methods.ts";
import { deleteMethods } from "./delete-methods.ts";
import { ephemeralMethods } from "./ephemeral-methods.ts";
import { gameMethods } from "./game-methods.ts";
import { liveLocationMethods } from "./live-location-methods.ts";
import { paidMediaMethods } from "./paid-media-methods.ts";
import { refusedMethods } from "./refused-methods.ts";
import { richMethods } from "./rich-methods.ts";
import { boostMethods } from "./boost-methods.ts";
import { giftMethods } from "./gift-methods.ts";
import { livePhotoMethods } from "./live-photo-methods.ts";
import { preparedMethods } from "./prepared-methods.ts";
import { profilePhotoMethods } from "./profile-photo-methods.ts";
import { editMethods } from "./edit-methods.ts";
import { fileMethods } from "./file-methods.ts";
import { forwardMethods } from "./forward-methods.ts";
import { managedBotMethods } from "./managed-bot-methods.ts";
import { mediaMethods } from "./media-methods.ts";
import { memberMethods } from "./member-methods.ts";
import { inviteLinkMethods } from "./invite-link-methods.ts";
import type { MethodTable } from "./method.ts";
import { ownedGiftMethods } from "./owned-gift-methods.ts";
import { paymentMethods } from "./payment-methods.ts";
import { pinMethods } from "./pin-methods.ts";
import { pollMethods } from "./poll-methods.ts";
import { profileMethods } from "./profile-methods.ts";
import { queryMethods } from "./query-methods.ts";
import { reactionMethods } from "./reaction-methods.ts";
import { sendMethods } from "./send-methods.ts";
import { stickerMethods } from "./sticker-methods.ts";
import { storyMethods } from "./story-methods.ts";
import { suggestedPostMethods } from "./suggested-post-methods.ts";
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
      ...paymentMethods(world),
      ...livePhotoMethods(world),
      ...profilePhotoMethods(world),
      ...giftMethods(world),
      ...preparedMethods(world),
      ...boostMethods(world),
      ...liveLocationMethods(world),
      ...ephemeralMethods(world),
      ...richMethods(world),
      ...gameMethods(world),
      ...paidMediaMethods(world),
      ...refusedMethods(world),
      ...businessMethods(world),
      ...businessAccountMethods(world),
      ...checklistMethods(world),
      ...ownedGiftMethods(world),
      ...storyMethods(world),
      ...managedBotMethods(world),
      ...suggestedPostMethods(world),
      ...fileMethods(world),
    }),
  );
}
