import type { Message } from "@hookgram/bot-api";
import type { CommonContext } from "../context/context.ts";
import { Scope } from "../context/scope.ts";
import { type Filter, filterFunction, filterLabel, type FilterObject } from "../filter/filter.ts";
import type { WithMessage } from "../filter/text.ts";
import type { Album } from "./incoming-album.ts";

/** What filters of albums need to find in the context. */
export interface WithAlbum {
  readonly album: Album;
}

/** What a filter of messages finds when it is asked about a part. */
export type PartContext = CommonContext & { readonly message: Message };

/** The message as a filter narrows it. */
type Narrowed<Out> = Out extends { readonly message: infer Known } ? Message & Known : Message;

/**
 * Albums of which every part matches a filter of messages: `everyPart(has("photo"))`. The handler gets
 * the parts, with the type that the filter knows, as `parts`.
 */
export function everyPart<Out extends object>(
  filter: Filter<PartContext, Out>,
): FilterObject<WithAlbum, { readonly parts: readonly [Narrowed<Out>, ...Narrowed<Out>[]] }> {
  const matches = filterFunction(filter);
  return {
    label: `everyPart(${filterLabel(filter)})`,
    async matches(context) {
      const { parts } = context.album;
      for (const part of parts) if (!isMatch(await matches(contextOf(part, context)))) return false;
      return { parts: parts as readonly [Narrowed<Out>, ...Narrowed<Out>[]] };
    },
  };
}

/**
 * Albums of which a part matches a filter of messages: `somePart(command("sell"))` for a command in the
 * caption. The handler gets the first such part as `part`, and what the filter adds.
 */
export function somePart<Out extends object>(
  filter: Filter<PartContext, Out>,
): FilterObject<WithAlbum, { readonly part: Narrowed<Out> } & Omit<Out, "message">> {
  const matches = filterFunction(filter);
  return {
    label: `somePart(${filterLabel(filter)})`,
    async matches(context) {
      for (const part of context.album.parts) {
        const verdict = await matches(contextOf(part, context));
        if (!isMatch(verdict)) continue;
        const { message: _same, ...added } = (
          verdict === true ? {} : verdict
        ) as Partial<WithMessage>;
        return { ...added, part } as { readonly part: Narrowed<Out> } & Omit<Out, "message">;
      }
      return false;
    },
  };
}

function isMatch<Out>(verdict: Out | boolean | null | undefined): verdict is Out | true {
  return verdict !== false && verdict !== null && verdict !== undefined;
}

/** As the handler of that message would find it. */
function contextOf(message: Message, context: WithAlbum): PartContext {
  const { kind } = context.album;
  // A plain object is what somebody's unit test calls a filter with.
  const part: object =
    context instanceof Scope ? context.forPart(kind, message) : { ...context, kind, message };
  return part as PartContext;
}
