import { isEventKind } from "../event/event-kind.ts";
import { isState } from "../state/states.ts";
import type { AnyFilter } from "./filter.ts";

/** Whether a value is a filter, in either form. */
export function isFilter(value: unknown): value is AnyFilter {
  return (
    typeof value === "function" ||
    typeof (value as { matches?: unknown } | null | undefined)?.matches === "function"
  );
}

const CIRCLE = "if it is imported, the two files import each other";

/** What stands where a filter should, and what to write instead; for the message of an error. */
export function describeMisplaced(value: unknown): string {
  if (value === undefined) return `undefined; ${CIRCLE}`;
  if (typeof value === "string") {
    const given = JSON.stringify(value);
    return `${given}; write text(${given}), command(${given}) or what callbackData() gives`;
  }
  if (typeof value === "boolean")
    return `${value}; paths are compared by their own words: F.message.text.is("Yes")`;
  if (value instanceof RegExp) return `${String(value)}; write text(${String(value)})`;
  if (isEventKind(value)) return `a kind of event; its handlers are added by on(kind, …)`;
  if (Array.isArray(value)) return "a list; write and(…) or or(…)";
  if (value === null || typeof value !== "object") return nameOf(value);
  if (value instanceof Promise) return "a promise; await it first, or write an async function";
  const members = Object.values(value);
  if (members.length > 0 && members.every((member) => isStateLike(member)))
    return "a group of states; write inGroup(group), or one of its states";
  return "an object";
}

/** What stands where a router should, and what to write instead. */
export function describeNonRouter(value: unknown): string {
  if (value === undefined) return `undefined; ${CIRCLE}`;
  if (Array.isArray(value)) return "a list; write include(...list)";
  if (typeof value === "function") return "a function; include what it makes";
  if (typeof value === "object" && value !== null)
    return "an object; of a module, include the router that it exports";
  return nameOf(value);
}

function nameOf(value: unknown): string {
  return value === null ? "null" : `a ${typeof value}`;
}

function isStateLike(value: unknown): boolean {
  return typeof value === "object" && value !== null && isState(value);
}
