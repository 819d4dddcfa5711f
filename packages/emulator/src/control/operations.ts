import { actOperations } from "./operations/act-operations.ts";
import { checklistOperations } from "./operations/checklist-operations.ts";
import { faultOperations } from "./operations/fault-operations.ts";
import { groupOperations } from "./operations/group-operations.ts";
import { happenOperations } from "./operations/happen-operations.ts";
import { readOperations } from "./operations/read-operations.ts";
import { runOperations } from "./operations/run-operations.ts";
import { webAppOperations } from "./operations/web-app-operations.ts";
import { worldOperations } from "./operations/world-operations.ts";

/** Every operation of the control interface, by its id. */
export const OPERATIONS = {
  ...worldOperations,
  ...actOperations,
  ...checklistOperations,
  ...groupOperations,
  ...happenOperations,
  ...webAppOperations,
  ...readOperations,
  ...runOperations,
  ...faultOperations,
};

export type OperationId = keyof typeof OPERATIONS;
