import { fileURLToPath } from "node:url";

import { compareServers, COMPARISON } from "./compare-servers.ts";
import { receiveRows } from "./receive.ts";
import type { BenchRow } from "./row.ts";

const BARE = "bare node:https, parses and forgets";

/** A certificate for tests; which one it is does not matter for the speed. */
const tlsPath = (name: string): string =>
  fileURLToPath(new URL(`../packages/runtime/test/tls/${name}`, import.meta.url));

/** As `receive`, with TLS ended in the process. */
export async function benchReceiveTls(): Promise<BenchRow[]> {
  const tls = { certificatePath: tlsPath("certificate.pem"), keyPath: tlsPath("key.pem") };
  const contenders = [
    { name: BARE, file: "bare-tls", configs: [{ tls }] },
    { name: "hookgram, stored on SQLite", file: "hookgram", configs: [{ tls, stuck: true }] },
    { name: "hookgram, stored and handled", file: "hookgram", configs: [{ tls }] },
  ];
  const compared = await compareServers({ ...COMPARISON, contenders, tls: true });
  return receiveRows("receive-tls", compared, BARE);
}
