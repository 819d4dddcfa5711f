import { describe, it } from "node:test";
import { walkApiCase } from "../../test/api-case.ts";
import { addressCases } from "../../test/delivery-cases/address-cases.ts";
import { pollingCases } from "../../test/delivery-cases/polling-cases.ts";
import { setWebhookCases } from "../../test/delivery-cases/set-webhook-cases.ts";

describe("setWebhook", () => {
  for (const apiCase of setWebhookCases) it(apiCase.fact, () => walkApiCase(apiCase));
});

describe("the address of a setWebhook", () => {
  for (const apiCase of addressCases) it(apiCase.fact, () => walkApiCase(apiCase));
});

describe("getUpdates", () => {
  for (const apiCase of pollingCases) it(apiCase.fact, () => walkApiCase(apiCase));
});
