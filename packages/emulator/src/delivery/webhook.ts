import { isIP } from "node:net";
import type { VirtualClock } from "../clock/virtual-clock.ts";
import type { DeliveryFault } from "../faults/fault.ts";
import { refuseAddress, refuseUrl } from "./address-rules.ts";
import type { Resolver } from "./resolve-host.ts";
import type { QueuedUpdate, UpdateQueue } from "./update-queue.ts";
import { WebhookAddress } from "./webhook-address.ts";
import type { WebhookReply } from "./webhook-reply.ts";
import { WebhookSender } from "./webhook-sender.ts";
import type { AttemptReport } from "./webhook-sender.ts";
import { checkCertificate, tlsOptions } from "./webhook-tls.ts";
import type { WebhookUrl } from "./webhook-url.ts";

/** What setWebhook was told, after defaults and clamping. */
export interface WebhookSettings {
  /** As it was passed, to the byte. */
  readonly url: string;
  /** Empty when there is none. */
  readonly secretToken: string;
  readonly connectionsMax: number;
  /** The address that was passed; empty when the host name is to be resolved. */
  readonly fixedAddress: string;
  /** An uploaded certificate in PEM. */
  readonly certificate: string | undefined;
}

/** What a webhook needs from the server around it. */
export interface WebhookEnvironment {
  readonly clock: VirtualClock;
  readonly random: () => number;
  readonly resolver: Resolver;
  /** What goes wrong with deliveries on purpose. */
  readonly faultFor?: ((update: QueuedUpdate) => DeliveryFault | undefined) | undefined;
  /** The rules of api.telegram.org for schemes, ports and addresses, instead of `--local`'s. */
  readonly isCloud: boolean;
}

export interface WebhookOptions extends WebhookEnvironment {
  readonly queue: UpdateQueue;
  readonly settings: WebhookSettings;
  readonly url: WebhookUrl;
  readonly onAttempt: (report: AttemptReport) => void;
  readonly onReply: (reply: WebhookReply) => void;
  readonly onGone: () => void;
}

export type VerifyOutcome =
  | { readonly ok: true }
  /** What comes after `Bad Request: bad webhook: `. */
  | { readonly ok: false; readonly reason: string };

/**
 * One webhook of one bot, from the moment setWebhook accepted its parameters.
 *
 * States: verifying (host resolved, first connection opened) → delivering → stopped. Verifying does
 * not wait for the connection to stand: a refused port or a bad certificate shows up later, in
 * `lastError`.
 */
export class Webhook {
  readonly settings: WebhookSettings;
  readonly #options: WebhookOptions;
  readonly #address: WebhookAddress;
  #sender: WebhookSender | undefined;
  #ipAddress: string;
  #isStopped = false;
  #lastError: { readonly atMs: number; readonly text: string } | undefined;

  constructor(options: WebhookOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.#ipAddress = options.settings.fixedAddress;
    const { clock, random, resolver, isCloud, url } = options;
    const onMoved = (address: string): void => this.#move(address);
    const host = url.host;
    this.#address = new WebhookAddress({ clock, random, resolver, host, isCloud, onMoved });
  }

  /** Whether it was verified. */
  get isDelivering(): boolean {
    return this.#sender !== undefined;
  }

  /** The address in use; empty while it is not known. */
  get ipAddress(): string {
    return this.#ipAddress;
  }

  /** The last error of a delivery or connection; a success does not clear it. */
  get lastError(): { readonly atMs: number; readonly text: string } | undefined {
    return this.#lastError;
  }

  /** Whether scheme, port and a given address are allowed by the rules of this server. */
  get mayResume(): boolean {
    return this.#refuseSettings() === undefined;
  }

  /** Checks what setWebhook promises to check, and begins to deliver. */
  async verify(): Promise<VerifyOutcome> {
    const { settings, url } = this.#options;
    const reason = this.#refuseSettings();
    if (reason !== undefined) return { ok: false, reason };
    if (url.isTls && settings.certificate !== undefined) {
      const checked = checkCertificate(settings.certificate);
      if (!checked.ok) return checked;
    }
    if (settings.fixedAddress === "") {
      const resolved = await this.#address.start();
      if (!resolved.ok) return resolved;
      this.#ipAddress = resolved.address;
    }
    if (this.#isStopped || (await this.#createSender().startAndConnect())) return { ok: true };
    const address = isIP(this.#ipAddress) === 6 ? `[${this.#ipAddress}]` : this.#ipAddress;
    return { ok: false, reason: `Failed to connect to [${address}:${url.port}]` };
  }

  /** Goes on after a restart, with the address from before and without verifying. */
  resume(ipAddress: string): void {
    this.#ipAddress = ipAddress;
    if (this.settings.fixedAddress === "") this.#address.resume(ipAddress);
    this.#createSender().start();
  }

  /** Tells the webhook that the queue has grown. */
  update(): void {
    this.#sender?.update();
  }

  /** Cuts all connections. */
  stop(): void {
    this.#isStopped = true;
    this.#address.stop();
    this.#sender?.stop();
  }

  #refuseSettings(): string | undefined {
    const { isCloud, url } = this.#options;
    return (isCloud ? refuseUrl(url) : undefined) ?? this.#refuseFixedAddress();
  }

  #refuseFixedAddress(): string | undefined {
    const { fixedAddress } = this.settings;
    if (fixedAddress === "") return undefined;
    if (isIP(fixedAddress) === 0) return "Invalid IP address specified";
    return this.#options.isCloud ? refuseAddress(fixedAddress) : undefined;
  }

  #createSender(): WebhookSender {
    const { clock, queue, random, url, onAttempt, onReply, onGone } = this.#options;
    const { secretToken, connectionsMax, certificate } = this.settings;
    const sender = new WebhookSender(this.#ipAddress, {
      clock,
      queue,
      random,
      url,
      tls: url.isTls ? tlsOptions(url, certificate) : undefined,
      secretToken,
      connectionsMax,
      onAttempt,
      onReply,
      onGone,
      faultFor: this.#options.faultFor,
      onError: (text) => {
        this.#lastError = { atMs: clock.now(), text };
      },
    });
    this.#sender = sender;
    return sender;
  }

  #move(address: string): void {
    this.#ipAddress = address;
    this.#sender?.moveTo(address);
  }
}
