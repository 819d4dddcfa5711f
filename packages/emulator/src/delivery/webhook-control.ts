import { clampedInteger } from "../http/lenient-values.ts";
import { Described, Refusal } from "../methods/method.ts";
import type { Params } from "../methods/method.ts";
import type { AllowedUpdates } from "./allowed-updates.ts";
import type { ConflictThrottle } from "./conflict-throttle.ts";
import type { LongPoll } from "./long-poll.ts";
import type { UpdateQueue } from "./update-queue.ts";
import type { WebhookReply } from "./webhook-reply.ts";
import { Webhook } from "./webhook.ts";
import type { WebhookEnvironment, WebhookSettings } from "./webhook.ts";
import type { AttemptReport } from "./webhook-sender.ts";
import { parseWebhookUrl } from "./webhook-url.ts";

const SET_INTERVAL_MS = 1_000;
const CERTIFICATE_MAX_BYTES = 3 << 20;
const SECRET_MAX_LENGTH = 256;
const CLOUD_CONNECTIONS = { fallback: 40, min: 1, max: 100 };
const LOCAL_CONNECTIONS = { fallback: 100, min: 1, max: 100_000 };

export interface WebhookControlOptions extends WebhookEnvironment {
  readonly queue: UpdateQueue;
  readonly allowed: AllowedUpdates;
  readonly conflicts: ConflictThrottle;
  readonly polling: LongPoll;
  readonly onAttempt: (report: AttemptReport) => void;
  readonly onReply: (reply: WebhookReply) => void;
  /** A webhook was verified, or went away. */
  readonly onChanged: (state: "set" | "deleted", url: string) => void;
}

/** The JSON form of a webhook, for snapshots. */
export interface WebhookSnapshot {
  readonly url: string;
  readonly secret_token: string;
  readonly max_connections: number;
  readonly fixed_ip_address: string;
  readonly ip_address: string;
  readonly certificate?: string;
}

/** A setWebhook call that waits for its webhook to be verified. */
interface PendingCall {
  readonly reject: (reason: Error) => void;
}

/**
 * setWebhook, deleteWebhook and getWebhookInfo of one bot.
 *
 * States: none → verifying → set → none. A setWebhook removes the old webhook before it looks at
 * the new one, so a call that fails leaves the bot without a webhook. Parameters that are left out
 * fall back to their defaults; only `allowed_updates` is kept.
 * @see https://core.telegram.org/bots/api#setwebhook
 * @see tdlib/telegram-bot-api, Client.cpp, process_set_webhook_query
 */
export class WebhookControl {
  readonly #options: WebhookControlOptions;
  #webhook: Webhook | undefined;
  #pending: PendingCall | undefined;
  #setAllowedAtMs = -Infinity;

  constructor(options: WebhookControlOptions) {
    this.#options = options;
  }

  /** Whether getUpdates is refused: a webhook is set or being set. */
  get isActive(): boolean {
    return this.#webhook !== undefined;
  }

  /** setWebhook, and deleteWebhook with an empty `url`. */
  async set(params: Params, url: string): Promise<Described> {
    if (url !== "") this.#limitRate();
    const wanted = this.#readSettings(params, url);
    if (this.#pending !== undefined) this.#terminatePending(this.#pending);
    else if (this.#isUnchanged(wanted, params)) {
      this.#options.allowed.apply(params.text("allowed_updates"));
      return new Described(true, `Webhook is already ${url === "" ? "deleted" : "set"}`);
    }
    if (url !== "") this.#options.polling.cutForWebhook();
    const wasDeleted = this.remove();
    if (params.boolean("drop_pending_updates")) this.#options.queue.keepNewest(0);
    if (url !== "") return this.#create(wanted, params);
    return new Described(true, wasDeleted ? "Webhook was deleted" : "Webhook is already deleted");
  }

  /** The answer to getWebhookInfo, with its fields in the order of the original. */
  info(): Record<string, unknown> {
    const webhook = this.#webhook;
    const error = webhook?.lastError;
    const listed = this.#options.allowed.listed;
    return {
      url: webhook?.settings.url ?? "",
      has_custom_certificate: webhook?.settings.certificate !== undefined,
      pending_update_count: this.#options.queue.size,
      ...(error && {
        last_error_date: Math.floor(error.atMs / 1000),
        last_error_message: error.text,
      }),
      ...(webhook && {
        max_connections: webhook.settings.connectionsMax,
        ip_address: webhook.ipAddress || "<unknown>",
      }),
      ...(listed && { allowed_updates: listed }),
    };
  }

  /** Tells the webhook that the queue has grown. */
  update(): void {
    this.#webhook?.update();
  }

  /** Removes the webhook; false when there was none. */
  remove(): boolean {
    const webhook = this.#webhook;
    if (webhook === undefined) return false;
    this.#webhook = undefined;
    webhook.stop();
    if (webhook.isDelivering) this.#options.onChanged("deleted", webhook.settings.url);
    return true;
  }

  /** Cuts the connections and keeps the settings; `restore` goes on with them. */
  suspend(): WebhookSnapshot | undefined {
    const snapshot = this.snapshot();
    this.#webhook?.stop();
    this.#webhook = undefined;
    return snapshot;
  }

  snapshot(): WebhookSnapshot | undefined {
    const webhook = this.#webhook;
    if (webhook === undefined || this.#pending !== undefined) return undefined;
    const { url, secretToken, connectionsMax, fixedAddress, certificate } = webhook.settings;
    return {
      url,
      secret_token: secretToken,
      max_connections: connectionsMax,
      fixed_ip_address: fixedAddress,
      ip_address: webhook.ipAddress,
      ...(certificate === undefined ? {} : { certificate }),
    };
  }

  /** Answers a setWebhook call that still waits, because its bot stops. */
  fail(refusal: Refusal): void {
    this.#pending?.reject(refusal);
    this.#pending = undefined;
  }

  /**
   * Goes on with a webhook from before a restart, without verifying it again. One that the rules of
   * this start forbid is forgotten.
   */
  restore(snapshot: WebhookSnapshot): void {
    const settings = {
      url: snapshot.url,
      secretToken: snapshot.secret_token,
      connectionsMax: snapshot.max_connections,
      fixedAddress: snapshot.fixed_ip_address,
      certificate: snapshot.certificate,
    };
    const webhook = this.#newWebhook(settings);
    if (webhook?.mayResume !== true) return;
    this.#webhook = webhook;
    webhook.resume(snapshot.ip_address);
  }

  #limitRate(): void {
    const nowMs = this.#options.clock.monotonic();
    if (nowMs < this.#setAllowedAtMs) {
      throw new Refusal(429, "Too Many Requests: retry after 1", { retry_after: 1 });
    }
    this.#setAllowedAtMs = nowMs + SET_INTERVAL_MS;
  }

  #readSettings(params: Params, url: string): WebhookSettings {
    const range = this.#options.isCloud ? CLOUD_CONNECTIONS : LOCAL_CONNECTIONS;
    const certificate = params.file("certificate");
    return {
      url,
      secretToken: params.text("secret_token") ?? "",
      connectionsMax: clampedInteger(params.text("max_connections"), range),
      fixedAddress: params.text("ip_address") ?? "",
      certificate: certificate && Buffer.from(certificate.bytes).toString("latin1"),
    };
  }

  #terminatePending(pending: PendingCall): void {
    this.#pending = undefined;
    this.#options.conflicts.refuse("Conflict: terminated by other setWebhook", pending.reject);
  }

  #isUnchanged(wanted: WebhookSettings, params: Params): boolean {
    if (params.boolean("drop_pending_updates")) return false;
    const current = this.#webhook?.settings;
    if (wanted.url === "" || current === undefined) return wanted.url === (current?.url ?? "");
    const names = ["url", "secretToken", "connectionsMax", "fixedAddress"] as const;
    const hasCertificate = wanted.certificate !== undefined || current.certificate !== undefined;
    return !hasCertificate && names.every((name) => wanted[name] === current[name]);
  }

  async #create(settings: WebhookSettings, params: Params): Promise<Described> {
    const webhook = this.#newWebhook(settings);
    if (webhook === undefined) throw new Refusal(400, "Bad Request: invalid webhook URL specified");
    checkSecret(settings.secretToken);
    checkCertificateSize(settings.certificate);
    this.#webhook = webhook;
    this.#options.allowed.apply(params.text("allowed_updates"));
    return new Promise((resolve, reject) => {
      const pending = { reject };
      this.#pending = pending;
      void webhook.verify().then((outcome) => {
        if (this.#pending !== pending) return;
        this.#pending = undefined;
        if (outcome.ok) {
          this.#options.onChanged("set", settings.url);
          resolve(new Described(true, "Webhook was set"));
          return;
        }
        this.#webhook = undefined;
        webhook.stop();
        reject(new Refusal(400, `Bad Request: bad webhook: ${outcome.reason}`));
      });
    });
  }

  #newWebhook(settings: WebhookSettings): Webhook | undefined {
    const url = parseWebhookUrl(settings.url);
    if (url === undefined) return undefined;
    const { clock, random, resolver, isCloud, queue, onAttempt, onReply, faultFor } = this.#options;
    const onGone = (): void => void this.remove();
    const environment = { clock, random, resolver, isCloud, faultFor };
    return new Webhook({ ...environment, queue, settings, url, onAttempt, onReply, onGone });
  }
}

function checkSecret(secretToken: string): void {
  if (Buffer.byteLength(secretToken) > SECRET_MAX_LENGTH) {
    throw new Refusal(400, "Bad Request: secret token is too long");
  }
  if (!/^[A-Za-z0-9_-]*$/.test(secretToken)) {
    throw new Refusal(400, "Bad Request: secret token contains unallowed characters");
  }
}

/** The certificate is held as Latin-1 text, so its length is its size in bytes. */
function checkCertificateSize(certificate: string | undefined): void {
  const sizeBytes = certificate?.length ?? 0;
  if (sizeBytes <= CERTIFICATE_MAX_BYTES) return;
  throw new Refusal(400, `Bad Request: certificate size is too big (${sizeBytes} bytes)`);
}
