import { once } from "node:events";
import { createServer } from "node:net";

/** Below the ports that systems give to whoever asks for any, so that nobody else is given ours. */
const FIRST = 10_000;
const COUNT = 20_000;
/** Ports between those of one process and those of the next, which probably runs beside it. */
const STRIDE = 64;

let next = (process.pid * STRIDE) % COUNT;

/**
 * A port that nobody listens on, for a server whose address has to be known before it listens, or
 * that comes back to it. One of those that `listen(0)` gives could be somebody else's by then: that
 * of another server, or of the near end of any connection.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, "127.0.0.1");
  try {
    await once(probe, "listening");
  } catch {
    return false;
  }
  probe.close();
  await once(probe, "close");
  return true;
}
