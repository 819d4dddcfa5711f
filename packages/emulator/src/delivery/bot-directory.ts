import type { User } from "@hookgram/bot-api";
import { readBotToken } from "../http/bot-token.ts";
import { Refusal } from "../methods/method.ts";
import { BotSession } from "./bot-session.ts";
import type { BotSessionOptions } from "./bot-session.ts";

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
  readonly onBot?: (user: User) => void;
}

interface Entry {
  readonly secret: string;
  readonly session: BotSession;
}

/**
 * The bots of this server, by token. As long as nobody has named a bot, the first well-formed token
 * of an id makes that bot; the test environment has accounts of its own.
 *
 * **Invariant:** an id keeps the secret that it was first seen with; another one is refused.
 */
export class BotDirectory {
  readonly #options: BotDirectoryOptions;
  readonly #entries = new Map<string, Entry>();
  #isOpen = true;

  constructor(options: BotDirectoryOptions) {
    this.#options = options;
  }

  /** All bots of the production environment. */
  get sessions(): readonly BotSession[] {
    return [...this.#entries].flatMap(([key, { session }]) => (isTestKey(key) ? [] : [session]));
  }

  /** The bots of both environments, by the name they have in snapshots. */
  get all(): ReadonlyMap<string, { readonly secret: string; readonly session: BotSession }> {
    return this.#entries;
  }

  /** Whether any well-formed token makes a bot. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** From now on only bots that were named exist. */
  close(): void {
    this.#isOpen = false;
  }

  session(botId: number): BotSession | undefined {
    return this.#entries.get(String(botId))?.session;
  }

  /** Makes a bot known; throws a `Refusal` for a token that cannot be one. */
  add(spec: BotSpec): BotSession {
    const { botId, secret } = checkToken(spec.token);
    return this.#create(String(botId), secret, toUser(botId, spec));
  }

  /** The bot that a token of a request speaks for; throws the refusal of Telegram's server. */
  authorize(token: string, isTest: boolean): BotSession {
    const { botId, secret } = checkToken(token);
    const key = isTest ? `${botId}/test` : String(botId);
    const known = this.#entries.get(key);
    if (known?.secret === secret) return known.session;
    if (known !== undefined || !(this.#isOpen || isTest)) throw new Refusal(401, "Unauthorized");
    return this.#create(key, secret, toUser(botId, { token }));
  }

  /** Forgets all bots. */
  clear(): void {
    this.#entries.clear();
  }

  #create(key: string, secret: string, user: User): BotSession {
    const session = new BotSession({ ...this.#options, user });
    this.#entries.set(key, { secret, session });
    if (!isTestKey(key)) this.#options.onBot?.(user);
    return session;
  }
}

function isTestKey(key: string): boolean {
  return key.endsWith("/test");
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
