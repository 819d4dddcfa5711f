import { actOperations } from "./operations/act-operations.ts";
import { readOperations } from "./operations/read-operations.ts";
import { runOperations } from "./operations/run-operations.ts";
import { worldOperations } from "./operations/world-operations.ts";

/** Every operation of the control interface, by its id. */
export const OPERATIONS = {
  ...worldOperations,
  ...actOperations,
  ...readOperations,
  ...runOperations,
};

export type OperationId = keyof typeof OPERATIONS;
