/** What a restart or a kill of the support bot leaves behind: nothing lost, nothing doubled. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";

import { GROUP, OLGA, Stage } from "./support-bot-stage.ts";

let stage: Stage;
before(async () => {
  stage = await Stage.open();
});
after(() => stage.close());

suite("after its end the support bot goes on where it was", () => {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    test(`with a half-done address, after ${signal}`, async () => {
      await stage.startBot();
      const ada = await stage.newPerson();
      await ada.ask("/address");
      await ada.choose("Enter it");
      const question = await ada.ask("Am See 1");
      await stage.endBot(signal);
      // Written while nobody is there: Telegram keeps it.
      await ada.say("1010 Wien");
      await stage.startBot();
      assert.match((await ada.nextAfter(question)).text!, /country/);
      const summary = await ada.choose("🇦🇹 Austria");
      assert.match(summary.text!, /Am See 1\n1010 Wien\nAustria$/);
      await stage.endBot(signal);
      await stage.startBot();
      await ada.press("Save");
      assert.match((await ada.nextAfter(summary)).text!, /^✅/);
      assert.match((await ada.ask("/address")).text!, /Am See 1/);
      await stage.endBot("SIGTERM");
    });

    test(`with an open ticket, after ${signal}`, async () => {
      await stage.startBot();
      const ada = await stage.newPerson();
      const olga = await stage.person(OLGA, GROUP);
      await ada.ask("/person");
      const opened = await ada.ask("It hums");
      await olga.next();
      const problem = await olga.next();
      await stage.endBot(signal);
      await olga.say("Which lamp?", problem);
      await ada.say("Are you there?");
      await stage.startBot();
      assert.equal((await ada.nextAfter(opened)).text, "Which lamp?");
      assert.equal((await olga.next()).text, "Are you there?");
      await stage.endBot("SIGTERM");
    });
  }
});

test("without a group it says that nobody is at the desk", async () => {
  await stage.startBot({ OPERATORS_CHAT_ID: "" });
  const ada = await stage.newPerson();
  assert.match((await ada.ask("/person")).text!, /nobody is at the desk/);
  assert.match((await ada.ask("Hello?")).text!, /not understand/);
  await stage.endBot("SIGTERM");
});
