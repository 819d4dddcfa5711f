import type { Story } from "@hookgram/bot-api";
import type { FileRecord } from "../files/file-record.ts";
import type { StoryRecord } from "../world/story.ts";
import { addStory, findStory, storyView } from "../world/story.ts";
import type { World } from "../world/world.ts";
import { managedAccount } from "./business-right.ts";
import type { Handlers } from "./handlers.ts";
import { readNestedFile } from "./input-file.ts";
import { isObject, jsonParam } from "./json-fields.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { format } from "./text-params.ts";

/** Seconds that a story can be active. @see https://core.telegram.org/bots/api#poststory */
const ACTIVE_PERIODS_S = [21_600, 43_200, 86_400, 172_800];
/** @see https://core.telegram.org/bots/api#poststory */
const CAPTION_MAX = 2048;

/** Methods about stories, which a bot posts for a business account that it manages. */
export function storyMethods(world: World): Handlers {
  return {
    postStory: (call) => postStory(world, call),
    repostStory: (call) => repostStory(world, call),
    editStory: (call) => editStory(world, call),
    deleteStory: (call) => deleteStory(world, call),
  };
}

function postStory(world: World, call: MethodCall): Story {
  const content = readContent(world, call);
  const { personId } = managedAccount(world, call, "can_manage_stories");
  const lifetime = readLifetime(world, call);
  return storyView(world, addStory(world, { personId, ...content, ...lifetime }));
}

/** Both accounts must let the bot manage their stories. */
function repostStory(world: World, call: MethodCall): Story {
  const { params, bot } = call;
  const { personId } = managedAccount(world, call, "can_manage_stories");
  const fromId = params.integer("from_chat_id") ?? 0;
  const source = findStory(world, fromId, params.integer("from_story_id") ?? 0);
  const isManaged = [...world.state.businessConnections.values()].some(
    (one) => one.botId === bot.id && one.personId === fromId && one.rights["can_manage_stories"],
  );
  if (source === undefined || !isManaged) throw badRequest("Can't access the story to repost");
  const { fileId, caption, captionEntities } = source;
  const shown = { fileId, caption, captionEntities, areas: [] };
  const repostOf = { personId: fromId, id: source.id };
  const lifetime = readLifetime(world, call);
  return storyView(world, addStory(world, { personId, ...shown, ...lifetime, repostOf }));
}

function editStory(world: World, call: MethodCall): Story {
  const content = readContent(world, call);
  const story = ownStory(world, call);
  Object.assign(story, content);
  world.record({ type: "world", change: "story", id: story.personId });
  return storyView(world, story);
}

function deleteStory(world: World, call: MethodCall): true {
  const story = ownStory(world, call);
  const { stories } = world.state;
  stories.splice(stories.indexOf(story), 1);
  world.record({ type: "world", change: "story", id: story.personId });
  return true;
}

function ownStory(world: World, call: MethodCall): StoryRecord {
  const { personId } = managedAccount(world, call, "can_manage_stories");
  const id = call.params.integer("story_id") ?? 0;
  if (id <= 0) throw badRequest("Invalid story identifier specified");
  const story = findStory(world, personId, id);
  if (story === undefined) throw badRequest("Story not found");
  return story;
}

type Lifetime = Pick<StoryRecord, "activeUntil" | "isOnPage" | "isProtected">;

function readLifetime(world: World, { params }: MethodCall): Lifetime {
  const period = params.integer("active_period") ?? 0;
  if (!ACTIVE_PERIODS_S.includes(period)) throw badRequest("STORY_PERIOD_INVALID");
  return {
    activeUntil: world.nowS() + period,
    isOnPage: params.boolean("post_to_chat_page"),
    isProtected: params.boolean("protect_content"),
  };
}

type Shown = Pick<StoryRecord, "fileId" | "caption" | "captionEntities" | "areas">;

/** @see https://github.com/tdlib/telegram-bot-api `Client::get_input_story_content` */
function readContent(world: World, call: MethodCall): Shown {
  const file = readStoryFile(world, call);
  const areas = jsonParam(call.params, "areas", "story areas") ?? [];
  if (!Array.isArray(areas)) throw badRequest("Expected an Array of story areas");
  const { text, entities } = format(world, {
    text: call.params.text("caption") ?? "",
    parseMode: call.params.text("parse_mode"),
    entities: call.params.json("caption_entities"),
  });
  if (text.length > CAPTION_MAX) throw badRequest("Message caption is too long");
  return { fileId: file.fileId, caption: text, captionEntities: entities, areas };
}

function readStoryFile(world: World, call: MethodCall): FileRecord {
  const content = jsonParam(call.params, "content", "story content");
  if (content === undefined) throw badRequest("Story content isn't specified");
  if (!isObject(content)) throw badRequest("Object expected as story content");
  const type = content["type"];
  if (type !== "photo" && type !== "video")
    throw badRequest("Invalid story content type specified");
  const source = content[type];
  const wish = { kind: type, details: {} } as const;
  const isUpload = typeof source === "string" && source.startsWith("attach://");
  const file = isUpload ? readNestedFile(world, call, source, wish) : undefined;
  if (file === undefined) throw badRequest(`Story ${type} must be uploaded as a file`);
  return file;
}
