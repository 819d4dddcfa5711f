import type { VirtualClock } from "../clock/virtual-clock.ts";
import { refuseAddress } from "./address-rules.ts";
import { resolveHost } from "./resolve-host.ts";
import type { ResolveOutcome, Resolver } from "./resolve-host.ts";

const LIFETIME_MS = 30 * 60_000;
const JITTER_MS = LIFETIME_MS / 10;

export interface WebhookAddressOptions {
  readonly clock: VirtualClock;
  readonly random: () => number;
  readonly resolver: Resolver;
  readonly host: string;
  /** Refuses reserved and IPv6 addresses, as api.telegram.org does. */
  readonly isCloud: boolean;
  /** Called when the host has another address than before. */
  readonly onMoved: (address: string) => void;
}

/**
 * The address of a webhook whose host name is resolved again every 30 to 33 minutes. A failure to
 * do so later on, or a refused address, changes nothing and is reported nowhere.
 */
export class WebhookAddress {
  readonly #options: WebhookAddressOptions;
  #address = "";
  #isStopped = false;
  #cancel: () => void = () => undefined;

  constructor(options: WebhookAddressOptions) {
    this.#options = options;
  }

  /** Resolves the host for the first time. */
  async start(): Promise<ResolveOutcome> {
    const outcome = await this.#resolve();
    if (outcome.ok) this.#address = outcome.address;
    this.#schedule(LIFETIME_MS + this.#options.random() * JITTER_MS);
    return outcome;
  }

  /** Takes over an address that was found before a restart. */
  resume(address: string): void {
    this.#address = address;
    this.#schedule(this.#options.random() * LIFETIME_MS);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  async #resolve(): Promise<ResolveOutcome> {
    const { clock, host, resolver, isCloud } = this.#options;
    const endActivity = clock.activity.begin();
    const outcome = await resolveHost(host, resolver);
    endActivity();
    const reason = outcome.ok && isCloud ? refuseAddress(outcome.address) : undefined;
    return reason === undefined ? outcome : { ok: false, reason };
  }

  #schedule(delayMs: number): void {
    if (this.#isStopped) return;
    this.#cancel = this.#options.clock.after(delayMs, () => void this.#refresh());
  }

  async #refresh(): Promise<void> {
    const outcome = await this.#resolve();
    if (this.#isStopped) return;
    this.#schedule(LIFETIME_MS + this.#options.random() * JITTER_MS);
    if (!outcome.ok || outcome.address === this.#address) return;
    this.#address = outcome.address;
    this.#options.onMoved(outcome.address);
  }
}
