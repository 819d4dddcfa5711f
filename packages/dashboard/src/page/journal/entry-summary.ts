import type { ApiCallEntry, JournalEntry } from "../control/control-shapes.ts";

/** How an entry is marked: which way it went, and how it ended. */
export interface EntrySummary {
  /** `in`: Telegram to bot. `out`: bot to Telegram. `note`: neither. */
  readonly direction: "in" | "out" | "note";
  readonly title: string;
  readonly details: string;
  readonly result?: { readonly text: string; readonly tone: "good" | "bad" | "wait" };
  readonly durationMs?: number;
}

const DETAILS_MAX = 140;

/** The parameters that say most come first. */
const TELLING = ["chat_id", "user_id", "message_id", "text", "caption", "callback_query_id", "url"];

function parameterText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The parameters of a call in one line: `chat_id 101 · text Hello`. */
export function parametersText(params: ApiCallEntry["params"] = {}): string {
  const names = Object.keys(params);
  const rank = (name: string): number => {
    const index = TELLING.indexOf(name);
    return index === -1 ? TELLING.length : index;
  };
  const parts = names
    .toSorted((a, b) => rank(a) - rank(b))
    .map((name) => `${name} ${parameterText(params[name])}`);
  return parts.join(" · ").replace(/\s+/g, " ").slice(0, DETAILS_MAX);
}

function messageWords(
  entry: Extract<JournalEntry, { type: "message" | "message-edited" }>,
): string {
  return (entry.message.text ?? entry.message.caption ?? "").slice(0, DETAILS_MAX);
}

function summarizeDelivery(entry: Extract<JournalEntry, { type: "delivery" }>): EntrySummary {
  const { kind, update_id, attempt, status, error, outcome, duration_ms } = entry;
  const again = attempt > 1 ? ` · attempt ${attempt}` : "";
  const why = error === undefined ? "" : ` · ${error}`;
  return {
    direction: "in",
    title: kind,
    details: `update ${update_id}${again}${why}`,
    result: {
      text: outcome === "dropped" ? "dropped" : String(status ?? "no answer"),
      tone: outcome === "delivered" ? "good" : "bad",
    },
    durationMs: duration_ms,
  };
}

function summarizeCall(entry: ApiCallEntry): EntrySummary {
  const { method, params, ok, status, description, duration_ms, via, generic, fault } = entry;
  const how = [
    via === "webhook-reply" ? "in the webhook's answer · " : "",
    generic === true ? "answered with a sample · " : "",
    fault === undefined ? "" : `fault: ${fault} · `,
  ].join("");
  return {
    direction: "out",
    title: method,
    details: ok ? `${how}${parametersText(params)}` : `${how}${description ?? ""}`,
    result: { text: status === 0 ? "not made" : String(status), tone: ok ? "good" : "bad" },
    durationMs: duration_ms,
  };
}

/** What a row of the journal says about an entry. */
export function summarizeEntry(entry: JournalEntry): EntrySummary {
  switch (entry.type) {
    case "delivery":
      return summarizeDelivery(entry);
    case "api-call":
      return summarizeCall(entry);
    case "update":
      return {
        direction: "in",
        title: entry.kind,
        details: `update ${entry.update_id}`,
        result: { text: "queued", tone: "wait" },
      };
    case "message":
    case "message-edited": {
      const title = entry.type === "message" ? `${entry.by} writes` : `${entry.by} edits`;
      return { direction: "note", title, details: messageWords(entry) };
    }
    case "message-deleted":
      return { direction: "note", title: "deleted", details: entry.message_ids.join(", ") };
    case "callback-answer":
      return { direction: "note", title: "button answered", details: entry.text ?? "" };
    case "chat-action":
      return { direction: "note", title: "chat action", details: entry.action };
    case "draft": {
      const words = entry.content?.text ?? (entry.content === undefined ? "gone" : "");
      return { direction: "note", title: "draft", details: words };
    }
    case "webhook":
      return { direction: "note", title: `webhook ${entry.state}`, details: entry.url ?? "" };
    case "world":
      return { direction: "note", title: "world", details: entry.change };
    case "reset":
      return { direction: "note", title: "reset", details: "everything was forgotten" };
  }
}
