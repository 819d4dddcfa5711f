import type { Checklist, ChecklistTask } from "@hookgram/bot-api";
import type { ConversationRecord } from "../conversation.ts";
import { userOf } from "../directory.ts";
import { EmulatorError } from "../emulator-error.ts";
import { withoutReply } from "../message-view.ts";
import { editMessage } from "../post-message.ts";
import type { MessageContent, StoredMessage } from "../stored-message.ts";
import type { World } from "../world.ts";
import type { Where } from "./place.ts";
import { conversationToWrite, requireMessage } from "./place.ts";
import type { Posted } from "./say.ts";
import { post } from "./say.ts";

/** @see https://core.telegram.org/bots/api#inputchecklist */
const TASKS_MAX = 30;

export interface NewChecklist extends Where {
  readonly person: number;
  readonly title: string;
  readonly tasks: readonly string[];
  readonly others_can_add_tasks: boolean;
  readonly others_can_mark_tasks_as_done: boolean;
}

/** A person sends a list of tasks, which are numbered from 1. */
export function sendChecklist(world: World, wanted: NewChecklist): Posted {
  const conversation = conversationToWrite(world, wanted);
  const checklist: Checklist = {
    title: wanted.title,
    tasks: wanted.tasks.map((text, index) => ({ id: index + 1, text })),
    ...(wanted.others_can_add_tasks ? { others_can_add_tasks: true } : {}),
    ...(wanted.others_can_mark_tasks_as_done ? { others_can_mark_tasks_as_done: true } : {}),
  };
  return post(world, conversation, { senderId: wanted.person, content: { checklist } });
}

export interface MarkingTasks extends Where {
  readonly person: number;
  readonly message_id: number;
  /** Numbers of tasks. */
  readonly done: readonly number[];
  readonly not_done: readonly number[];
}

/** A person ticks tasks of a list, or takes ticks away; the chat is told. */
export function markTasks(world: World, wanted: MarkingTasks): Posted {
  const { conversation, message, checklist } = checklistOf(world, wanted);
  requireRight(world, wanted, message, checklist.others_can_mark_tasks_as_done === true);
  for (const id of [...wanted.done, ...wanted.not_done]) requireTask(checklist, id);
  const completed_by_user = userOf(world, wanted.person)!;
  const completion_date = world.nowS();
  const tasks = checklist.tasks.map((task): ChecklistTask => {
    if (wanted.done.includes(task.id)) return { ...task, completed_by_user, completion_date };
    return wanted.not_done.includes(task.id) ? withoutMark(task) : task;
  });
  change(world, conversation, message, { ...checklist, tasks });
  const { done, not_done } = wanted;
  return tell(world, conversation, wanted.person, {
    checklist_tasks_done: {
      checklist_message: withoutReply(world, conversation, message),
      ...(done.length === 0 ? {} : { marked_as_done_task_ids: [...done] }),
      ...(not_done.length === 0 ? {} : { marked_as_not_done_task_ids: [...not_done] }),
    },
  });
}

/** A person adds tasks to a list; the chat is told. */
export function addTasks(
  world: World,
  wanted: Where & { person: number; message_id: number; tasks: readonly string[] },
): Posted {
  const { conversation, message, checklist } = checklistOf(world, wanted);
  requireRight(world, wanted, message, checklist.others_can_add_tasks === true);
  const last = Math.max(...checklist.tasks.map(({ id }) => id));
  const tasks = wanted.tasks.map((text, index) => ({ id: last + index + 1, text }));
  if (checklist.tasks.length + tasks.length > TASKS_MAX) {
    throw new EmulatorError("conflict", `a checklist has at most ${TASKS_MAX} tasks`);
  }
  change(world, conversation, message, { ...checklist, tasks: [...checklist.tasks, ...tasks] });
  const checklist_message = withoutReply(world, conversation, message);
  return tell(world, conversation, wanted.person, {
    checklist_tasks_added: { checklist_message, tasks },
  });
}

function checklistOf(world: World, wanted: Where & { person: number; message_id: number }) {
  const conversation = conversationToWrite(world, wanted);
  const message = requireMessage(conversation, wanted.message_id);
  const { checklist } = message.content;
  if (checklist !== undefined) return { conversation, message, checklist };
  throw new EmulatorError("not-found", `message ${message.id} is not a checklist`);
}

/** Own lists can always be changed; a bot writes in the name of the person that it answers for. */
function requireRight(
  world: World,
  { person, business_connection_id = "" }: Where & { readonly person: number },
  { senderId }: StoredMessage,
  isAllowed: boolean,
): void {
  const connection = world.state.businessConnections.get(business_connection_id);
  const authorId = senderId === connection?.botId ? connection.personId : senderId;
  if (isAllowed || authorId === person) return;
  throw new EmulatorError("conflict", `the checklist is not for person ${person} to change`);
}

function requireTask({ tasks }: Checklist, id: number): void {
  if (tasks.some((task) => task.id === id)) return;
  throw new EmulatorError("not-found", `the checklist has no task ${id}`);
}

function withoutMark(task: ChecklistTask): ChecklistTask {
  const { completed_by_user: _, completed_by_chat: __, completion_date: ___, ...bare } = task;
  return bare;
}

function change(
  world: World,
  conversation: ConversationRecord,
  message: StoredMessage,
  checklist: Checklist,
): void {
  const content = { ...message.content, checklist };
  editMessage(world, conversation, message, { byId: message.senderId, content, isVisible: false });
}

function tell(
  world: World,
  conversation: ConversationRecord,
  senderId: number,
  content: MessageContent,
): Posted {
  return post(world, conversation, { senderId, content });
}
