import { buyMedia, changeSubscription, pay } from "../../world/acts/pay.ts";
import { chooseResult } from "../../world/acts/choose-result.ts";
import { connectBusiness } from "../../world/acts/connect-business.ts";
import { answerSuggestion } from "../../world/acts/direct.ts";
import {
  boost,
  callGuest,
  createManagedBot,
  migrate,
  sharePicked,
  stopDraft,
} from "../../world/acts/happen.ts";
import { addPollOption } from "../../world/acts/poll-option.ts";
import type { World } from "../../world/world.ts";
import type { ControlCall, HandlersOf } from "../control-call.ts";
import type { ControlHost } from "../control-host.ts";
import type { happenOperations } from "../operations/happen-operations.ts";
import { waitFor } from "../wait-for.ts";
import { postedView } from "./act-handlers.ts";

type Operations = typeof happenOperations;

/** What happens to a bot beside messages. */
export function happenHandlers(host: ControlHost): HandlersOf<Operations> {
  const { world } = host;
  return {
    pay: (call) => payAndWait(world, call),
    buyMedia: ({ body }) => ({ stars: buyMedia(world, body) }),
    changeSubscription: ({ body }) => {
      changeSubscription(world, body);
      return { state: body.state };
    },
    connectBusiness: ({ body }) => ({ business_connection: connectBusiness(world, body) }),
    boost: ({ body }) => ({ boost_id: boost(world, body) }),
    stopDraft: ({ body }) => {
      stopDraft(world, body);
      return { stopped: true };
    },
    sharePicked: ({ body }) => postedView(world, sharePicked(world, body)),
    answerSuggestion: ({ body }) => postedView(world, answerSuggestion(world, body)),
    addPollOption: ({ body }) => postedView(world, addPollOption(world, body)),
    migrate: ({ body }) => ({ chat: migrate(world, body.chat) }),
    chooseResult: ({ body }) => postedView(world, chooseResult(world, body)),
    callGuest: ({ body }) => postedView(world, callGuest(world, body)),
    createManagedBot: ({ body }) => {
      const bot = createManagedBot(world, body);
      host.addBot(body.bot);
      return { bot };
    },
  };
}

async function payAndWait(
  world: World,
  { body, signal }: ControlCall<Operations["pay"]>,
): Promise<object> {
  const payment = pay(world, body);
  const isOver = (): true | undefined =>
    payment.state === "paid" || payment.state === "failed" ? true : undefined;
  await waitFor(world, isOver, { timeoutMs: body.wait_ms, signal });
  const { state, error, charge } = payment;
  return {
    state,
    ...(error === undefined ? {} : { error }),
    ...(charge === undefined ? {} : { charge }),
  };
}
