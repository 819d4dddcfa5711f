import type { AcceptedGiftTypes } from "@hookgram/bot-api";
import { noteStars } from "../world/pay.ts";
import type { PersonRecord } from "../world/user-record.ts";
import type { World } from "../world/world.ts";
import { managedAccount } from "./business-right.ts";
import type { Handlers } from "./handlers.ts";
import { FieldFault, isObject, jsonParam, naming } from "./json-fields.ts";
import type { MethodCall } from "./method.ts";
import { readProfilePhoto } from "./profile-photo-methods.ts";
import { badRequest } from "./refusals.ts";

/** @see https://core.telegram.org/bots/api#transferbusinessaccountstars */
const STARS_MAX = 10_000;

/** Methods about the Stars, the photo and the gift settings of a business account. */
export function businessAccountMethods(world: World): Handlers {
  return {
    getBusinessAccountStarBalance: (call) => {
      const { personId } = managedAccount(world, call, "can_view_gifts_and_stars");
      return { amount: world.state.people.get(personId)!.stars ?? 0 };
    },
    transferBusinessAccountStars: (call) => transferStars(world, call),
    setBusinessAccountGiftSettings: (call) => setGiftSettings(world, call),
    setBusinessAccountProfilePhoto: (call) => setPhoto(world, call),
    removeBusinessAccountProfilePhoto: (call) => removePhoto(world, call),
  };
}

/** Adds Stars to an account, or takes them. */
export function changeStars(world: World, personId: number, amount: number): true {
  const stars = (world.state.people.get(personId)!.stars ?? 0) + amount;
  if (stars < 0) throw badRequest("BALANCE_TOO_LOW");
  return changePerson(world, personId, { stars });
}

function transferStars(world: World, call: MethodCall): true {
  const count = call.params.integer("star_count") ?? 0;
  const { personId, botId } = managedAccount(world, call, "can_transfer_stars");
  if (count < 1 || count > STARS_MAX) throw badRequest("STARS_AMOUNT_INVALID");
  changeStars(world, personId, -count);
  const id = `business-${world.next("payment")}`;
  noteStars(world, { id, botId, personId, amount: count, kind: "business_account_transfer" });
  return true;
}

const GIFT_TYPES = ["unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription"];

function setGiftSettings(world: World, call: MethodCall): true {
  const value = jsonParam(call.params, "accepted_gift_types", "accepted gift types");
  if (!isObject(value)) throw badRequest("Object expected as accepted gift types");
  const accepted = naming("Can't parse accepted gift types", () => {
    for (const name of GIFT_TYPES) {
      if (typeof value[name] !== "boolean") throw new FieldFault(`Can't find field "${name}"`);
    }
    return { gifts_from_channels: true, ...value } as unknown as AcceptedGiftTypes;
  });
  const { personId } = managedAccount(world, call, "can_change_gift_settings");
  return changePerson(world, personId, { acceptedGiftTypes: accepted });
}

function setPhoto(world: World, call: MethodCall): true {
  const { personId } = managedAccount(world, call, "can_edit_profile_photo");
  const fileId = readProfilePhoto(world, call);
  if (call.params.boolean("is_public")) {
    return changePerson(world, personId, { publicPhotoId: fileId });
  }
  const { photoIds = [] } = world.state.people.get(personId)!;
  return changePerson(world, personId, { photoIds: [...photoIds, fileId] });
}

function removePhoto(world: World, call: MethodCall): true {
  const { personId } = managedAccount(world, call, "can_edit_profile_photo");
  const { publicPhotoId: _, ...person } = world.state.people.get(personId)!;
  if (call.params.boolean("is_public")) {
    world.state.people.set(personId, person);
    return changePerson(world, personId, {});
  }
  return changePerson(world, personId, { photoIds: (person.photoIds ?? []).slice(0, -1) });
}

function changePerson(world: World, personId: number, change: Partial<PersonRecord>): true {
  world.state.people.set(personId, { ...world.state.people.get(personId)!, ...change });
  world.record({ type: "world", change: "person-changed", id: personId });
  return true;
}
