import { toEmission } from "../event/event-update.ts";
import type { Emit } from "./context.ts";
import type { Attempt } from "./scope.ts";

/** `emit` of an attempt: where nothing else is said, the event stays in the conversation. */
export function emitFor({ invocation, origin }: Attempt): Emit {
  return async (kind, data, options = {}) => {
    const { chat, user, topicId, businessConnectionId, isGuest } = origin;
    const isElsewhere = options.chat !== undefined || options.user !== undefined;
    const here = isElsewhere ? {} : { chat, user, topicId, businessConnectionId, isGuest };
    const nowMs = invocation.now();
    invocation.emit(await toEmission(kind, data, { ...here, ...options, nowMs }));
  };
}
