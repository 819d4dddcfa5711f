import type { BotApi, User } from "@hookgram/bot-api";
import { HookgramError } from "../error.ts";
import type { DispatchOutcome, Invocation, Logger } from "./invocation.ts";

/** What is known about an update of a kind that is newer than this version of hookgram. */
export interface UnknownUpdateContext {
  /** The name of the field that no version known here has: `thought_reading`. */
  readonly kind: string;
  /** The update as Telegram sent it. */
  readonly update: { readonly update_id: number; readonly [field: string]: unknown };
  /** What the update carries, unread and unchecked: `update[kind]`. */
  readonly payload: unknown;
  readonly api: BotApi;
  /** The bot itself. */
  readonly me: User;
  /** 1 for the first try at this update. */
  readonly attempt: number;
  /** Aborts when the attempt's time is over. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly step: Invocation["step"];
}

/** Deals with an update of an unknown kind. */
export type UnknownUpdateHandler = (context: UnknownUpdateContext) => unknown;

/**
 * Keeps account of updates whose kind is newer than this version of hookgram. They are never lost
 * without a trace: each is counted, and logged unless a handler takes it.
 */
export class UnknownUpdates {
  readonly #botName: string;
  readonly #handlers: UnknownUpdateHandler[] = [];
  readonly #counts = new Map<string, number>();

  constructor(botName: string) {
    this.#botName = botName;
  }

  /** How many have come, by kind. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  add(handler: UnknownUpdateHandler): void {
    this.#handlers.push(handler);
  }

  /** @throws HookgramError `handler-failed` when a handler throws. */
  async handle(invocation: Invocation, api: BotApi): Promise<DispatchOutcome> {
    const { attempt, logger, me, signal, step } = invocation;
    const update = invocation.update as unknown as UnknownUpdateContext["update"];
    const fields = Object.keys(update).filter((key) => key !== "update_id");
    const [kind = ""] = fields;
    if (attempt === 1) this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    if (this.#handlers.length === 0) {
      logger.warn({ updateId: update.update_id, fields }, "An update of an unknown kind came");
      return { status: "unhandled" };
    }
    const payload = update[kind];
    const context = { kind, update, payload, api, me, attempt, signal, logger, step };
    for (const handler of this.#handlers) await this.#run(handler, context);
    return { status: "handled", handler: `${this.#botName}/onUnknown` };
  }

  async #run(handler: UnknownUpdateHandler, context: UnknownUpdateContext): Promise<void> {
    try {
      await handler(context);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const what = `Handler ${this.#botName}/onUnknown of the kind "${context.kind}"`;
      throw new HookgramError("handler-failed", `${what} failed: ${reason}`, { cause: error });
    }
  }
}
