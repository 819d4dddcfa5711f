import { HookgramError } from "../error.ts";

/** What a message of a bundle can be given. */
export type MessageValue = string | number | Date;

/** Messages of one language that another library formats, Fluent's for example. */
export interface MessageBundle {
  has(id: string): boolean;
  format(id: string, values: Readonly<Record<string, MessageValue>>): string;
}

/** The names of messages, each with the names of the values that it takes. */
export type MessageIds = Readonly<Record<string, readonly string[]>>;

/** The messages of a bundle as functions. */
export type BundleMessages<Ids extends MessageIds> = {
  readonly [Id in keyof Ids]: Ids[Id] extends readonly []
    ? () => string
    : (values: Readonly<Record<Ids[Id][number], MessageValue>>) => string;
};

/**
 * Makes typed functions of a bundle's messages: bundleMessages(bundle, { hello: ["name"], bye: [] }).
 * @throws HookgramError `bad-argument` that names the messages which the bundle lacks.
 */
export function bundleMessages<const Ids extends MessageIds>(
  bundle: MessageBundle,
  ids: Ids,
): BundleMessages<Ids> {
  const missing = Object.keys(ids).filter((id) => !bundle.has(id));
  if (missing.length > 0)
    throw new HookgramError(
      "bad-argument",
      `bundleMessages: the bundle has no message ${missing.join(", ")}`,
    );
  const functions = Object.keys(ids).map((id) => [
    id,
    (values: Readonly<Record<string, MessageValue>> = {}) => bundle.format(id, values),
  ]);
  return Object.fromEntries(functions) as BundleMessages<Ids>;
}
