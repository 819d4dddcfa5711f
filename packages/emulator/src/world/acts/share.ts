import type { Contact, Location } from "@hookgram/bot-api";
import { EmulatorError } from "../emulator-error.ts";
import type { World } from "../world.ts";
import type { Where } from "./place.ts";
import { conversationToWrite } from "./place.ts";
import type { Posted } from "./say.ts";
import { post } from "./say.ts";

/** Somebody's telephone number, as a person types or picks it. */
export interface SharedContact {
  readonly phone_number: string;
  readonly first_name: string;
  readonly last_name?: string | undefined;
  readonly user_id?: number | undefined;
}

/** A contact or a place that a person sends; exactly one of them. */
export interface Sharing extends Where {
  readonly person: number;
  readonly contact?: SharedContact | undefined;
  readonly location?: Location | undefined;
}

/** A person shares a contact or a place. */
export function share(world: World, sharing: Sharing): Posted {
  const { contact, location, person } = sharing;
  if ((contact === undefined) === (location === undefined)) {
    throw new EmulatorError("bad-request", 'share either a "contact" or a "location"');
  }
  const conversation = conversationToWrite(world, sharing);
  const content =
    contact === undefined ? { location: location! } : { contact: wireContact(contact) };
  return post(world, conversation, { senderId: person, content });
}

function wireContact({ phone_number, first_name, last_name, user_id }: SharedContact): Contact {
  return {
    phone_number,
    first_name,
    ...(last_name === undefined ? {} : { last_name }),
    ...(user_id === undefined ? {} : { user_id }),
  };
}
