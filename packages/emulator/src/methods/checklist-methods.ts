import type { Checklist, ChecklistTask, Message } from "@hookgram/bot-api";
import { messageView } from "../world/message-view.ts";
import { editMessage } from "../world/post-message.ts";
import type { World } from "../world/world.ts";
import { businessConnection } from "./chat-access.ts";
import type { Handlers } from "./handlers.ts";
import type { Fields } from "./json-fields.ts";
import {
  FieldFault,
  isObject,
  jsonParam,
  naming,
  optionalBoolean,
  optionalText,
  requiredInteger,
  requiredText,
} from "./json-fields.ts";
import { messageToEdit } from "./message-access.ts";
import type { MethodCall } from "./method.ts";
import { badRequest } from "./refusals.ts";
import { readInlineKeyboard } from "./reply-markup.ts";
import { SENDINGS, sendContent } from "./send-content.ts";
import { format } from "./text-params.ts";

/** @see https://core.telegram.org/bots/api#inputchecklist */
const TITLE_MAX = 255;
const TASKS_MAX = 30;
/** @see https://core.telegram.org/bots/api#inputchecklisttask */
const TASK_MAX = 100;

/** Methods about lists of tasks, which a bot sends in the name of a business account only. */
export function checklistMethods(world: World): Handlers {
  return {
    sendChecklist: (call) => sendChecklist(world, call),
    editMessageChecklist: (call) => editChecklist(world, call),
  };
}

function sendChecklist(world: World, call: MethodCall): Message {
  const checklist = readChecklist(world, call);
  businessConnection(world, call);
  return sendContent(world, call, { checklist }, SENDINGS.checklist);
}

function editChecklist(world: World, call: MethodCall): Message {
  const checklist = readChecklist(world, call);
  const markup = readInlineKeyboard(call);
  businessConnection(world, call);
  const { chat, message } = messageToEdit(world, call);
  const before = message.content.checklist;
  if (before === undefined) throw badRequest("message can't be edited");
  const content = { ...message.content, checklist: withMarks(checklist, before) };
  editMessage(world, chat.conversation, message, {
    byId: call.bot.id,
    content,
    markup: markup ?? null,
  });
  return messageView(world, chat.conversation, message);
}

/** A task that stays in the list stays done. */
function withMarks(next: Checklist, before: Checklist): Checklist {
  const tasks = next.tasks.map((task) => {
    const { completed_by_user, completed_by_chat, completion_date } =
      before.tasks.find(({ id }) => id === task.id) ?? {};
    if (completion_date === undefined) return task;
    return {
      ...task,
      ...(completed_by_user === undefined ? {} : { completed_by_user }),
      ...(completed_by_chat === undefined ? {} : { completed_by_chat }),
      completion_date,
    };
  });
  return { ...next, tasks };
}

function readChecklist(world: World, { params }: MethodCall): Checklist {
  const value = jsonParam(params, "checklist", "InputChecklist");
  if (value === undefined) throw badRequest('Parameter "checklist" is required');
  const checklist = naming("Can't parse InputChecklist", () => {
    if (!isObject(value)) throw new FieldFault("expected an Object");
    const { text: title, entities } = formatted(world, value, "title");
    const others_can_add_tasks = optionalBoolean(value, "others_can_add_tasks");
    const canMark = optionalBoolean(value, "others_can_mark_tasks_as_done");
    return {
      title,
      ...(entities.length === 0 ? {} : { title_entities: entities }),
      tasks: readTasks(world, value["tasks"]),
      ...(others_can_add_tasks ? { others_can_add_tasks } : {}),
      ...(canMark ? { others_can_mark_tasks_as_done: canMark } : {}),
    } satisfies Checklist;
  });
  checkLimits(checklist);
  return checklist;
}

function readTasks(world: World, value: unknown): ChecklistTask[] {
  if (!Array.isArray(value)) throw new FieldFault('Field "tasks" must be of type Array');
  return value.map((item: unknown) => {
    if (!isObject(item)) throw new FieldFault("Can't parse InputChecklistTask: expected an Object");
    const { text, entities } = formatted(world, item, "text");
    const id = requiredInteger(item, "id");
    return { id, text, ...(entities.length === 0 ? {} : { text_entities: entities }) };
  });
}

function formatted(world: World, value: Fields, name: string): ReturnType<typeof format> {
  return format(world, {
    text: requiredText(value, name),
    parseMode: optionalText(value, "parse_mode"),
    entities: value[`${name}_entities`],
  });
}

/** @see https://github.com/tdlib/td `ToDoList::get_to_do_list` and `ToDoItem::get_to_do_item` */
function checkLimits({ title, tasks }: Checklist): void {
  const isTooLong = (text: string, max: number): boolean => Array.from(text).length > max;
  const texts = [title, ...tasks.map(({ text }) => text)];
  if (texts.includes("")) throw badRequest("Text must be non-empty");
  if (isTooLong(title, TITLE_MAX)) {
    throw badRequest(`Checklist title length must not exceed ${TITLE_MAX}`);
  }
  if (tasks.length === 0) throw badRequest("Checklist must have at least 1 task");
  if (tasks.length > TASKS_MAX) throw badRequest(`Checklist must have at most ${TASKS_MAX} tasks`);
  for (const { id, text } of tasks) {
    if (isTooLong(text, TASK_MAX)) {
      throw badRequest(`Checklist task text length must not exceed ${TASK_MAX}`);
    }
    if (id <= 0) throw badRequest("Checklist task identifier must be positive");
  }
}
