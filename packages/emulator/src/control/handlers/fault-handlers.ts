import type { FaultRule } from "../../faults/fault.ts";
import { requireBot } from "../../world/directory.ts";
import type { HandlersOf } from "../control-call.ts";
import type { ControlHost } from "../control-host.ts";
import type { faultOperations } from "../operations/fault-operations.ts";

/** What goes wrong on purpose. */
export function faultHandlers(host: ControlHost): HandlersOf<typeof faultOperations> {
  const { world, faults, floodLimits } = host;
  return {
    addFault: ({ body }) => {
      const { bot, ...rule } = body;
      const named = bot === undefined ? {} : { bot: requireBot(world, bot).id };
      return { fault_id: faults.add({ ...rule, ...named } as FaultRule) };
    },
    listFaults: () => ({ faults: faults.list() }),
    clearFaults: ({ body }) => {
      faults.clear(body.fault_id);
      return { faults_left: faults.list().length };
    },
    readFloodLimits: () => ({ on: floodLimits.isOn }),
    setFloodLimits: ({ body }) => {
      floodLimits.switch(body.on);
      return { on: floodLimits.isOn };
    },
  };
}
