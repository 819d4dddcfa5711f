import type { Filter } from "../filter/filter.ts";
import type { RichText } from "../format/text-params.ts";
import { toKind } from "./conversation-options.ts";
import { type After, assertDelay } from "./expected.ts";
import type { AskOptions, Talk, TalkKind } from "./talk.ts";
import type { TalkRun } from "./talk-run.ts";

/** What the function finds beside its own run. */
export interface TalkSurroundings {
  readonly given: object;
  readonly random: () => number;
}

/** What one run of a conversation's function talks with; the types of its answers are `Talk`'s. */
export function createTalk(run: TalkRun, { given, random }: TalkSurroundings): Talk<TalkKind> {
  const ask = async (
    question: RichText,
    wanted: unknown,
    { reprompt, triesMax, timeoutMs, ...params }: AskOptions = {},
  ): Promise<unknown> => {
    await run.reply(question, params);
    return run.wait(wanted, { reprompt, triesMax, timeoutMs });
  };
  const on = (kind: TalkKind, filter?: Filter<never, object>): object => ({
    kind: toKind(kind),
    filter,
  });
  const after = (afterMs: number): After => {
    assertDelay(afterMs, "after()");
    return { afterMs };
  };
  return {
    get context() {
      return run.scope;
    },
    given,
    api: run.api,
    reply: run.reply,
    send: run.send,
    step: run.step,
    ask: ask as Talk["ask"],
    wait: run.wait as unknown as Talk["wait"],
    on: on as Talk<TalkKind>["on"],
    after,
    now: () => run.nowMs,
    random: () => run.step("conversation.random", random),
    leave: () => run.leave(),
  };
}
