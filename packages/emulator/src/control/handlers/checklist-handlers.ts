import { addTasks, markTasks, sendChecklist } from "../../world/acts/checklist.ts";
import type { HandlersOf } from "../control-call.ts";
import type { ControlHost } from "../control-host.ts";
import type { checklistOperations } from "../operations/checklist-operations.ts";
import { postedView } from "./act-handlers.ts";

/** What people do with lists of tasks. */
export function checklistHandlers({ world }: ControlHost): HandlersOf<typeof checklistOperations> {
  return {
    sendChecklist: ({ body }) => postedView(world, sendChecklist(world, body)),
    markTasks: ({ body }) => postedView(world, markTasks(world, body)),
    addTasks: ({ body }) => postedView(world, addTasks(world, body)),
  };
}
