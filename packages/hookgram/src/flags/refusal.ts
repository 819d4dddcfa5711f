import type { CommonContext, Reply, Send } from "../context/context.ts";

/** What is found by whoever tells people that the bot does not do what they want. */
export interface RefusalContext extends CommonContext {
  /** Absent where the update came from no chat. */
  readonly reply: Reply | undefined;
  readonly send: Send | undefined;
}

/** Tells somebody that they are refused; what it gives is of no interest. */
export type Refuse = (context: RefusalContext) => unknown;

/** The refusal stands whether or not it can be told: an error is logged, and tries nothing again. */
export async function tell(refuse: Refuse | undefined, context: object): Promise<void> {
  const refused = context as RefusalContext;
  try {
    await refuse?.(refused);
  } catch (error) {
    const fields = { error, handler: refused.handler?.name };
    refused.logger.warn(fields, "Somebody was refused and could not be told");
  }
}
