import { changeGroup, closeTopic, createTopic, pin } from "../../world/acts/change-group.ts";
import type { HandlersOf } from "../control-call.ts";
import type { ControlHost } from "../control-host.ts";
import type { groupOperations } from "../operations/group-operations.ts";

/** What people change in chats. */
export function groupHandlers({ world }: ControlHost): HandlersOf<typeof groupOperations> {
  return {
    pin: ({ body }) => {
      pin(world, body);
      return { pinned: body.is_pinned };
    },
    changeChat: ({ body }) => ({ title: changeGroup(world, body).title }),
    createTopic: ({ body }) => ({ topic: createTopic(world, body) }),
    closeTopic: ({ body }) => {
      closeTopic(world, body);
      return { closed: body.is_closed };
    },
  };
}
