// Interim until tools/generate-bot-api.ts writes it.
import type { APIMethodParams, APIMethodReturn } from "@gramio/types/utils";
import type { APIMethods } from "@gramio/types/methods";

export type Methods = {
  [M in keyof APIMethods]: {
    params: unknown extends APIMethodParams<M> ? {} : NonNullable<APIMethodParams<M>>;
    result: APIMethodReturn<M>;
  };
};
