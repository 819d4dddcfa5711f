import type { Logger } from "hookgram";
import { randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { RuntimeError } from "../error.ts";
import { failpoint } from "../failpoint.ts";
import { assertSecret, generateSecret } from "../receiver/webhook-secrets.ts";

/**
 * The secret in the file at `path`. If there is no such file, a new secret is generated and kept
 * there, readable by its owner only; several processes that start at the same moment get the same.
 *
 * With the same secret after a restart, the webhook does not change: Telegram leaves it as it is, and
 * a process that is still stopping can take its last requests.
 * @throws RuntimeError `secret-file`.
 */
export function keptSecret(path: string): string {
  try {
    if (!existsSync(path)) createOnce(path, `${generateSecret()}\n`);
    const secret = readFileSync(path, "utf8").trim();
    assertSecret(secret);
    return secret;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    const reason = error instanceof RuntimeError ? "it does not hold a secret" : code;
    const mend = "give the secret as an option, or another secretPath";
    throw new RuntimeError(
      "secret-file",
      `the secret file ${path} cannot be used (${reason}); ${mend}`,
    );
  }
}

/** Nodes on other machines would not have it, and would refuse what Telegram sends. */
export function reportOwnSecret(secretPath: string, logger: Logger): void {
  const mend = "give all nodes the option secret, or WEBHOOK_SECRET";
  logger.warn({ secretPath, mend }, "other nodes do not have this node's webhook secret");
}

/**
 * Links a finished file, which appears whole or not at all and never replaces another one. The name of
 * its draft is random, because the processes of two containers may have the same id.
 */
function createOnce(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, content, { mode: 0o600, flag: "wx" });
  try {
    linkSync(draft, path);
    failpoint("secret.kept");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
