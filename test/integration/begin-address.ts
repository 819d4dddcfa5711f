import assert from "node:assert/strict";
import type { Message } from "@hookgram/bot-api";

import type { Control } from "../telegram-user.ts";

/**
 * Goes half-way through the support bot's change of address: the street is given, the city not.
 * Resolves with the question for the city.
 */
export async function beginAddress(control: Control, person: number): Promise<Message> {
  await control.ask(person, "/address");
  await control.post("press", { person, label: "Enter it" });
  assert.match((await control.next(person)).text ?? "", /street/i);
  const question = await control.ask(person, "Rosenweg 12");
  assert.match(question.text ?? "", /postal code/i);
  return question;
}
