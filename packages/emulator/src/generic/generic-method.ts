import type { Clock } from "@hookgram/bot-api";
import { METHODS } from "@hookgram/bot-api/schema";
import type { MethodHandler } from "../methods/method.ts";
import { checkParams } from "./check-params.ts";
import { sampleOf } from "./sample.ts";

/**
 * The answer to a method that has no state behind it here: its parameters are held to the schema,
 * and its result is a sample of the type that the schema names. Undefined for a method that the
 * schema does not know.
 */
export function genericMethod(name: string, clock: Clock): MethodHandler | undefined {
  const schema = METHODS[name as keyof typeof METHODS];
  if (schema === undefined) return undefined;
  return ({ params }) => {
    checkParams(schema, params);
    return sampleOf(schema.result, {
      nowS: Math.floor(clock.now() / 1000),
      given: (field) => params.text(field),
    });
  };
}
