import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { pid } from "node:process";

import { RuntimeError } from "../error.ts";
import { failpoint } from "../failpoint.ts";
import { assertSecret, generateSecret } from "../receiver/webhook-secrets.ts";

/**
 * The secret that is kept in the file at `path`; when there is no such file, a new secret that is
 * kept there from now on, readable by its owner alone. Of several processes that begin at the same
 * moment one makes it and all get the same.
 *
 * A restart with the same secret is worth a file: Telegram then sees a webhook that does not
 * change and keeps it as it is, and the process that is still leaving can take its last requests.
 * @throws RuntimeError `secret-file`.
 */
export function keptSecret(path: string): string {
  try {
    createOnce(path, `${generateSecret()}\n`);
    const secret = readFileSync(path, "utf8").trim();
    assertSecret(secret);
    return secret;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    const reason = error instanceof RuntimeError ? "it does not hold a secret" : code;
    const mend = "give the secret as an option, or another secretPath";
    throw new RuntimeError(
      "secret-file",
      `the secret file ${path} is of no use (${reason}); ${mend}`,
    );
  }
}

/** A link to a finished file appears whole or not at all, and never replaces what is there. */
function createOnce(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${pid}`;
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    linkSync(draft, path);
    failpoint("secret.kept");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
