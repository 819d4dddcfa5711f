import type { Birthdate } from "@hookgram/bot-api";
import { addPhoto } from "../files/file-store.ts";
import { imageSize } from "../files/image-size.ts";
import type { User } from "@hookgram/bot-api";
import { createBotProfile } from "./bot-profile.ts";
import { EmulatorError } from "./emulator-error.ts";
import type { GroupRecord } from "./group.ts";
import type { BotRecord, PersonRecord } from "./user-record.ts";
import { botUser, personUser } from "./user-record.ts";
import type { World } from "./world.ts";
import type { BotReference, NewBot, NewPerson } from "./world-file.ts";

/** Adds a person to the world. */
export function addPerson(world: World, person: NewPerson): PersonRecord {
  const id = person.id ?? freePersonId(world);
  if (userOf(world, id) !== undefined) {
    throw new EmulatorError("conflict", `there already is a user with the id ${id}`);
  }
  const username = claimUsername(world, person.username);
  const { first_name, last_name, language_code, is_premium, phone_number } = person;
  const { bio, birthdate, stars, personal_chat: personalChatId, photos = [] } = person;
  const record: PersonRecord = {
    id,
    first_name,
    ...(last_name === undefined ? {} : { last_name }),
    ...(username === undefined ? {} : { username }),
    ...(language_code === undefined ? {} : { language_code }),
    ...(is_premium === undefined ? {} : { is_premium }),
    phone_number: phone_number?.replace("+", "") ?? inventedPhoneNumber(id),
    ...(bio === undefined ? {} : { bio }),
    ...(birthdate === undefined ? {} : { birthdate: birthdate as Birthdate }),
    ...(stars === undefined ? {} : { stars }),
    ...(personalChatId === undefined ? {} : { personalChatId }),
    photoIds: photos.map((base64) => addProfilePhoto(world, base64)),
  };
  world.state.people.set(id, record);
  world.record({ type: "world", change: "person-added", id });
  return record;
}

function addProfilePhoto(world: World, base64: string): string {
  const bytes = new Uint8Array(Buffer.from(base64, "base64"));
  const size = imageSize(bytes);
  if (size === undefined) {
    throw new EmulatorError(
      "bad-world",
      "a profile photo must be a JPEG, PNG, GIF or WebP picture",
    );
  }
  return addPhoto(world, bytes, size).fileId;
}

/** Adds a bot to the world; the digits of its token are its id. The token itself is not kept. */
export function addBot(world: World, bot: NewBot): BotRecord {
  const id = botIdOf(bot.token);
  if (userOf(world, id) !== undefined) {
    throw new EmulatorError("conflict", `there already is a user with the id ${id}`);
  }
  const username = claimUsername(world, bot.username ?? `local_${id}_bot`)!;
  const record: BotRecord = {
    id,
    username,
    can_join_groups: bot.can_join_groups ?? true,
    can_read_all_group_messages: bot.can_read_all_group_messages ?? false,
    supports_inline_queries: bot.supports_inline_queries ?? false,
    photoIds: [],
    ...(bot.games === undefined ? {} : { games: gamesByName(bot.games) }),
    profile: createBotProfile(bot.name ?? `Bot ${id}`),
  };
  world.state.bots.set(id, record);
  world.record({ type: "world", change: "bot-added", id });
  return record;
}

function gamesByName(games: NonNullable<NewBot["games"]>): NonNullable<BotRecord["games"]> {
  return Object.fromEntries(
    games.map(({ short_name, title, description = "" }) => [short_name, { title, description }]),
  );
}

/** The id in a well-formed token. */
export function botIdOf(token: string): number {
  return Number(token.slice(0, token.indexOf(":")));
}

/** Adds a bot that the server has let in, unless the world has it already. */
export function registerBot(world: World, user: User): void {
  if (userOf(world, user.id) !== undefined) return;
  const { id, first_name, username } = user;
  addBot(world, { token: `${id}:`, name: first_name, username });
}

/** A user of the world, person or bot, as the Bot API shows one. */
export function userOf(world: World, id: number): User | undefined {
  const person = world.state.people.get(id);
  if (person !== undefined) return personUser(person);
  const bot = world.state.bots.get(id);
  if (bot !== undefined) return botUser(bot);
  return id === SERVICE_USER.id ? SERVICE_USER : undefined;
}

/** Who forwards a channel's posts into its discussion group, for clients that want an author. */
export const SERVICE_USER: User = { id: 777_000, is_bot: false, first_name: "Telegram" };

const NO_BOT =
  "there is no bot yet: start yours with this server as its API root, or POST /control/bots";

/** The author that clients see of what an anonymous administrator writes. */
export const ANONYMOUS_USER: User = {
  id: 1_087_968_824,
  is_bot: true,
  first_name: "Group",
  username: "GroupAnonymousBot",
};

/** The author that clients see of what a channel writes in a group. */
export const CHANNEL_USER: User = {
  id: 136_817_688,
  is_bot: true,
  first_name: "Channel",
  username: "Channel_Bot",
};

/** @throws {EmulatorError} `not-found` */
export function requirePerson(world: World, id: number): PersonRecord {
  const person = world.state.people.get(id);
  if (person === undefined)
    throw new EmulatorError("not-found", `there is no person ${id}: POST /control/people adds one`);
  return person;
}

/**
 * The bot that is meant; without a reference the only one there is.
 * @throws {EmulatorError} `not-found`, or `bad-request` when several bots could be meant.
 */
export function requireBot(world: World, reference?: BotReference): BotRecord {
  const bots = [...world.state.bots.values()];
  if (reference === undefined) {
    if (bots.length === 1) return bots[0]!;
    if (bots.length === 0) throw new EmulatorError("not-found", NO_BOT);
    const names = bots.map(({ username }) => `@${username}`).join(", ");
    throw new EmulatorError("bad-request", `say which bot is meant with "bot": ${names}`);
  }
  const text = String(reference).replace(/^@/, "").toLowerCase();
  const bot = bots.find(({ id, username }) => String(id) === text || same(username, text));
  if (bot === undefined) throw new EmulatorError("not-found", `there is no bot ${reference}`);
  return bot;
}

/** @throws {EmulatorError} `not-found` */
export function requireGroup(world: World, id: number): GroupRecord {
  const group = world.state.groups.get(id);
  if (group === undefined) throw new EmulatorError("not-found", `there is no group ${id}`);
  return group;
}

/** The bot or the group that has a user name, with or without `@`, in any case. */
export function findByUsername(
  world: World,
  name: string,
): PersonRecord | BotRecord | GroupRecord | undefined {
  const text = name.replace(/^@/, "").toLowerCase();
  const { people, bots, groups } = world.state;
  for (const records of [people, bots, groups]) {
    for (const record of records.values()) if (same(record.username, text)) return record;
  }
  return undefined;
}

/**
 * The user name without `@`, when nobody has it.
 * @throws {EmulatorError} `conflict`
 */
export function claimUsername(world: World, username: string | undefined): string | undefined {
  if (username === undefined) return undefined;
  if (findByUsername(world, username) !== undefined) {
    throw new EmulatorError("conflict", `the user name ${username} is taken`);
  }
  return username.replace(/^@/, "");
}

function same(username: string | undefined, lowerCaseText: string): boolean {
  return username?.toLowerCase() === lowerCaseText;
}

function freePersonId(world: World): number {
  for (;;) {
    const id = world.next("person");
    if (userOf(world, id) === undefined) return id;
  }
}

/** A number of the range that is kept free for fiction (555-0100 to 555-0199), by the person's id. */
function inventedPhoneNumber(id: number): string {
  return `1${String(200 + (Math.floor(id / 100) % 800)).padStart(3, "0")}55501${String(id % 100).padStart(2, "0")}`;
}
