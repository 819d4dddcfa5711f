import { control, type WhichMessage } from "../control/control-client.ts";
import { attempt, notify } from "./notices.ts";

/** A bot has ten seconds to answer the checkout, after which the payment has failed. */
const PAY_MAX_MS = 11_000;

/** Pays an invoice, and says why not when that fails. */
export async function payInvoice(invoice: WhichMessage): Promise<void> {
  await attempt(async () => {
    const { state, error } = await control.pay({ ...invoice, wait_ms: PAY_MAX_MS });
    if (state === "failed")
      notify("error", error ?? "The bot did not confirm the payment in time.");
    else if (state !== "paid") notify("error", "The bot has not answered the checkout yet.");
  });
}
