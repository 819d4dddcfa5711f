import { parseBotToken } from "@hookgram/bot-api";
import { dirname, join } from "node:path";

import type { StopReport } from "../engine/engine.ts";
import { RuntimeError } from "../error.ts";
import type { WebhookMount } from "../hosts/webhook-mount.ts";
import { ANSWERS } from "../receiver/answer.ts";
import { type NodeListener, send, targetOf } from "../receiver/node-listener.ts";
import type { Receiver } from "../receiver/receiver.ts";
import { DEFAULT_STORE_PATH } from "./bot-runner.ts";
import type { RunStats, StopOptions } from "./handle.ts";
import { mount, type MountHandle } from "./mount.ts";
import { defaultPath, type WebhookOptions } from "./webhook-host.ts";

/** What {@link mountBots} returns: for an HTTP server it is one mount, whatever bots there are. */
export interface BotsHandle extends WebhookMount {
  /**
   * Starts one more bot, as {@link mount} does. Its `stop` takes it out again, at any time; a bot
   * that does not become ready takes itself out. Bots may share their `bot`: its routers see by
   * `me` and `api` which bot an update is for, and state is each bot's own.
   * @throws RuntimeError `stopping` after {@link BotsHandle.stop}; `bad-options`, also when the bot
   * or its path is there already; what {@link mount} throws.
   */
  add(options: WebhookOptions): MountHandle;
  get(botId: number): MountHandle | undefined;
  /** The bots that were added and have not stopped, by their ids. */
  list(): ReadonlyMap<number, MountHandle>;
  /** Of every bot, by its id. */
  stats(): ReadonlyMap<number, RunStats>;
  /** Stops all bots at the same time and takes no more. */
  stop(options?: StopOptions): Promise<ReadonlyMap<number, StopReport>>;
}

/**
 * Many bots in one HTTP server by one mount, each with its own path and secret, added and removed
 * while the server runs.
 *
 * Every bot has an engine and a store of its own, so that one whose store fails, whose updates pile
 * up or whose start hook throws does not hold up the others. Unless it is said otherwise, the store
 * is the SQLite file `.hookgram/bot-ID.sqlite`. That costs a thread and some 25 MB per bot. With
 * PostgreSQL, give each bot a database: the lanes of one belong to engines that run the same bots.
 *
 * Once a bot has stopped, its path is the server's again: what is answered there must not be a 2xx,
 * or Telegram takes the update for received.
 */
export function mountBots(): BotsHandle {
  return new MountedBots();
}

/**
 * States: open → stopped (by {@link MountedBots.stop}). A bot is found by its path from `add` until
 * its stop has ended; meanwhile its receiver answers 503 when it does not take updates.
 *
 * **Invariant:** a bot's id and a path are there once at most.
 */
class MountedBots implements BotsHandle {
  readonly #byId = new Map<number, MountHandle>();
  readonly #byPath = new Map<string, MountHandle>();
  #isStopped = false;

  add(options: WebhookOptions): MountHandle {
    if (this.#isStopped) throw new RuntimeError("stopping", "the bots of this mount are stopped");
    const botId = botIdOf(options);
    // Without an id there is no bot, and `mount` says why.
    if (botId === undefined) return mount(options);
    const path = options.path ?? defaultPath(botId);
    this.#assertFree(botId, path);
    const store = options.store ?? join(dirname(DEFAULT_STORE_PATH), `bot-${botId}.sqlite`);
    const mounted = mount({ ...options, path, store });
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
    return new Map(await Promise.all(stopping));
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

  #mountFor(target: string): MountHandle | undefined {
    const end = target.indexOf("?");
    return this.#byPath.get(end === -1 ? target : target.slice(0, end));
  }

  #assertFree(botId: number, path: string): void {
    const taken = this.#byId.has(botId) ? `bot ${botId}` : this.#byPath.has(path) && path;
    if (taken === false) return;
    const mend = "wait for its stop, or give another";
    throw new RuntimeError("bad-options", `${taken} is there already; ${mend}`);
  }
}

function botIdOf({ api, botId, token }: WebhookOptions): number | undefined {
  if (api !== undefined && botId !== undefined) return botId;
  const parsed = token === undefined ? undefined : parseBotToken(token);
  return parsed?.ok === true ? parsed.botId : undefined;
}
