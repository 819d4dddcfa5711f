import type { Message } from "@hookgram/bot-api";
import type { FilterObject } from "./filter.ts";
import type { WithMessage } from "./text.ts";

/** The fields that a message may lack, such as `photo`, `caption`, `reply_to_message`. */
export type OptionalField = {
  [K in keyof Message]-?: undefined extends Message[K] ? K : never;
}[keyof Message];

/** A message in which these fields are known to be there. */
export interface WithFields<K extends OptionalField> {
  readonly message: Required<Pick<Message, K>>;
}

/**
 * Messages that have all of these fields, which are not optional for the handler any more. For one
 * of several write `or(has("photo"), has("document"))`.
 */
export function has<K extends OptionalField>(
  ...fields: readonly [K, ...K[]]
): FilterObject<WithMessage, WithFields<K>> {
  return {
    label: `has(${fields.join(", ")})`,
    matches: ({ message }) => fields.every((field) => message[field] !== undefined),
  };
}
