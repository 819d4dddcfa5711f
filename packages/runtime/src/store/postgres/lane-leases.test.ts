import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { LaneLeases } from "./lane-leases.ts";

/** After everything that happens here. */
const LATER_MS = 1_000;

function dueOf(leases: LaneLeases): readonly string[] {
  return leases.due(LATER_MS);
}

describe("the lanes that are to be released", () => {
  it("are those that the caller has let go of", () => {
    const leases = new LaneLeases();
    leases.hold("a");
    leases.hold("b");
    leases.letGo("a", 1);
    assert.deepEqual(dueOf(leases), ["a"]);
    leases.keep("a");
    assert.deepEqual(dueOf(leases), []);
  });

  it("are not those in which something waits for a claim", () => {
    const leases = new LaneLeases();
    leases.hold("a");
    leases.wait("a", false);
    leases.letGo("a", 1);
    // The caller wanted it in hand, and it is behind what waits for whoever claims it.
    leases.wait("b", true);
    leases.letGo("b", 1);
    assert.deepEqual(dueOf(leases), []);
  });

  it("are so again when it was claimed, or is not there after all", () => {
    const leases = new LaneLeases();
    for (const lane of ["a", "b"]) {
      leases.hold(lane);
      leases.wait(lane, false);
    }
    leases.hold("a");
    leases.rest("b", 1);
    for (const lane of ["a", "b"]) leases.letGo(lane, 1);
    assert.deepEqual(dueOf(leases), ["a", "b"]);
  });

  it("remember nothing of lanes that the caller does not have", () => {
    const leases = new LaneLeases();
    leases.wait("a", false);
    leases.letGo("a", 1);
    assert.deepEqual(dueOf(leases), ["a"]);
  });
});
