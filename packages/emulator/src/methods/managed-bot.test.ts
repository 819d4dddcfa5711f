import assert from "node:assert/strict";
import { it } from "node:test";
import { ANNA, BEN, Stage } from "../../test/stage.ts";

const MADE_ID = 7001;
const MADE_TOKEN = `${MADE_ID}:${"A".repeat(35)}`;

it("a bot reads and replaces the token of a bot that it manages", async () => {
  await using stage = await Stage.open();
  await stage.act("createManagedBot", { person: ANNA, bot: { token: MADE_TOKEN } });
  const { user, bot } = await stage.next("managed_bot");
  assert.deepEqual([user.id, bot.id], [ANNA, MADE_ID]);
  const managed = { user_id: MADE_ID };
  assert.equal(await stage.ok("getManagedBotToken", managed), MADE_TOKEN);
  const token = await stage.ok<string>("replaceManagedBotToken", managed);
  assert.equal((await stage.call("getMe", {}, MADE_TOKEN)).error_code, 401);
  assert.equal((await stage.call("getMe", {}, token)).ok, true);
  assert.equal((await stage.next("managed_bot")).bot.id, MADE_ID);
  assert.equal(
    await stage.refusal("getManagedBotToken", { user_id: ANNA }),
    "Bad Request: BOT_ACCESS_FORBIDDEN",
  );
});

it("a bot says who may write to a bot that it manages", async () => {
  await using stage = await Stage.open();
  await stage.act("createManagedBot", { person: ANNA, bot: { token: MADE_TOKEN } });
  const managed = { user_id: MADE_ID };
  const settings = (): Promise<object> => stage.ok("getManagedBotAccessSettings", managed);
  assert.deepEqual(await settings(), { is_access_restricted: false });
  const restricted = { ...managed, is_access_restricted: true };
  await stage.ok("setManagedBotAccessSettings", restricted);
  await stage.act("say", { person: ANNA, bot: MADE_ID, text: "/start" });
  const ben = { person: BEN, bot: MADE_ID, text: "/start" };
  assert.match(await stage.fails("say", ben), /^409 @\w+ is not open to person 1002/);
  await stage.ok("setManagedBotAccessSettings", { ...restricted, added_user_ids: [BEN] });
  const { added_users } = (await settings()) as { added_users: { id: number }[] };
  assert.deepEqual(
    added_users.map(({ id }) => id),
    [BEN],
  );
  await stage.act("say", ben);
  assert.equal(
    await stage.refusal("setManagedBotAccessSettings", { ...restricted, added_user_ids: {} }),
    "Bad Request: expected an Array of user identifiers",
  );
});
