import type { ClientConfig } from "pg";

import { RuntimeError } from "../../error.ts";

/** Where the database is, in place of a URL. */
export type PostgresAddress = Pick<
  ClientConfig,
  "host" | "port" | "database" | "user" | "password" | "ssl"
>;

/** Which database, and how to be with it. */
export interface Target {
  readonly config: PostgresAddress | { readonly connectionString: string };
  readonly schema: string;
  readonly statementTimeoutMs: number;
  readonly allowNotDurable: boolean;
  /** For messages; without user and password. */
  readonly name: string;
  /** Takes the password out of a text. */
  readonly redact: (text: string) => string;
}

export interface TargetOptions {
  readonly url?: string | undefined;
  readonly connection?: PostgresAddress | undefined;
  readonly schema?: string | undefined;
  readonly statementTimeoutMs?: number | undefined;
  readonly allowNotDurable?: boolean | undefined;
}

const SCHEMA = "hookgram";
/** With what the client waits longer, a link on which nothing arrives is noticed within 10 s. */
const STATEMENT_TIMEOUT_MS = 5_000;

/** Lower case, so that it is the same with and without quotes. */
const SCHEMA_PATTERN = /^[a-z_][a-z0-9_]{0,50}$/;

/** @throws RuntimeError `bad-options` */
export function readTarget(options: TargetOptions): Target {
  const { url, connection, schema = SCHEMA, allowNotDurable = false } = options;
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  if (!SCHEMA_PATTERN.test(schema) || schema.startsWith("pg_")) {
    const rule = "schema is a name of small letters, digits and _, up to 51 characters";
    throw new RuntimeError("bad-options", `${rule}; got ${JSON.stringify(schema)}`);
  }
  if (!Number.isSafeInteger(statementTimeoutMs) || statementTimeoutMs < 1) {
    const rule = "statementTimeoutMs is a whole number of at least 1";
    throw new RuntimeError("bad-options", `${rule}; got ${String(statementTimeoutMs)}`);
  }
  if ((url === undefined) === (connection === undefined)) {
    throw new RuntimeError("bad-options", "give either url or connection, not both");
  }
  const place = url === undefined ? fromConnection(connection!) : fromUrl(url);
  return { ...place, schema, statementTimeoutMs, allowNotDurable };
}

type Place = Pick<Target, "config" | "name" | "redact">;

function fromConnection(connection: PostgresAddress): Place {
  const { host = "localhost", port = 5432, database = "", password } = connection;
  const secrets = typeof password === "string" ? [password] : [];
  return {
    config: connection,
    name: `${host}:${port}/${database}`,
    redact: redactor(secrets),
  };
}

function fromUrl(url: string): Place {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    // The value itself is not said: it may hold a password.
    const rule = "url has the form postgres://user:password@host:5432/database";
    throw new RuntimeError("bad-options", `${rule}; what was given has another one`);
  }
  const { hostname, port, pathname, password, searchParams } = parsed;
  const secrets = [password, decodeOrKeep(password), searchParams.get("password") ?? ""];
  return {
    config: { connectionString: url },
    name: `${hostname || "localhost"}:${port || "5432"}${pathname}`,
    redact: redactor(secrets),
  };
}

function decodeOrKeep(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function redactor(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret !== "");
  return (text) => known.reduce((clean, secret) => clean.replaceAll(secret, "***"), text);
}
