import { systemClock } from "@hookgram/bot-api";
import type { User } from "@hookgram/bot-api";
import { METHODS } from "@hookgram/bot-api/schema";
import { connectUsers } from "./client/connect-users.ts";
import type { TelegramUsers } from "./client/user-client.ts";
import { VirtualClock } from "./clock/virtual-clock.ts";
import { BotDirectory } from "./delivery/bot-directory.ts";
import type { BotSession } from "./delivery/bot-session.ts";
import { collectExpiredUpdates } from "./delivery/expiry-collector.ts";
import { systemResolver } from "./delivery/resolve-host.ts";
import type { WebhookReply } from "./delivery/webhook-reply.ts";
import { fileAtPath } from "./files/file-store.ts";
import { genericMethod } from "./generic/generic-method.ts";
import type { ControlHost } from "./control/control-host.ts";
import { createControl } from "./control/create-control.ts";
import { FaultBook } from "./faults/fault-book.ts";
import { FloodLimits } from "./faults/flood-limits.ts";
import { BotApiEndpoint } from "./http/bot-api-endpoint.ts";
import { newToken } from "./delivery/new-token.ts";
import { FileEndpoint } from "./http/file-endpoint.ts";
import type { ServedFile } from "./http/file-endpoint.ts";
import { HttpHost } from "./http/http-host.ts";
import { MethodCaller } from "./http/method-caller.ts";
import type { InterceptProxy } from "./intercept/intercept-proxy.ts";
import { Journal } from "./journal/journal.ts";
import { createMethods } from "./methods/create-methods.ts";
import { replayMethods } from "./recording/replay-methods.ts";
import { SessionRecorder } from "./recording/session-recorder.ts";
import { SessionReplay } from "./recording/session-replay.ts";
import type { MethodTable } from "./methods/method.ts";
import { webhookMethods } from "./methods/webhook-methods.ts";
import { seededRandom } from "./seeded-random.ts";
import { SnapshotFile } from "./snapshot-file.ts";
import type { TelegramSnapshot } from "./snapshot-file.ts";
import type { TelegramOptions } from "./telegram-options.ts";
import { registerBot } from "./world/directory.ts";
import type { WorldPorts } from "./world/ports.ts";
import { World } from "./world/world.ts";

/**
 * Composes the emulator: clock, world, bots, methods, faults, recording and the one port.
 *
 * States: made (nothing listens; a snapshot file is held) → listening → closed. What survives is what
 * the snapshot file holds.
 */
export class LocalTelegram {
  readonly clock: VirtualClock;
  readonly journal: Journal;
  readonly world: World;
  readonly bots: BotDirectory;
  readonly faults: FaultBook;
  readonly floodLimits: FloodLimits;
  readonly replay: SessionReplay | undefined;
  readonly #recorder: SessionRecorder | undefined;
  readonly #options: TelegramOptions;
  readonly #random: () => number;
  readonly #caller: MethodCaller;
  readonly #file: SnapshotFile | undefined;
  readonly #stopCollector: () => void;
  #http: HttpHost | undefined;
  #proxy: InterceptProxy | undefined;

  constructor(options: TelegramOptions) {
    this.#options = options;
    const { seed } = options;
    this.#random = options.random ?? (seed === undefined ? Math.random : seededRandom(seed));
    this.clock = options.clock ?? new VirtualClock();
    this.journal = new Journal({ clock: this.clock });
    this.world = this.#createWorld();
    this.faults = new FaultBook(this.#random);
    this.floodLimits = new FloodLimits(this.clock, options.floodLimits ?? false);
    this.#recorder = this.#openRecorder();
    this.replay = this.#openReplay();
    this.bots = this.#createBots();
    const { clock, journal } = this;
    const knownMethods = Object.keys(METHODS);
    const generic =
      options.generic === false ? undefined : (name: string) => genericMethod(name, this.world);
    const methods = this.#methods();
    this.#caller = new MethodCaller({
      clock,
      journal,
      methods,
      knownMethods,
      generic,
      floodWaitS: ({ bot, method, params }) => {
        const chatId = params.integer("chat_id") ?? 0;
        return this.floodLimits.take({ botId: bot.id, method, chatId });
      },
      onAnswer: ({ bot, params }, method, answer) =>
        this.#recorder?.call(bot.id, method, params, answer),
    });
    this.#file = this.#openSnapshotFile();
    this.#stopCollector = collectExpiredUpdates(clock, this.bots);
  }

  get url(): string {
    return this.#http?.url ?? "";
  }

  get proxy(): InterceptProxy | undefined {
    return this.#proxy;
  }

  get users(): TelegramUsers {
    return connectUsers(this.controlUrl);
  }

  get controlUrl(): string {
    return `${this.url}/control`;
  }

  async listen(): Promise<void> {
    const { host = "127.0.0.1", port = 8081, page } = this.#options;
    const { bots, clock, faults } = this;
    const api = new BotApiEndpoint({ bots, caller: this.#caller, faults, clock });
    const files = new FileEndpoint(this.bots, (path) => this.#findFile(path));
    this.#http = await HttpHost.listen({
      host,
      port,
      api: (request, response, target) => api.handle(request, response, target),
      file: (request, response, target) => files.handle(request, response, target),
      control: createControl(this.#controlHost()),
      page,
    });
    await this.#intercept(this.#http);
  }

  snapshot(): TelegramSnapshot {
    return {
      version: 1,
      bots: this.bots.snapshot(),
      world: this.world.snapshot(),
      ahead_ms: Math.max(0, this.clock.now() - systemClock.now()),
    };
  }

  restore(snapshot: TelegramSnapshot): void {
    this.world.restore(snapshot.world);
    this.bots.restore(snapshot.bots);
  }

  async close(): Promise<void> {
    await this.#proxy?.close();
    await this.#http?.close();
    this.#file?.close();
    this.#recorder?.close();
    this.bots.clear();
    this.#stopCollector();
    this.clock.close();
  }

  async #intercept(http: HttpHost): Promise<void> {
    const { host = "127.0.0.1", intercept } = this.#options;
    if (intercept === undefined) return;
    // Loaded where it is wanted: without TLS and certificates a test has its emulator sooner.
    const { InterceptProxy } = await import("./intercept/intercept-proxy.ts");
    this.#proxy = await InterceptProxy.listen({
      host,
      port: intercept.port,
      accept: (connection) => http.accept(connection),
      nowMs: systemClock.now(),
    });
  }

  #createWorld(): World {
    const { world: file } = this.#options;
    const ports = {
      clock: this.clock,
      random: this.#random,
      publish: (botId, kind, payload) => this.bots.session(botId)?.publish(kind, payload),
      tokenOf: (botId) => this.bots.token(botId) ?? this.#replaceToken(botId),
      replaceToken: (botId) => this.#replaceToken(botId),
      record: (event) => void this.journal.append(event),
    } satisfies WorldPorts;
    return new World(ports, file === undefined ? {} : { file });
  }

  #createBots(): BotDirectory {
    const { clock, journal } = this;
    const { world: file, resolver = systemResolver } = this.#options;
    const bots = new BotDirectory({
      clock,
      journal,
      random: this.#random,
      resolver,
      isCloud: this.#options.cloudRules ?? false,
      faults: this.faults,
      serverStartedAtMs: clock.monotonic(),
      onUpdate: (update) => this.#recorder?.update(update),
      onBot: (user: User) => registerBot(this.world, user),
      onReply: (bot: BotSession, reply: WebhookReply) => this.#runReply(bot, reply),
    });
    const named = file?.bots ?? [];
    for (const { token, username, name } of named) bots.add({ token, username, name });
    bots.setOpen(named.length === 0);
    return bots;
  }

  #methods(): MethodTable {
    if (this.replay !== undefined) return replayMethods(this.replay, webhookMethods());
    return new Map([...webhookMethods(), ...createMethods(this.world)]);
  }

  #replaceToken(botId: number, token = newToken(botId, this.#random)): string {
    return this.bots.revoke(botId, token);
  }

  #findFile(filePath: string): ServedFile | undefined {
    const file = this.replay?.file(filePath) ?? fileAtPath(this.world, filePath);
    if (file !== undefined) this.#recorder?.file(filePath, file);
    return file;
  }

  #openRecorder(): SessionRecorder | undefined {
    const { recordPath } = this.#options;
    if (recordPath === undefined) return undefined;
    const recorder = new SessionRecorder(recordPath, this.clock);
    this.journal.subscribe((entry) => recorder.entry(entry));
    return recorder;
  }

  /** What was recorded long ago would be too old to be delivered now, so it is that time again. */
  #openReplay(): SessionReplay | undefined {
    const { recording } = this.#options;
    if (recording === undefined) return undefined;
    if (recording[0] !== undefined) this.clock.setWallClock(recording[0].at_ms);
    return new SessionReplay(recording, (botId, kind, payload) =>
      this.bots.session(botId)?.publish(kind, payload as never),
    );
  }

  #controlHost(): ControlHost {
    const { world, clock, journal, bots } = this;
    return {
      world,
      clock,
      journal,
      faults: this.faults,
      floodLimits: this.floodLimits,
      publish: (botId, kind, payload) => bots.session(botId)?.publish(kind, payload),
      addBot: ({ token, username, name }) => void bots.add({ token, username, name }),
      webAppKey: (botId) => bots.webAppKey(botId),
      revokeToken: (botId, token) => this.#replaceToken(botId, token),
      snapshot: () => this.snapshot(),
      restore: (snapshot) => this.restore(snapshot),
      reset: () => {
        bots.dropUpdates();
        world.reset();
      },
    };
  }

  /** A reply's result goes nowhere; the clock waits for it like for any other I/O. */
  #runReply(bot: BotSession, { method, params }: WebhookReply): void {
    const end = this.clock.activity.begin();
    const { signal } = new AbortController();
    void this.#caller.call({ bot, method, params, signal, via: "webhook-reply" }).finally(end);
  }

  #openSnapshotFile(): SnapshotFile | undefined {
    const { snapshotPath, onWarning = (line) => process.emitWarning(line) } = this.#options;
    if (snapshotPath === undefined) return undefined;
    const take = () => this.snapshot();
    const file = new SnapshotFile(snapshotPath, { clock: systemClock, take, warn: onWarning });
    try {
      const snapshot = file.read();
      if (snapshot !== undefined) this.#takeUp(snapshot);
      file.save();
    } catch (error) {
      file.abandon();
      throw error;
    }
    this.journal.subscribe(() => file.touch());
    return file;
  }

  /** Hours that somebody let pass stay passed; a clock of the caller's own is the caller's affair. */
  #takeUp(snapshot: TelegramSnapshot): void {
    const { ahead_ms: aheadMs = 0 } = snapshot;
    if (this.#options.clock === undefined) this.clock.setWallClock(this.clock.now() + aheadMs);
    this.restore(snapshot);
  }
}
