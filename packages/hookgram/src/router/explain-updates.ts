import { OPT_IN_UPDATE_KINDS, UPDATE_KINDS, type UpdateKind } from "@hookgram/bot-api";
import { ALBUM_KIND } from "../album/incoming-album.ts";
import type { RouterEntry } from "./registry.ts";

/** Why Telegram is asked for a kind of update, or is not. */
export interface UpdateDemand {
  readonly kind: UpdateKind;
  /** Whether it is in `allowedUpdates`. */
  readonly asked: boolean;
  /** Whether Telegram sends it only to bots that name it in `allowed_updates`. */
  readonly optIn: boolean;
  /**
   * Who asks for it: names of handlers, or `moreUpdates`. For a kind that is not asked for: the
   * filters and middlewares that are made for it and never see an update.
   */
  readonly wantedBy: readonly string[];
}

/** Every kind that something in the tree is made for, in Telegram's order. */
export function explainUpdates(
  root: RouterEntry,
  moreUpdates: readonly UpdateKind[],
): readonly UpdateDemand[] {
  return UPDATE_KINDS.flatMap((kind) => {
    const handlers = [...handlersFor(kind, root)];
    if (moreUpdates.includes(kind)) handlers.push("moreUpdates");
    const asked = handlers.length > 0;
    const wantedBy = asked ? handlers : [...partsFor(kind, root)];
    const optIn = OPT_IN_UPDATE_KINDS.includes(kind);
    return wantedBy.length === 0 ? [] : [{ kind, asked, optIn, wantedBy }];
  });
}

/** One line for each kind, for people. */
export function formatDemands(demands: readonly UpdateDemand[]): string {
  return demands
    .map(({ kind, asked, optIn, wantedBy }) => {
      const by = wantedBy.slice(0, NAMES_MAX).join(", ");
      const rest = wantedBy.length - NAMES_MAX;
      const names = rest > 0 ? `${by} and ${rest} more` : by;
      if (!asked) return `${kind}: not asked for, so ${names} never run; see moreUpdates`;
      return `${kind}${optIn ? " (only on request)" : ""}: ${names}`;
    })
    .join("\n");
}

/** Enough to recognise the place; the whole list is in the data. */
const NAMES_MAX = 3;

function* handlersFor(kind: UpdateKind, entry: RouterEntry): Generator<string> {
  for (const handler of entry.handlers) {
    const asksFor = handler.kind === ALBUM_KIND.kind ? "message" : handler.kind;
    if (asksFor === kind) yield handler.name;
  }
  for (const child of entry.children) yield* handlersFor(kind, child);
}

function* partsFor(kind: UpdateKind, entry: RouterEntry): Generator<string> {
  for (const side of ["outer", "filters", "inner"] as const)
    for (const part of entry[side])
      if (part.kind === kind)
        yield `${side === "filters" ? "filter" : side} ${entry.path}/${part.name}`;
  for (const child of entry.children) yield* partsFor(kind, child);
}
