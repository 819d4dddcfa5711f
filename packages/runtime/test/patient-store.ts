import { systemClock } from "@hookgram/bot-api";

import { insist } from "../src/lanes/insist.ts";
import type { Store } from "../src/store/store.ts";

type Operation = (...values: never[]) => Promise<unknown>;

/** What may be repeated when nobody knows whether it happened. */
const REPEATED: ReadonlySet<PropertyKey> = new Set<keyof Store>([
  "accept",
  "begin",
  "claim",
  "load",
  "readState",
  "setAside",
  "settle",
]);

/**
 * The store, with its operations repeated while it is unavailable, as the engine does it. For tests
 * about something else: a machine that stands still for seconds runs into the limits of connections.
 */
export function patientStore(store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      const operation = value.bind(target) as Operation;
      if (!REPEATED.has(name)) return operation;
      return (...values: never[]) => insist(systemClock, () => operation(...values));
    },
  });
}
