import type { ConnectionOptions } from "node:tls";

import { RuntimeError } from "../../error.ts";
import { wholeNumber } from "../../whole-number.ts";

/**
 * Where the database is, in place of a URL. What is left out, the client takes from `PGHOST` etc.
 */
export interface PostgresAddress {
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  /** A function is asked for each connection, for passwords that expire. */
  readonly password?: string | (() => string | Promise<string>);
  /** `true`, or how TLS is to be done. Default: no TLS. */
  readonly ssl?: boolean | ConnectionOptions;
}

/** Which database, and how to be with it. */
export interface Target {
  readonly config: PostgresAddress | { readonly connectionString: string };
  readonly schema: string;
  readonly statementTimeoutMs: number;
  readonly allowNotDurable: boolean;
  readonly mayCreate: boolean;
  /** For messages; without user and password. */
  readonly name: string;
  /** Takes the password out of a text. */
  readonly redact: (text: string) => string;
}

/** Which database a PostgreSQL store is in. Either `url` or `connection` is needed. */
export interface TargetOptions {
  /**
   * `postgres://user:password@host:5432/database`, with what the client `pg` knows, as `sslmode`.
   */
  readonly url?: string | undefined;
  /** The same as an object. */
  readonly connection?: PostgresAddress | undefined;
  /** The schema of all tables: small letters, digits and `_`, up to 51. Default `hookgram`. */
  readonly schema?: string | undefined;
  /** After so long the server gives a statement up. Default 5,000, at least 1. */
  readonly statementTimeoutMs?: number | undefined;
  /**
   * Whether a server may be used that forgets what it has committed when the power fails: one with
   * `fsync` or `synchronous_commit` off. Default false: opening it fails as `not-durable`.
   */
  readonly allowNotDurable?: boolean | undefined;
  /**
   * Whether the schema is made where there is none. Default true. For who only looks at a store, a
   * database without one is more likely the wrong database: `store-incompatible`.
   */
  readonly mayCreate?: boolean | undefined;
}

const SCHEMA = "hookgram";
/** With what the client waits longer, a link on which nothing arrives is noticed within 10 s. */
const STATEMENT_TIMEOUT_MS = 5_000;

/** Lower case, so that it is the same with and without quotes. */
const SCHEMA_PATTERN = /^[a-z_][a-z0-9_]{0,50}$/;

/** @throws RuntimeError `bad-options` */
export function readTarget(options: TargetOptions): Target {
  const { url, connection, schema = SCHEMA, allowNotDurable = false } = options;
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS, mayCreate = true } = options;
  if (!SCHEMA_PATTERN.test(schema) || schema.startsWith("pg_")) {
    const rule = "schema is a name of small letters, digits and _, up to 51 characters";
    throw new RuntimeError("bad-options", `${rule}; got ${JSON.stringify(schema)}`);
  }
  wholeNumber("statementTimeoutMs", statementTimeoutMs, { min: 1 });
  if ((url === undefined) === (connection === undefined)) {
    throw new RuntimeError("bad-options", "give either url or connection, not both");
  }
  const place = url === undefined ? fromConnection(connection!) : fromUrl(url);
  return { ...place, schema, statementTimeoutMs, allowNotDurable, mayCreate };
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
