import { isService } from "./stored-message.ts";
import { editMessage } from "./post-message.ts";
import type { World } from "./world.ts";

/**
 * Closes a poll when its time is over, in the emulated time. Its bot hears nothing of it, as the
 * integration tests of Telegram.Bot note of the real Telegram (`SelfStoppingPollTests.cs`).
 * Whether the poll is still there and open is looked at then, so that nothing has to be cancelled.
 */
export function closePollInTime(world: World, pollId: string, closeDateS: number): void {
  const delayMs = closeDateS * 1000 - world.ports.clock.now();
  world.ports.clock.after(delayMs, () => closePoll(world, pollId));
}

/** Sets the clock for every open poll, after a snapshot came in. */
export function closePollsInTime(world: World): void {
  for (const id of world.state.polls.keys()) {
    const closeDate = findPoll(world, id)?.message.content.poll?.close_date;
    if (closeDate !== undefined) closePollInTime(world, id, closeDate);
  }
}

function closePoll(world: World, pollId: string): void {
  const found = findPoll(world, pollId);
  const poll = found?.message.content.poll;
  if (found === undefined || poll === undefined || poll.is_closed) return;
  if (poll.close_date === undefined || poll.close_date > world.nowS()) return;
  const { conversation, message } = found;
  const closed = { ...poll, is_closed: true };
  const content = { ...message.content, poll: closed };
  editMessage(world, conversation, message, { byId: message.senderId, content, isVisible: false });
}

function findPoll(world: World, pollId: string) {
  const place = world.state.polls.get(pollId);
  const conversation = world.state.conversations.get(place?.key ?? "");
  const message = conversation?.messages.get(place?.messageId ?? 0);
  if (conversation === undefined || message === undefined) return undefined;
  return isService(message.content) ? undefined : { conversation, message };
}
