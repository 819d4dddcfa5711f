import type { Poll, PollOption } from "@hookgram/bot-api";
import { requirePerson, userOf } from "../directory.ts";
import { EmulatorError } from "../emulator-error.ts";
import { withoutReply } from "../message-view.ts";
import { editMessage } from "../post-message.ts";
import type { World } from "../world.ts";
import type { Where } from "./place.ts";
import { conversationToWrite, requireMessage } from "./place.ts";
import type { Posted } from "./say.ts";
import { post } from "./say.ts";

/** @see https://core.telegram.org/bots/api#sendpoll */
const OPTIONS_MAX = 12;

export interface NewOption extends Where {
  readonly person: number;
  readonly message_id: number;
  readonly text: string;
}

/** A person adds an option to a poll that allows it; the chat is told. */
export function addPollOption(world: World, wanted: NewOption): Posted {
  const user = userOf(world, requirePerson(world, wanted.person).id)!;
  const conversation = conversationToWrite(world, wanted);
  const message = requireMessage(conversation, wanted.message_id);
  const { poll } = message.content;
  if (poll === undefined) {
    throw new EmulatorError("not-found", `message ${message.id} is not a poll`);
  }
  if (message.pollRules?.canAddOptions !== true) {
    throw new EmulatorError("conflict", "the poll takes no further options");
  }
  checkRoom(poll, wanted.text);
  const option: PollOption = {
    persistent_id: String(poll.options.length),
    text: wanted.text,
    voter_count: 0,
    added_by_user: user,
    addition_date: world.nowS(),
  };
  const content = { ...message.content, poll: { ...poll, options: [...poll.options, option] } };
  editMessage(world, conversation, message, { byId: wanted.person, content, isVisible: false });
  return post(world, conversation, {
    senderId: wanted.person,
    content: {
      poll_option_added: {
        poll_message: withoutReply(world, conversation, message),
        option_persistent_id: option.persistent_id,
        option_text: option.text,
      },
    },
  });
}

function checkRoom({ options, is_closed }: Poll, text: string): void {
  if (is_closed) throw new EmulatorError("conflict", "the poll is closed");
  if (options.length >= OPTIONS_MAX) {
    throw new EmulatorError("conflict", `a poll has at most ${OPTIONS_MAX} options`);
  }
  if (options.some((option) => option.text === text)) {
    throw new EmulatorError("conflict", `the poll has the option "${text}" already`);
  }
}
