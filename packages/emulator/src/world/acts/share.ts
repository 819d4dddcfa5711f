import type { Contact, Location, Poll, Venue } from "@hookgram/bot-api";
import { EmulatorError } from "../emulator-error.ts";
import type { Permission } from "../member.ts";
import { newPollId, notePoll } from "../poll.ts";
import { rollDice } from "../roll-dice.ts";
import type { MessageContent } from "../stored-message.ts";
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

/** A poll as a person makes one. */
export interface SharedPoll {
  readonly question: string;
  readonly options: readonly string[];
  readonly is_anonymous: boolean;
  readonly allows_multiple_answers: boolean;
  /** Position of the right answer, which makes it a quiz. */
  readonly correct_option_id?: number | undefined;
}

/** What a person sends that is neither text nor a file; exactly one of them. */
export interface Sharing extends Where {
  readonly person: number;
  readonly contact?: SharedContact | undefined;
  readonly location?: Location | undefined;
  readonly venue?: Venue | undefined;
  /** An emoji that rolls. */
  readonly dice?: string | undefined;
  readonly poll?: SharedPoll | undefined;
}

const PERMISSIONS: Readonly<Record<"dice" | "poll", Permission>> = {
  dice: "can_send_other_messages",
  poll: "can_send_polls",
};

/** A person shares a contact, a place, a poll or an emoji that rolls. */
export function share(world: World, sharing: Sharing): Posted {
  const given = (["contact", "location", "venue", "dice", "poll"] as const).filter(
    (name) => sharing[name] !== undefined,
  );
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    const kinds = '"contact", "location", "venue", "dice" or "poll"';
    throw new EmulatorError("bad-request", `share exactly one of ${kinds}`);
  }
  const permission = kind === "dice" || kind === "poll" ? PERMISSIONS[kind] : undefined;
  const conversation = conversationToWrite(world, sharing, permission);
  const content = sharedContent(world, sharing);
  const posted = post(world, conversation, { senderId: sharing.person, content });
  if (content.poll !== undefined) notePoll(world, conversation, posted.message);
  return posted;
}

function sharedContent(world: World, sharing: Sharing): MessageContent {
  const { contact, location, venue, dice, poll } = sharing;
  if (contact !== undefined) return { contact: wireContact(contact) };
  if (location !== undefined) return { location };
  if (venue !== undefined) return { location: venue.location, venue };
  if (poll !== undefined) return { poll: wirePoll(world, poll) };
  const rolled = rollDice(world, dice ?? "");
  if (rolled === undefined) throw new EmulatorError("bad-request", `${dice} does not roll`);
  return { dice: rolled };
}

function wireContact({ phone_number, first_name, last_name, user_id }: SharedContact): Contact {
  return {
    phone_number,
    first_name,
    ...(last_name === undefined ? {} : { last_name }),
    ...(user_id === undefined ? {} : { user_id }),
  };
}

function wirePoll(world: World, poll: SharedPoll): Poll {
  const { correct_option_id: correct, options, ...rest } = poll;
  if (correct !== undefined && correct >= options.length) {
    throw new EmulatorError("bad-request", `the poll has no option ${correct}`);
  }
  return {
    id: newPollId(world),
    ...rest,
    options: options.map((text, index) => {
      return { persistent_id: String(index), text, voter_count: 0 };
    }),
    total_voter_count: 0,
    is_closed: false,
    members_only: false,
    allows_revoting: correct === undefined,
    type: correct === undefined ? "regular" : "quiz",
  } as Poll;
}
