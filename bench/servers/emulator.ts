/**
 * The emulator in a process of its own, so that its CPU time and its memory are nobody else's. The
 * parent calls it over HTTP, and by messages lets people write to the bot.
 */
import { startTelegram } from "@hookgram/emulator";

import { say } from "../../packages/emulator/src/world/acts/say.ts";

/** What the parent wants done before it hears of the process's state. */
export interface EmulatorTask {
  /** Messages that people write, in turn. */
  readonly messages: number;
}

export interface EmulatorState {
  readonly url: string;
  /** CPU time of the process so far. */
  readonly cpuMs: number;
  /** What is left of the heap after a collection. */
  readonly heapBytes: number;
}

const PEOPLE = 1_000;
const FIRST_PERSON = 10_000;
const TOKEN = "1234:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

const people = Array.from({ length: PEOPLE }, (_, index) => {
  return { id: FIRST_PERSON + index, first_name: `Person ${index}` };
});
const telegram = await startTelegram({ port: 0, world: { bots: [{ token: TOKEN }], people } });
let written = 0;

process.on("message", ({ messages }: EmulatorTask) => {
  for (let count = 0; count < messages; count += 1) {
    const person = FIRST_PERSON + (written++ % PEOPLE);
    say(telegram.world, { person, text: `Message ${written}: how long until this is answered?` });
  }
  process.send!(state());
});
process.on("disconnect", () => void telegram.close());
process.send!(state());

function state(): EmulatorState {
  const { user, system } = process.cpuUsage();
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return { url: telegram.url, cpuMs: (user + system) / 1000, heapBytes: heapUsed + external };
}
