/**
 * Every kind of inline button that this bot sends. A button stays in the chat for years, so its name
 * and fields must go on meaning the same; what does not fit any more lands in routers/fallback.ts.
 */
import { callbackData } from "hookgram";
import { z } from "zod";

import { COUNTRY_CODES } from "./address-input.ts";

export const MenuButton = callbackData("menu", {});
export const CancelButton = callbackData("cancel", {});

export const OrdersButton = callbackData("orders", {});
export const OrderButton = callbackData("order", { number: z.number() });
export const FindOrderButton = callbackData("find", {});

export const AddressButton = callbackData("address", {});
export const ChangeAddressButton = callbackData("change", {});
export const CountryButton = callbackData("country", { country: z.enum(COUNTRY_CODES) });
export const SummaryButton = callbackData("summary", { choice: z.enum(["save", "edit"]) });

export const FaqButton = callbackData("faq", { page: z.number() });
export const QuestionButton = callbackData("question", { id: z.string(), page: z.number() });
export const VoteButton = callbackData("vote", { id: z.string(), helpful: z.boolean() });

export const PersonButton = callbackData("person", {});
/** Under the customer's messages. */
export const EndTicketButton = callbackData("end", { ticket: z.number() });
/** In the operators' group. */
export const CloseTicketButton = callbackData("close", { ticket: z.number() });
