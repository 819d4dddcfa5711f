import type { ServerResponse } from "node:http";
import type { Clock } from "@hookgram/bot-api";
import type { Answer } from "../http/answer.ts";
import { writeAnswer } from "../http/answer.ts";
import { Refusal } from "../methods/method.ts";
import type { CallFault } from "./fault.ts";

/** What Telegram's front end sends when there is nothing behind it. */
const GARBAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";
const GARBAGE_STATUS = 502;

/** Whether a call with this fault is made at all. */
export function isMade(fault: CallFault | undefined): boolean {
  return fault === undefined || fault.do === "delay" || fault.do === "lost-response";
}

/** The refusal that was ordered, in the words that Telegram has for its code. */
export function orderedRefusal(fault: CallFault & { readonly do: "refuse" }): Refusal {
  const { error_code: code, retry_after, description } = fault;
  if (code === 429) return tooManyRequests(retry_after ?? 1);
  return new Refusal(code, description ?? DEFAULT_TEXTS[code] ?? "Internal Server Error");
}

const DEFAULT_TEXTS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden: bot was blocked by the user",
  404: "Not Found",
  409: "Conflict",
  500: "Internal Server Error",
  502: "Bad Gateway",
};

/** 429 as Telegram says it. */
export function tooManyRequests(retryAfterS: number): Refusal {
  const text = `Too Many Requests: retry after ${retryAfterS}`;
  return new Refusal(429, text, { retry_after: retryAfterS });
}

/** Writes an answer as a fault leaves it. */
export async function writeFaulty(
  response: ServerResponse,
  answer: Answer,
  { fault, clock }: { readonly fault: CallFault; readonly clock: Clock },
): Promise<void> {
  switch (fault.do) {
    case "delay":
      await new Promise<void>((resolve) => void clock.after(fault.ms, resolve));
      return writeAnswer(response, answer);
    case "no-answer":
      return undefined;
    case "reset":
    case "lost-response":
      response.socket?.resetAndDestroy();
      return undefined;
    case "garbage":
      response.writeHead(fault.status ?? GARBAGE_STATUS, { "content-type": "text/html" });
      response.end(fault.body ?? GARBAGE);
      return undefined;
    case "refuse":
      return writeAnswer(response, answer);
  }
}
