import type { MessageEntity, Story } from "@hookgram/bot-api";
import { personUser } from "./user-record.ts";
import type { World } from "./world.ts";

/** A story of a person, posted by a bot that manages the account. */
export interface StoryRecord {
  /** Counts in each account by itself. */
  readonly id: number;
  readonly personId: number;
  fileId: string;
  caption: string;
  captionEntities: readonly MessageEntity[];
  areas: readonly unknown[];
  readonly date: number;
  /** Unix time at which it goes from the list of active ones. */
  readonly activeUntil: number;
  readonly isOnPage: boolean;
  readonly isProtected: boolean;
  /** The story that it shows again. */
  readonly repostOf?: { readonly personId: number; readonly id: number };
}

export function findStory(world: World, personId: number, id: number): StoryRecord | undefined {
  return world.state.stories.find((story) => story.personId === personId && story.id === id);
}

/** Adds a story and gives it the next number of its account. */
export function addStory(world: World, story: Omit<StoryRecord, "id" | "date">): StoryRecord {
  const own = world.state.stories.filter(({ personId }) => personId === story.personId);
  const id = Math.max(0, ...own.map((one) => one.id)) + 1;
  const record = { ...story, id, date: world.nowS() };
  world.state.stories.push(record);
  world.record({ type: "world", change: "story", id: story.personId });
  return record;
}

/** A story as the Bot API shows it: where it is, not what it shows. */
export function storyView(world: World, { id, personId }: StoryRecord): Story {
  const { first_name, last_name, username } = personUser(world.state.people.get(personId)!);
  const chat = {
    id: personId,
    first_name,
    ...(last_name === undefined ? {} : { last_name }),
    ...(username === undefined ? {} : { username }),
    type: "private" as const,
  };
  return { chat, id };
}
