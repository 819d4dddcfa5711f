import assert from "node:assert/strict";

import type { Control } from "../telegram-user.ts";

/** Goes half-way through the support bot's change of address: the street is given, the city not. */
export async function beginAddress(control: Control, person: number): Promise<void> {
  await control.ask(person, "/address");
  await control.post("press", { person, label: "Enter it" });
  assert.match((await control.next(person)).text ?? "", /street/i);
  assert.match((await control.ask(person, "Rosenweg 12")).text ?? "", /postal code/i);
}
