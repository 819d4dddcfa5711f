import { BlockList, isIPv4 } from "node:net";
import type { WebhookUrl } from "./webhook-url.ts";

/** The only ports of webhooks at api.telegram.org. */
const CLOUD_PORTS: readonly number[] = [80, 88, 443, 8443];

const RESERVED_BLOCKS: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

const reserved = new BlockList();
for (const [network, bits] of RESERVED_BLOCKS) reserved.addSubnet(network, bits, "ipv4");

/** Why api.telegram.org refuses this scheme or port; undefined when it takes it. */
export function refuseUrl(url: WebhookUrl): string | undefined {
  if (!url.isTls) return "An HTTPS URL must be provided for webhook";
  if (CLOUD_PORTS.includes(url.port)) return undefined;
  return "Webhook can be set up only on ports 80, 88, 443 or 8443";
}

/** Why api.telegram.org refuses to connect to this address; undefined when it does connect. */
export function refuseAddress(address: string): string | undefined {
  if (!isIPv4(address)) return "IPv6-only addresses are not allowed";
  return reserved.check(address, "ipv4") ? `IP address ${address} is reserved` : undefined;
}
