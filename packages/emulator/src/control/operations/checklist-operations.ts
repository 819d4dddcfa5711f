import { z } from "zod";
import { operation } from "../operation.ts";
import { messageAnswer, personField, whereBody } from "./shapes.ts";

const messageId = z.int().min(1);
const task = z.string().min(1).max(100);
const taskIds = z.array(z.int().min(1)).max(30).default([]);

/** What people do with lists of tasks. */
export const checklistOperations = {
  sendChecklist: operation({
    id: "sendChecklist",
    method: "POST",
    path: "/control/send-checklist",
    tag: "act",
    summary: "A person sends a list of tasks",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      title: z.string().min(1).max(255),
      tasks: z.array(task).min(1).max(30).describe("They are numbered from 1."),
      others_can_add_tasks: z.boolean().default(false),
      others_can_mark_tasks_as_done: z.boolean().default(false),
    }),
    answer: messageAnswer,
  }),
  markTasks: operation({
    id: "markTasks",
    method: "POST",
    path: "/control/mark-tasks",
    tag: "act",
    summary: "A person ticks tasks of a checklist, or takes ticks away",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      message_id: messageId.describe("The message with the checklist."),
      done: taskIds,
      not_done: taskIds,
    }),
    answer: messageAnswer,
  }),
  addTasks: operation({
    id: "addTasks",
    method: "POST",
    path: "/control/add-tasks",
    tag: "act",
    summary: "A person adds tasks to a checklist",
    body: z.strictObject({
      person: personField,
      ...whereBody,
      message_id: messageId.describe("The message with the checklist."),
      tasks: z.array(task).min(1).max(30),
    }),
    answer: messageAnswer,
  }),
};
