import type { Engine } from "../engine/engine.ts";
import type { Outbox } from "../outbox/outbox.ts";

/** The part of an engine that one bot's handle needs. */
export type BotView = Pick<Engine, "accept" | "emit" | "outbox" | "stats" | "operator" | "events">;

/** An engine of several bots as one of them sees it: the default bot of every call is this one. */
export function viewOf(engine: Engine, botId: number): BotView {
  return {
    accept: (update) => engine.accept(update),
    emit: (kind, data, options) => engine.emit(kind, data, { botId, ...options }),
    outbox: outboxOf(engine.outbox, botId),
    stats: () => engine.stats(),
    operator: engine.operator,
    events: engine.events,
  };
}

function outboxOf(outbox: Outbox, botId: number): Outbox {
  return {
    enqueue: (method, params, options) => outbox.enqueue(method, params, { botId, ...options }),
    cancel: (key, options) => outbox.cancel(key, { botId, ...options }),
    broadcast: (method, params, chats, options) =>
      outbox.broadcast(method, params, chats, { botId, ...options }),
    sends: (query) => outbox.sends(query),
    decide: (id, decision) => outbox.decide(id, decision),
    broadcasts: () => outbox.broadcasts(),
    broadcastProgress: (id) => outbox.broadcastProgress(id),
    pauseBroadcast: (id) => outbox.pauseBroadcast(id),
    resumeBroadcast: (id) => outbox.resumeBroadcast(id),
    cancelBroadcast: (id) => outbox.cancelBroadcast(id),
    stats: () => outbox.stats(),
  };
}
