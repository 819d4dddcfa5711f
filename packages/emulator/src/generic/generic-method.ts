import { METHODS } from "@hookgram/bot-api/schema";
import { businessConnection } from "../methods/chat-access.ts";
import type { MethodHandler } from "../methods/method.ts";
import type { World } from "../world/world.ts";
import { checkParams } from "./check-params.ts";
import { sampleOf } from "./sample.ts";

/**
 * The answer to a method that has no state behind it here: its parameters are held to the schema,
 * and its result is a sample of the type that the schema names. Undefined for a method that the
 * schema does not know. A business connection that the call names must be there.
 */
export function genericMethod(name: string, world: World): MethodHandler | undefined {
  const schema = METHODS[name as keyof typeof METHODS];
  if (schema === undefined) return undefined;
  return (call) => {
    const { params } = call;
    checkParams(schema, params);
    if ((params.text("business_connection_id") ?? "") !== "") businessConnection(world, call);
    return sampleOf(schema.result, {
      nowS: world.nowS(),
      given: (field) => params.text(field),
    });
  };
}
