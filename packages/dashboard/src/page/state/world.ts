import { computed, signal } from "@preact/signals";
import { control } from "../control/control-client.ts";
import type { Group, Person, User, World } from "../control/control-shapes.ts";
import { place, replacePlace } from "./place.ts";
import type { Conversation } from "./place-url.ts";

/** Everyone and everything on the local Telegram; undefined until it was read once. */
export const world = signal<World | undefined>(undefined);

/** The person that one plays. */
export const me = computed<Person | undefined>(() =>
  world.value?.people.find(({ id }) => id === place.value.person),
);

/** The bot with this id, if it is there. */
export function findBot(id: number | undefined): User | undefined {
  return world.value?.bots.find((bot) => bot.id === id);
}

/** The group with this id, if it is there. */
export function findGroup(id: number | undefined): Group | undefined {
  return world.value?.chats.find((chat) => chat.id === id);
}

/** Whether the chat that the address names is on this Telegram. */
export const isOpenChatHere = computed(() => {
  const open = place.value.conversation;
  if (open === undefined || me.value === undefined) return false;
  return open.kind === "private"
    ? findBot(open.bot) !== undefined
    : findGroup(open.chat) !== undefined;
});

/** The members that are in the group now. */
export function presentMembers(group: Group): Group["members"] {
  return group.members.filter(({ status }) => status !== "left" && status !== "kicked");
}

/** Whether the person or bot is in the group now. */
export function isMember(group: Group, userId: number): boolean {
  return presentMembers(group).some(({ user }) => user.id === userId);
}

/** Whether the person has blocked the bot. */
export function isBlocked(personId: number, botId: number): boolean {
  const chats = world.value?.private_chats ?? [];
  return chats.some(({ person, bot, blocked }) => person === personId && bot === botId && blocked);
}

/** First and last name, as far as there are any. */
export function fullName(user: Pick<User, "first_name" | "last_name">): string {
  return [user.first_name, user.last_name].filter((part) => part !== undefined).join(" ");
}

/** Someone to play on the first visit, so that one can type at once. */
async function createFirstPerson(): Promise<void> {
  const language_code = navigator.language.slice(0, 2);
  await control.addPerson({
    first_name: "Robin",
    last_name: "Hale",
    username: "robin_hale",
    language_code,
  });
}

function defaultConversation({ bots, chats }: World): Conversation | undefined {
  if (bots[0] !== undefined) return { kind: "private", bot: bots[0].id };
  return chats[0] === undefined ? undefined : { kind: "group", chat: chats[0].id };
}

/**
 * Gives the address a person who exists, and a chat if it names none. A chat that is not there
 * stays in the address: its bot may only be late.
 */
function settlePlace(current: World): void {
  const { person, conversation } = place.value;
  const player = current.people.find(({ id }) => id === person) ?? current.people[0];
  const open = conversation ?? defaultConversation(current);
  if (player?.id === person && open === conversation) return;
  replacePlace({
    ...place.value,
    ...(player === undefined ? {} : { person: player.id }),
    ...(open === undefined ? {} : { conversation: open }),
  });
}

/** Leaves a chat that is gone, as after a reset, for one that is here. */
export function leaveMissingChat(): void {
  if (isOpenChatHere.value || world.value === undefined) return;
  const { conversation: _, ...rest } = place.value;
  const open = defaultConversation(world.value);
  replacePlace(open === undefined ? rest : { ...rest, conversation: open });
}

/** Reads the world again and keeps the address true to it. */
export async function readWorld(): Promise<void> {
  let current = await control.world();
  if (current.people.length === 0) {
    await createFirstPerson();
    current = await control.world();
  }
  world.value = current;
  settlePlace(current);
}
