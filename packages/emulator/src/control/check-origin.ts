import type { IncomingMessage } from "node:http";
import { EmulatorError } from "../world/emulator-error.ts";

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\]|[\w-]+\.localhost)$/;

/**
 * Lets only programs on this machine and the emulator's own page in. A page of somebody else in the
 * developer's browser can send requests to loopback addresses too: browsers mark those with where
 * they come from, and a name that was rebound to this machine shows in `Host`.
 * @throws {EmulatorError} `forbidden`
 */
export function checkOrigin(request: IncomingMessage, allowedHosts: readonly string[]): void {
  const host = request.headers.host ?? "";
  const name = host.replace(/:\d+$/, "").toLowerCase();
  if (!LOOPBACK.test(name) && !allowedHosts.includes(name)) {
    throw new EmulatorError(
      "forbidden",
      `the control interface is not for the host "${name}": use localhost, or allow that host`,
    );
  }
  const site = request.headers["sec-fetch-site"];
  const isForeignSite = site !== undefined && site !== "same-origin" && site !== "none";
  const origin = request.headers.origin;
  const isForeignOrigin = origin !== undefined && !isOriginOf(origin, host);
  if (isForeignSite || isForeignOrigin) {
    throw new EmulatorError("forbidden", "pages of other sites may not use the control interface");
  }
}

function isOriginOf(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}
