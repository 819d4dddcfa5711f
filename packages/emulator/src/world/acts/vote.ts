import type { Poll } from "@hookgram/bot-api";
import { requirePerson, userOf } from "../directory.ts";
import { EmulatorError } from "../emulator-error.ts";
import { editMessage } from "../post-message.ts";
import type { World } from "../world.ts";
import type { Where } from "./place.ts";
import { conversationToWrite, requireMessage } from "./place.ts";
import type { Posted } from "./say.ts";

export interface Vote extends Where {
  readonly person: number;
  readonly message_id: number;
  /** Positions of options; empty takes the vote back. */
  readonly options: readonly number[];
}

/** A person votes in a poll. The bot that sent the poll hears of it when votes are not anonymous. */
export function vote(world: World, wanted: Vote): Posted {
  requirePerson(world, wanted.person);
  const conversation = conversationToWrite(world, wanted);
  const message = requireMessage(conversation, wanted.message_id);
  const { poll } = message.content;
  if (poll === undefined) {
    throw new EmulatorError("not-found", `message ${message.id} is not a poll`);
  }
  message.votes ??= new Map();
  checkVote(world, poll, wanted, message.votes.has(wanted.person));
  if (wanted.options.length === 0) message.votes.delete(wanted.person);
  else message.votes.set(wanted.person, wanted.options);
  const counted = count(poll, message.votes);
  const content = { ...message.content, poll: counted };
  editMessage(world, conversation, message, { byId: wanted.person, content, isVisible: false });
  conversation.actRevision = world.revision;
  tellBot(world, message.senderId, counted, wanted);
  return { conversation, message };
}

function checkVote(world: World, poll: Poll, { options }: Vote, hasVoted: boolean): void {
  const isOver = poll.close_date !== undefined && poll.close_date <= world.nowS();
  if (poll.is_closed || isOver) throw new EmulatorError("conflict", "the poll is closed");
  const unknown = options.find((option) => option >= poll.options.length);
  if (unknown !== undefined) {
    throw new EmulatorError("bad-request", `the poll has no option ${unknown}`);
  }
  if (options.length > 1 && !poll.allows_multiple_answers) {
    throw new EmulatorError("conflict", "the poll takes one answer");
  }
  if (hasVoted && !poll.allows_revoting) {
    throw new EmulatorError("conflict", "votes in this poll are final");
  }
}

function count(poll: Poll, votes: ReadonlyMap<number, readonly number[]>): Poll {
  const options = poll.options.map((option, index) => ({
    ...option,
    voter_count: [...votes.values()].filter((chosen) => chosen.includes(index)).length,
  }));
  return { ...poll, options, total_voter_count: votes.size };
}

function tellBot(world: World, botId: number, poll: Poll, { person, options }: Vote): void {
  if (!world.state.bots.has(botId)) return;
  world.publish(botId, "poll", poll);
  if (poll.is_anonymous) return;
  world.publish(botId, "poll_answer", {
    poll_id: poll.id,
    user: userOf(world, person)!,
    option_ids: [...options],
    option_persistent_ids: options.map(String),
  });
}
