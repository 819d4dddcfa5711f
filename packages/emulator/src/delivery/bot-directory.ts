import { createHash } from "node:crypto";
import type { User } from "@hookgram/bot-api";
import { readBotToken } from "../http/bot-token.ts";
import { Refusal } from "../methods/method.ts";
import { webAppKey } from "../web-app/init-data.ts";
import { BotSession } from "./bot-session.ts";
import type { BotSessionOptions, SessionSnapshot } from "./bot-session.ts";

/** A bot as a world file or the control interface names it. */
export interface BotSpec {
  readonly token: string;
  /** Default: derived from the id. */
  readonly username?: string | undefined;
  /** Default: derived from the id. */
  readonly name?: string | undefined;
}

export interface BotDirectoryOptions extends Omit<BotSessionOptions, "user"> {
  /** Called for each bot of the production environment as it becomes known. */
  readonly onBot: (user: User) => void;
}

/** The JSON form of the directory, for snapshots. Tokens are kept as digests only. */
export type DirectorySnapshot = readonly (SessionSnapshot & {
  readonly key: string;
  readonly user: User;
  readonly secret_digest: string;
})[];

interface Entry {
  readonly secretDigest: string;
  readonly session: BotSession;
}

const TEST_SUFFIX = "/test";

/**
 * The bots of this server, by token. As long as nobody has named a bot, the first well-formed token
 * of an id makes that bot. The test environment has accounts of its own under the same ids.
 *
 * **Invariant:** an id keeps the secret that it was first seen with, or that it got when that was
 * revoked; another one is refused.
 */
export class BotDirectory {
  readonly #options: BotDirectoryOptions;
  readonly #entries = new Map<string, Entry>();
  /** In memory only: nothing in a snapshot can speak for a bot. */
  readonly #webAppKeys = new Map<number, Uint8Array>();
  /** Likewise; only bots that manage others are told. */
  readonly #tokens = new Map<number, string>();
  #isOpen = true;

  constructor(options: BotDirectoryOptions) {
    this.#options = options;
  }

  /** Lets only named bots in from now on; `true` lets any well-formed token make a bot again. */
  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
  }

  /** All bots of the production environment. */
  get sessions(): readonly BotSession[] {
    return [...this.#entries].flatMap(([key, { session }]) =>
      key.endsWith(TEST_SUFFIX) ? [] : [session],
    );
  }

  /** A bot of the production environment. */
  session(botId: number): BotSession | undefined {
    return this.#entries.get(String(botId))?.session;
  }

  /** Makes a bot known, or returns the one that it is already; throws a `Refusal` for a bad token. */
  add(spec: BotSpec): BotSession {
    const { botId, secret } = checkToken(spec.token);
    const known = this.#find(String(botId), secret);
    const session = known ?? this.#create(String(botId), digest(secret), toUser(botId, spec));
    this.#noteToken(spec.token, session);
    return session;
  }

  /** The bot that a token of a request speaks for; throws the refusal of Telegram's server. */
  authorize(token: string, isTest: boolean): BotSession {
    const { botId, secret } = checkToken(token);
    const key = isTest ? `${botId}${TEST_SUFFIX}` : String(botId);
    const known = this.#find(key, secret);
    if (known === undefined && !this.#isOpen) throw new Refusal(401, "Unauthorized");
    const session = known ?? this.#create(key, digest(secret), toUser(botId, { token }));
    if (!isTest) this.#noteToken(token, session);
    return session;
  }

  /**
   * Takes a bot's token away and gives it `token`, which is also the answer. Calls that wait end with
   * 401 and the webhook is forgotten; waiting updates stay.
   */
  revoke(botId: number, token: string): string {
    const { botId: tokenId, secret } = checkToken(token);
    const entry = this.#entries.get(String(botId));
    if (entry === undefined || tokenId !== botId) throw new Refusal(401, "Unauthorized");
    entry.session.life.revoke();
    this.#entries.set(String(botId), { ...entry, secretDigest: digest(secret) });
    this.#webAppKeys.set(botId, webAppKey(token));
    this.#tokens.set(botId, token);
    return token;
  }

  /** A bot's token, once it was seen. */
  token(botId: number): string | undefined {
    return this.#tokens.get(botId);
  }

  /** What signs the init data of a bot's Web Apps, once its token was seen. */
  webAppKey(botId: number): Uint8Array | undefined {
    return this.#webAppKeys.get(botId);
  }

  /** Drops the waiting updates of all bots. */
  dropUpdates(): void {
    for (const { session } of this.#entries.values()) session.dropUpdates();
  }

  /** Ends all polls and deliveries and forgets all bots. */
  clear(): void {
    for (const { session } of this.#entries.values()) session.stop();
    this.#entries.clear();
  }

  /** What Telegram's collector does in every queue. */
  collectExpired(nowS: number): void {
    for (const { session } of this.#entries.values()) session.queue.collectExpired(nowS);
  }

  snapshot(): DirectorySnapshot {
    return [...this.#entries].map(([key, { session, secretDigest }]) => {
      return { key, user: session.user, secret_digest: secretDigest, ...session.snapshot() };
    });
  }

  /**
   * Goes on from a snapshot. Bots that are known now and not in it stay, with empty queues; no bot
   * gets an update id for the second time.
   */
  restore(snapshot: DirectorySnapshot): void {
    const present = new Map(this.#entries);
    this.clear();
    for (const { key, user, secret_digest: secretDigest, ...session } of snapshot) {
      // A bot that a world file names with another secret since then has got a new token.
      const current = present.get(key);
      const restored = this.#create(key, current?.secretDigest ?? secretDigest, user);
      restored.restore(session, current?.session.queue.tailId);
    }
    for (const [key, { secretDigest, session }] of present) {
      if (this.#entries.has(key)) continue;
      const queue = { next_id: session.queue.tailId, updates: [] };
      this.#create(key, secretDigest, session.user).restore({ queue });
    }
  }

  #noteToken(token: string, { id }: BotSession): void {
    if (this.#tokens.has(id)) return;
    this.#tokens.set(id, token);
    this.#webAppKeys.set(id, webAppKey(token));
  }

  #find(key: string, secret: string): BotSession | undefined {
    const known = this.#entries.get(key);
    if (known === undefined) return undefined;
    if (known.secretDigest !== digest(secret)) throw new Refusal(401, "Unauthorized");
    return known.session;
  }

  #create(key: string, secretDigest: string, user: User): BotSession {
    const session = new BotSession({ ...this.#options, user });
    this.#entries.set(key, { secretDigest, session });
    if (!key.endsWith(TEST_SUFFIX)) this.#options.onBot(user);
    return session;
  }
}

function digest(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

function checkToken(token: string): { readonly botId: number; readonly secret: string } {
  const outcome = readBotToken(token);
  if (!outcome.ok) throw new Refusal(outcome.errorCode, outcome.description);
  return outcome;
}

function toUser(id: number, spec: BotSpec): User {
  return {
    id,
    is_bot: true,
    first_name: spec.name ?? `Bot ${id}`,
    username: spec.username ?? `local_${id}_bot`,
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
  };
}
