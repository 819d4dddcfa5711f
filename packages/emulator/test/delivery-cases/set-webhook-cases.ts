import { readFileSync } from "node:fs";
import type { ApiCase, ApiStep } from "../api-case.ts";

/** Nobody listens there; setWebhook does not mind. */
const URL = "http://127.0.0.1:9/hook";
const CERTIFICATE = readFileSync(
  new globalThis.URL("../certificates/localhost.cert.pem", import.meta.url),
  "utf8",
);
const NOTHING = { url: "", has_custom_certificate: false, pending_update_count: 0 };
const SET = "Webhook was set";

const set = (params: ApiStep["params"], says: string): ApiStep => ({
  afterS: 1,
  call: "setWebhook",
  params: params ?? {},
  says,
});
const info = (result: Readonly<Record<string, unknown>>): ApiStep => ({
  call: "getWebhookInfo",
  result: { ...NOTHING, ...result },
});
const refused = (fact: string, params: ApiStep["params"], says: string): ApiCase => ({
  fact,
  steps: [set(params, `400 Bad Request: ${says}`), info({})],
});
/** Fields that getWebhookInfo has once a webhook at `URL` is set and its connection was refused. */
const SHOWN = {
  url: URL,
  last_error_date: 1_700_000_001,
  last_error_message: "Connection refused",
  max_connections: 100,
  ip_address: "127.0.0.1",
};

/**
 * setWebhook, deleteWebhook and getWebhookInfo: texts and order of processing.
 * @see tdlib/telegram-bot-api, Client.cpp, process_set_webhook_query
 */
export const setWebhookCases: readonly ApiCase[] = [
  {
    fact: "has four descriptions of success",
    steps: [
      { call: "deleteWebhook", says: "Webhook is already deleted", result: true },
      set({ url: URL }, SET),
      set({ url: URL }, "Webhook is already set"),
      { call: "deleteWebhook", says: "Webhook was deleted" },
      { call: "setWebhook", params: { url: "" }, says: "Webhook is already deleted" },
      { call: "setWebhook", says: "Webhook is already deleted" },
      info({}),
    ],
  },
  {
    fact: "takes one setWebhook a second, and any number of deleteWebhook",
    steps: [
      { call: "setWebhook", params: { url: URL }, says: SET },
      {
        afterS: 0.999,
        call: "setWebhook",
        params: { url: URL },
        says: "429 Too Many Requests: retry after 1",
        parameters: { retry_after: 1 },
      },
      { call: "deleteWebhook", says: "Webhook was deleted" },
      { call: "setWebhook", params: { url: "" }, says: "Webhook is already deleted" },
      { afterS: 0.001, call: "setWebhook", params: { url: URL }, says: SET },
    ],
  },
  {
    fact: "shows address, connections and the last connection error",
    steps: [set({ url: URL }, SET), { afterS: 0.5 }, info(SHOWN)],
  },
  {
    fact: "forgets the last error when the webhook is replaced or deleted, not when nothing changes",
    steps: [
      set({ url: URL }, SET),
      set({ url: URL }, "Webhook is already set"),
      info(SHOWN),
      set({ url: "http://127.0.0.1:9/other", ip_address: "127.0.0.1" }, SET),
      { call: "deleteWebhook" },
      info({}),
    ],
  },
  {
    fact: "keeps no parameter but allowed_updates",
    steps: [
      set(
        { url: URL, secret_token: "s", max_connections: 7, allowed_updates: '["poll","message"]' },
        SET,
      ),
      { afterS: 0.5 },
      info({ ...SHOWN, max_connections: 7, allowed_updates: ["message", "poll"] }),
      set({ url: URL }, SET),
      { afterS: 0.5 },
      info({ ...SHOWN, last_error_date: 1_700_000_002, allowed_updates: ["message", "poll"] }),
      { call: "deleteWebhook" },
      info({ allowed_updates: ["message", "poll"] }),
    ],
  },
  {
    fact: "counts any difference but allowed_updates as another webhook",
    steps: [
      set({ url: URL }, SET),
      set({ url: `${URL}?` }, SET),
      set({ url: URL, secret_token: "s" }, SET),
      set({ url: URL, secret_token: "s", max_connections: 3 }, SET),
      set({ url: URL, secret_token: "s", max_connections: 3, ip_address: "127.0.0.1" }, SET),
      set({ url: URL, secret_token: "s", max_connections: 3 }, SET),
      set({ url: URL, allowed_updates: "[]" }, SET),
      set({ url: URL, allowed_updates: '["message"]' }, "Webhook is already set"),
      set({ url: URL, drop_pending_updates: true }, SET),
      set({ url: URL, max_connections: 100 }, "Webhook is already set"),
    ],
  },
  {
    fact: "clamps max_connections and reads it leniently",
    steps: [
      set({ url: URL, max_connections: 0 }, SET),
      { afterS: 0.5 },
      info({ ...SHOWN, max_connections: 1 }),
      set({ url: URL, max_connections: -5 }, "Webhook is already set"),
      set({ url: URL, max_connections: "many" }, "Webhook is already set"),
      set({ url: URL, max_connections: "1 or so" }, "Webhook is already set"),
      set({ url: URL, max_connections: 100_000 }, SET),
      set({ url: URL, max_connections: 100_001 }, "Webhook is already set"),
    ],
  },
  {
    fact: "drops pending updates before it looks at the new URL, and removes the old webhook too",
    steps: [
      { publish: ["message:5"] },
      set({ url: URL }, SET),
      set(
        { url: "ftp://x", drop_pending_updates: "True" },
        "400 Bad Request: invalid webhook URL specified",
      ),
      info({}),
    ],
  },
  {
    fact: "keeps pending updates when the webhook is deleted",
    steps: [
      { publish: ["message:5", "message:6"] },
      set({ url: URL }, SET),
      { call: "deleteWebhook", says: "Webhook was deleted" },
      info({ pending_update_count: 2 }),
      { call: "getUpdates", updateIds: [2_000_001, 2_000_002] },
    ],
  },
  {
    fact: "drops pending updates with deleteWebhook even where there is no webhook",
    steps: [
      { publish: ["message:5"] },
      {
        call: "deleteWebhook",
        params: { drop_pending_updates: true },
        says: "Webhook is already deleted",
      },
      info({}),
    ],
  },
  {
    fact: "applies allowed_updates of deleteWebhook only where there was no webhook",
    steps: [
      { call: "deleteWebhook", params: { allowed_updates: '["poll"]' } },
      info({ allowed_updates: ["poll"] }),
      set({ url: URL }, SET),
      { call: "deleteWebhook", params: { allowed_updates: '["message"]' } },
      info({ allowed_updates: ["poll"] }),
    ],
  },
  {
    fact: "does not apply allowed_updates of a setWebhook that is refused for its form",
    steps: [
      set(
        { url: URL, secret_token: "=", allowed_updates: '["poll"]' },
        "400 Bad Request: secret token contains unallowed characters",
      ),
      info({}),
    ],
  },
  {
    fact: "applies allowed_updates of a setWebhook that is refused for its address",
    steps: [
      set(
        { url: "https://nowhere.example/", allowed_updates: ["poll", "message"] },
        "400 Bad Request: bad webhook: Failed to resolve host: Name or service not known",
      ),
      info({ allowed_updates: ["message", "poll"] }),
    ],
  },
  {
    fact: "looks at the URL, then the secret, then the certificate, and then at the address",
    steps: [
      set({ url: "ftp://x", secret_token: "=" }, "400 Bad Request: invalid webhook URL specified"),
      set(
        { url: "http://x", secret_token: "=".repeat(257) },
        "400 Bad Request: secret token is too long",
      ),
      {
        ...set({ url: "http://x", secret_token: "=" }, ""),
        files: { certificate: "x".repeat(3_145_729) },
        says: "400 Bad Request: secret token contains unallowed characters",
      },
      {
        ...set({ url: "https://x", ip_address: "x" }, ""),
        files: { certificate: "x".repeat(3_145_729) },
        says: "400 Bad Request: certificate size is too big (3145729 bytes)",
      },
      {
        ...set({ url: "https://x", ip_address: "x" }, ""),
        files: { certificate: "no certificate" },
        says: "400 Bad Request: bad webhook: Invalid IP address specified",
      },
    ],
  },
  {
    fact: "takes the same ip_address for the same webhook, and another one for another",
    steps: [
      set({ url: URL, ip_address: "127.0.0.1" }, SET),
      set({ url: URL, ip_address: "127.0.0.1" }, "Webhook is already set"),
      set({ url: URL, ip_address: "127.0.0.2" }, SET),
    ],
  },
  {
    fact: "drops pending updates for yes, 1 and true in any letters, and for nothing else",
    steps: ["on", "0", "truely", " YES ", "1", "True"].flatMap((text, index) => [
      { publish: index > 2 ? ["message:5"] : index === 0 ? ["message:5"] : [] },
      { call: "deleteWebhook", params: { drop_pending_updates: text } },
      info({ pending_update_count: index > 2 ? 0 : 1 }),
    ]),
  },
  {
    fact: "shows the URL as it was passed, with its password",
    steps: [
      set({ url: "HTTP://user:p%40ss@127.0.0.1:9/a b " }, SET),
      { afterS: 0.5 },
      info({ ...SHOWN, url: "HTTP://user:p%40ss@127.0.0.1:9/a b " }),
    ],
  },
  refused("refuses another scheme", { url: "ftp://127.0.0.1/" }, "invalid webhook URL specified"),
  refused("refuses port 0", { url: "http://127.0.0.1:0/" }, "invalid webhook URL specified"),
  refused("refuses a port too high", { url: "http://a:65536/" }, "invalid webhook URL specified"),
  refused("refuses no host", { url: "https:///x" }, "invalid webhook URL specified"),
  refused("refuses a space in the host", { url: "http://a b/" }, "invalid webhook URL specified"),
  refused(
    "refuses a secret of 257 characters",
    { url: URL, secret_token: "x".repeat(257) },
    "secret token is too long",
  ),
  refused(
    "refuses a secret with other characters",
    { url: URL, secret_token: "a=" },
    "secret token contains unallowed characters",
  ),
  refused(
    "refuses what is not an address",
    { url: URL, ip_address: "localhost" },
    "bad webhook: Invalid IP address specified",
  ),
  refused(
    "refuses a host that cannot be found",
    { url: "https://nowhere.example/" },
    "bad webhook: Failed to resolve host: Name or service not known",
  ),
  {
    fact: "takes a secret of 256 characters, and JSON null for the secret `null`",
    steps: [
      set({ url: URL, secret_token: `${"x".repeat(254)}_-` }, SET),
      set({ url: URL, secret_token: "null" }, SET),
      { afterS: 1, call: "setWebhook", params: { url: URL, secret_token: null } },
      set({ url: URL, secret_token: "null" }, "Webhook is already set"),
    ],
  },
  {
    fact: "refuses a certificate that is not PEM, and is then without a webhook",
    steps: [
      set({ url: URL }, SET),
      {
        afterS: 1,
        call: "setWebhook",
        params: { url: "https://127.0.0.1/" },
        files: { certificate: "no certificate" },
        says:
          "400 Bad Request: bad webhook: Failed to set custom certificate file" +
          "{error:05800088:x509 certificate routines::no certificate or crl found}",
      },
      info({}),
    ],
  },
  {
    fact: "refuses a certificate of more than 3 MiB",
    steps: [
      {
        call: "setWebhook",
        params: { url: URL },
        files: { certificate: "x".repeat(3_145_729) },
        says: "400 Bad Request: certificate size is too big (3145729 bytes)",
      },
    ],
  },
  {
    fact: "takes a certificate by attach://, and sets it anew each time",
    steps: [
      {
        call: "setWebhook",
        params: { url: URL, certificate: "attach://pem" },
        files: { pem: CERTIFICATE },
        says: SET,
      },
      { afterS: 1 },
      info({ ...SHOWN, has_custom_certificate: true, last_error_date: 1_700_000_000 }),
      { call: "setWebhook", params: { url: URL }, files: { certificate: CERTIFICATE }, says: SET },
      set({ url: URL }, SET),
      set({ url: URL }, "Webhook is already set"),
    ],
  },
  {
    fact: "ignores a certificate that is only text",
    steps: [set({ url: URL, certificate: CERTIFICATE }, SET), { afterS: 0.5 }, info(SHOWN)],
  },
];
