import { parseBotToken, systemClock } from "@hookgram/bot-api";
import type { Logger } from "hookgram";
import { dirname, join } from "node:path";

import type { EngineOptions, StopReport } from "../engine/engine.ts";
import { RuntimeError } from "../error.ts";
import type { WebhookMount } from "../hosts/webhook-mount.ts";
import { ANSWERS } from "../receiver/answer.ts";
import { type NodeListener, send, targetOf } from "../receiver/node-listener.ts";
import type { Receiver } from "../receiver/receiver.ts";
import type { Store } from "../store/store.ts";
import { DEFAULT_STORE_PATH, storeAt, TUNING } from "./bot-runner.ts";
import type { RunStats, StopOptions } from "./handle.ts";
import { createLineLogger } from "./line-logger.ts";
import { mount, type MountHandle, mountHost } from "./mount.ts";
import { reportOwnSecret } from "./secret-file.ts";
import { SharedEngine } from "./shared-engine.ts";
import { defaultPath, WebhookHost, type WebhookOptions } from "./webhook-host.ts";

/** Options of {@link mountBots}: those of the engine that its bots share. */
export interface BotsOptions extends Omit<EngineOptions, "store" | "bots"> {
  /** A store, or the path of a SQLite file. Default `.hookgram/bots.sqlite`. */
  readonly store?: Store | string | undefined;
}

/** What {@link mountBots} returns. To an HTTP server it is one mount, whichever bots there are. */
export interface BotsHandle extends WebhookMount {
  /**
   * Adds and starts a bot, as {@link mount} does. The `stop` of its handle removes it, at any time;
   * its pending updates stay in the store. A bot that does not become ready is removed. Several bots
   * may share one `bot`: its routers see by `me` and `api` which bot an update is for, and each has
   * its own state. A bot with a `store` of its own also has an engine of its own.
   * @throws RuntimeError `stopping` after {@link BotsHandle.stop}; `bad-options` when the bot or its
   * path was added already, or for an option that belongs to the shared engine; what {@link mount}
   * throws.
   */
  add(options: WebhookOptions): MountHandle;
  get(botId: number): MountHandle | undefined;
  /** The bots that were added and have not stopped, by their ids. */
  list(): ReadonlyMap<number, MountHandle>;
  /** The counts of every bot, by its id. */
  stats(): ReadonlyMap<number, RunStats>;
  /** Stops all bots at the same time; none can be added afterwards. Resolves to reports by bot id. */
  stop(options?: StopOptions): Promise<ReadonlyMap<number, StopReport>>;
}

/**
 * Mounts many bots in one HTTP server, each with its own path and secret. They can be added and
 * removed while the server runs.
 *
 * The bots share one engine and one store, so that an idle bot costs only its receiver and its
 * client: a few kilobytes. Nodes that share a PostgreSQL store must run the same bots. A bot that is
 * added with a `store` has its own engine, and nothing that happens to the others delays it; that
 * costs a thread and some 25 MB.
 *
 * Once a bot has stopped, requests to its path reach the server again, which must not answer them
 * with 2xx: Telegram would take the update for received.
 */
export function mountBots(options: BotsOptions = {}): BotsHandle {
  return new MountedBots(options);
}

/**
 * States: open → stopped (by {@link MountedBots.stop}). From `add` until its stop has ended a bot
 * answers at its path; with 503 while it does not take updates.
 *
 * **Invariant:** no two bots have the same id or the same path.
 */
class MountedBots implements BotsHandle {
  readonly #byId = new Map<number, MountHandle>();
  readonly #byPath = new Map<string, MountHandle>();
  readonly #shared: SharedEngine;
  readonly #folder: string;
  readonly #logger: Logger;
  /** Whether other nodes may have the store, too. */
  readonly #isShared: boolean;
  #isStopped = false;

  constructor(options: BotsOptions) {
    const { clock = systemClock, logger = createLineLogger(), store, ...rest } = options;
    const place = store ?? join(dirname(DEFAULT_STORE_PATH), "bots.sqlite");
    this.#logger = logger;
    this.#isShared = typeof place !== "string" && place.isShared;
    this.#folder = dirname(typeof place === "string" ? place : DEFAULT_STORE_PATH);
    const makeStore = (): Store => storeAt(place, clock);
    this.#shared = new SharedEngine({ ...rest, clock, logger, makeStore });
  }

  add(options: WebhookOptions): MountHandle {
    if (this.#isStopped) throw new RuntimeError("stopping", "the bots of this mount are stopped");
    const botId = botIdOf(options);
    // Without an id there is no bot, and `mount` says why.
    if (botId === undefined) return mount(options);
    const path = options.path ?? defaultPath(botId);
    this.#assertFree(botId, path);
    const mounted =
      options.store === undefined
        ? this.#mountShared({ ...options, path }, botId)
        : mount({ ...options, path });
    const remove = (): void => {
      this.#byId.delete(botId);
      this.#byPath.delete(path);
    };
    let stopped: Promise<StopReport> | undefined;
    const stop = (stopOptions?: StopOptions): Promise<StopReport> =>
      (stopped ??= mounted.stop(stopOptions).finally(remove));
    const handle: MountHandle = { ...mounted, stop };
    this.#byId.set(botId, handle);
    this.#byPath.set(path, handle);
    mounted.ready.catch(() => void stop());
    return handle;
  }

  get(botId: number): MountHandle | undefined {
    return this.#byId.get(botId);
  }

  list(): ReadonlyMap<number, MountHandle> {
    return new Map(this.#byId);
  }

  stats(): ReadonlyMap<number, RunStats> {
    return new Map([...this.#byId].map(([botId, handle]) => [botId, handle.stats()]));
  }

  async stop(options?: StopOptions): Promise<ReadonlyMap<number, StopReport>> {
    this.#isStopped = true;
    const stopping = [...this.#byId].map(
      async ([botId, handle]) => [botId, await handle.stop(options)] as const,
    );
    const reports = new Map(await Promise.all(stopping));
    await this.#shared.stop();
    return reports;
  }

  receiverFor(target: string): Receiver | undefined {
    return this.#mountFor(target)?.receiver;
  }

  readonly listener: NodeListener = (request, response, next) => {
    const handle = this.#mountFor(targetOf(request));
    if (handle !== undefined) handle.listener(request, response);
    else if (next !== undefined) next();
    else send(response, ANSWERS.notFound);
  };

  #mountShared(options: WebhookOptions, botId: number): MountHandle {
    const strange = TUNING.find((name) => options[name] !== undefined);
    if (strange !== undefined) {
      const mend = "give it to mountBots, or give the bot a store";
      throw new RuntimeError("bad-options", `${strange} is the shared engine's; ${mend}`);
    }
    const ownPath = join(this.#folder, `webhook-secret-${botId}`);
    const { secret, secretPath = ownPath, logger = this.#logger } = options;
    if (this.#isShared && secret === undefined && options.secretPath === undefined) {
      reportOwnSecret(secretPath, logger);
    }
    return mountHost(new WebhookHost({ ...options, secretPath }, this.#shared));
  }

  #mountFor(target: string): MountHandle | undefined {
    const end = target.indexOf("?");
    return this.#byPath.get(end === -1 ? target : target.slice(0, end));
  }

  #assertFree(botId: number, path: string): void {
    const taken = this.#byId.has(botId) ? `bot ${botId}` : this.#byPath.has(path) && path;
    if (taken === false) return;
    const mend = "wait for its stop, or give another";
    throw new RuntimeError("bad-options", `${taken} is in use already; ${mend}`);
  }
}

function botIdOf({ api, botId, token }: WebhookOptions): number | undefined {
  if (api !== undefined && botId !== undefined) return botId;
  const parsed = token === undefined ? undefined : parseBotToken(token);
  return parsed?.ok === true ? parsed.botId : undefined;
}
