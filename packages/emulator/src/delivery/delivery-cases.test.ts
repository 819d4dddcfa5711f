import { describe, it } from "node:test";
import { connectionCases } from "../../test/delivery-cases/connection-cases.ts";
import { failureCases } from "../../test/delivery-cases/failure-cases.ts";
import { orderCases } from "../../test/delivery-cases/order-cases.ts";
import { replyCases } from "../../test/delivery-cases/reply-cases.ts";
import { responseCases } from "../../test/delivery-cases/response-cases.ts";
import { retryCases } from "../../test/delivery-cases/retry-cases.ts";
import { walkDeliveryCase } from "../../test/delivery-case.ts";

const TABLES = {
  "a delivery that fails": retryCases,
  "a peer that cannot be talked to": failureCases,
  "the order of deliveries": orderCases,
  "the connections": connectionCases,
  "an answer": responseCases,
  "a method call in an answer": replyCases,
};

for (const [subject, cases] of Object.entries(TABLES)) {
  describe(subject, () => {
    for (const delivery of cases) it(delivery.fact, () => walkDeliveryCase(delivery));
  });
}
