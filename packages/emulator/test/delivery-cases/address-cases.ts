import type { ApiCase, ApiStep } from "../api-case.ts";

const HOSTS = {
  "bot.example": ["149.154.167.220"],
  "six.example": ["2001:db8::1"],
  "home.example": ["192.168.1.7"],
};
const NOTHING = { url: "", has_custom_certificate: false, pending_update_count: 0 };

const cloud = (fact: string, params: ApiStep["params"], says: string): ApiCase => ({
  fact: `with the cloud's rules ${fact}`,
  cloudRules: true,
  hosts: HOSTS,
  steps: [{ call: "setWebhook", params: params ?? {}, says }],
});

/**
 * Which addresses a webhook may have: with the rules of api.telegram.org, and without them.
 * @see tdlib/telegram-bot-api, WebhookActor.cpp, start_up and check_ip_address
 */
export const addressCases: readonly ApiCase[] = [
  cloud(
    "refuses http",
    { url: "http://bot.example/" },
    "400 Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
  ),
  cloud(
    "refuses other ports",
    { url: "https://bot.example:444/" },
    "400 Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
  ),
  cloud(
    "refuses IPv6",
    { url: "https://six.example/" },
    "400 Bad Request: bad webhook: IPv6-only addresses are not allowed",
  ),
  cloud(
    "refuses a reserved address",
    { url: "https://home.example/" },
    "400 Bad Request: bad webhook: IP address 192.168.1.7 is reserved",
  ),
  cloud(
    "refuses a reserved ip_address",
    { url: "https://bot.example/", ip_address: "127.0.0.1" },
    "400 Bad Request: bad webhook: IP address 127.0.0.1 is reserved",
  ),
  cloud(
    "refuses an IPv6 address in the URL",
    { url: "https://[2001:db8::1]/" },
    "400 Bad Request: bad webhook: IPv6-only addresses are not allowed",
  ),
  cloud(
    "refuses an IPv6 ip_address",
    { url: "https://bot.example/", ip_address: "2001:db8::1" },
    "400 Bad Request: bad webhook: IPv6-only addresses are not allowed",
  ),
  cloud(
    "knows an address by its other spellings",
    { url: "https://0x7f.1/" },
    "400 Bad Request: bad webhook: IP address 127.0.0.1 is reserved",
  ),
  cloud(
    "looks at the scheme before the port",
    { url: "http://home.example:444/" },
    "400 Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
  ),
  cloud(
    "looks at the port before the address",
    { url: "https://home.example:444/", ip_address: "127.0.0.1" },
    "400 Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
  ),
  {
    fact: "connects to an IPv6 address where there is no other",
    hosts: { "six.example": ["::ffff:127.0.0.1"] },
    steps: [
      { call: "setWebhook", params: { url: "http://six.example:9/" }, says: "Webhook was set" },
      { afterS: 0.5 },
      {
        call: "getWebhookInfo",
        result: {
          ...NOTHING,
          url: "http://six.example:9/",
          last_error_date: 1_700_000_000,
          last_error_message: "Connection refused",
          max_connections: 100,
          ip_address: "::ffff:127.0.0.1",
        },
      },
    ],
  },
  {
    fact: "refuses an address to which the system opens no connection",
    steps: [
      {
        call: "setWebhook",
        params: { url: "http://bot.example:9/", ip_address: "255.255.255.255" },
        says: "400 Bad Request: bad webhook: Failed to connect to [255.255.255.255:9]",
      },
      { call: "getWebhookInfo", result: NOTHING },
    ],
  },
];
