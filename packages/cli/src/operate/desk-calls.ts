import type {
  BroadcastProgress,
  Desk,
  DoubtsQuery,
  ParkedQuery,
  ParkedUpdate,
  PauseScope,
  Repair,
  RepairOptions,
  ReplayOptions,
  SendDecision,
  SendsQuery,
  StoreNode,
} from "@hookgram/runtime";

import { CliError } from "../cli-error.ts";

interface OfUpdate {
  readonly seq: number;
}

interface OfItem {
  readonly id: number;
}

type BroadcastChange = OfItem & { readonly to: "pause" | "resume" | "cancel" };

/**
 * What an operator may ask for, by name. Inputs and answers are JSON, so that it makes no difference
 * whether this process opens the store or asks the bot's process.
 */
export const DESK_CALLS = {
  async "parked list"({ operator }: Desk, query: ParkedQuery) {
    return (await operator.parked(query)).map(withoutBytes);
  },
  async "parked show"({ operator }: Desk, { seq }: OfUpdate) {
    const [update] = await operator.parked({ beforeSeq: seq + 1, limit: 1 });
    if (update?.seq !== seq) throw nothingParked(seq);
    return {
      ...withoutBytes(update),
      update: toUpdate(update),
      journal: await operator.journal(seq),
    };
  },
  async "parked replay"({ operator }: Desk, { seq, ...options }: OfUpdate & ReplayOptions) {
    const now = await operator.replay(seq, options);
    if (now === undefined) throw nothingParked(seq);
    return { replayed: seq, as: now };
  },
  async "parked discard"({ operator }: Desk, { seq, note }: OfUpdate & { readonly note?: string }) {
    if (!(await operator.discard(seq, note))) throw nothingParked(seq);
    return { discarded: seq };
  },
  async "repair plan"({ operator }: Desk, options: RepairOptions) {
    const { repair, samples } = await operator.planRepair(options);
    return { ...repair, samples: samples.map(withoutBytes) };
  },
  async "repair start"({ operator }: Desk, { id }: OfItem) {
    await operator.startRepair(id);
    return known(id, "repair", await operator.repair(id));
  },
  async "repair abort"({ operator }: Desk, { id }: OfItem) {
    await operator.abortRepair(id);
    return known(id, "repair", await operator.repair(id));
  },
  async "repair show"({ operator }: Desk, { id }: OfItem) {
    const repair: Repair = known(id, "repair", await operator.repair(id));
    return { ...repair, leftOut: await operator.leftOut(id) };
  },
  "repair list": ({ operator }: Desk) => operator.repairs(),
  doubts: ({ operator }: Desk, query: DoubtsQuery) => operator.doubts(query),

  "pause list": ({ operator }: Desk) => operator.pauses(),
  async pause({ operator }: Desk, { scope, note }: { scope: PauseScope; note?: string }) {
    return { ...scope, paused: true, changed: await operator.pause(scope, note) };
  },
  async resume({ operator }: Desk, { scope }: { readonly scope: PauseScope }) {
    return { ...scope, paused: false, changed: await operator.resume(scope) };
  },

  async "node list"({ operator }: Desk) {
    const nodes = await operator.nodes();
    if (nodes !== undefined) return nodes.filter(isOther).map(withoutSelf);
    const what = "this store belongs to one process";
    throw new CliError(
      "option",
      `${what}; only a PostgreSQL store has nodes (--store postgres://…)`,
    );
  },

  "outbox status": ({ outbox }: Desk) => outbox.stats(),
  "outbox list": ({ outbox }: Desk, query: SendsQuery) => outbox.sends(query),
  async "outbox decide"({ outbox }: Desk, { id, as }: OfItem & { readonly as: SendDecision }) {
    const decided = await outbox.decide(id, as);
    if (decided === "decided") return { id, decided: as };
    const why = decided === "unknown" ? "is not known, or over" : "is under way at this moment";
    throw new CliError(
      "not-found",
      `the send ${id} ${why}; hookgram outbox list has those that wait`,
    );
  },
  "broadcast list": ({ outbox }: Desk) => outbox.broadcasts(),
  async "broadcast show"({ outbox }: Desk, { id }: OfItem) {
    return known(id, "broadcast", await outbox.broadcastProgress(id));
  },
  async "broadcast set"({ outbox }: Desk, { id, to }: BroadcastChange) {
    const change = {
      pause: "pauseBroadcast",
      resume: "resumeBroadcast",
      cancel: "cancelBroadcast",
    };
    const method = change[to] as "pauseBroadcast";
    return known<BroadcastProgress>(id, "broadcast", await outbox[method](id));
  },
} satisfies Record<string, (desk: Desk, input: never) => Promise<unknown>>;

export type DeskCallName = keyof typeof DESK_CALLS;
export type DeskInput<N extends DeskCallName> = Parameters<(typeof DESK_CALLS)[N]>[1];
export type DeskAnswer<N extends DeskCallName> = Awaited<ReturnType<(typeof DESK_CALLS)[N]>>;

/** The command is a node itself while it looks, of which nobody wants to know. */
function isOther({ isSelf }: StoreNode): boolean {
  return !isSelf;
}

function withoutSelf({ isSelf: _isSelf, ...node }: StoreNode): Omit<StoreNode, "isSelf"> {
  return node;
}

/** A dead letter for a list; {@link toUpdate} makes its bytes readable. */
function withoutBytes({ raw: _raw, ...update }: ParkedUpdate): Omit<ParkedUpdate, "raw"> {
  return update;
}

/** The update as Telegram sent it, or as text if it is not JSON. */
function toUpdate({ raw }: ParkedUpdate): unknown {
  const text = Buffer.from(raw).toString();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function known<T>(id: number, what: string, item: T | undefined): T {
  if (item !== undefined) return item;
  const repair = `hookgram ${what}s list has those that are`;
  throw new CliError("not-found", `there is no ${what} ${id}, or not any more; ${repair}`);
}

function nothingParked(seq: number): CliError {
  const repair = "hookgram parked list has what is";
  return new CliError("not-found", `no update ${seq} is parked; ${repair}`);
}
