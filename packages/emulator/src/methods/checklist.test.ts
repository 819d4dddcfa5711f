import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "@hookgram/bot-api";
import { ANNA, BEN, START_S, Stage } from "../../test/stage.ts";

const TASKS = [
  { id: 1, text: "Milk" },
  { id: 2, text: "Bread" },
];

interface Shop {
  readonly stage: Stage;
  readonly chat: { readonly business_connection_id: string };
}

/** Anna lets the bot answer for her, and Ben has written to her. */
async function openShop(): Promise<Shop> {
  const stage = await Stage.open();
  const { business_connection } = await stage.act<{ business_connection: { id: string } }>(
    "connectBusiness",
    { person: ANNA },
  );
  const chat = { business_connection_id: business_connection.id };
  await stage.act("say", { person: BEN, ...chat, text: "What do we need?" });
  await stage.updates();
  return { stage, chat };
}

async function send({ stage, chat }: Shop, rights: object): Promise<number> {
  const checklist = { title: "Shop", tasks: TASKS, ...rights };
  const sent = { ...chat, chat_id: BEN, checklist };
  return (await stage.ok<Message>("sendChecklist", sent)).message_id;
}

describe("tasks of a checklist", () => {
  it("are ticked by others when the list allows it, and the bot hears of it", async () => {
    const shop = await openShop();
    await using stage = shop.stage;
    const message_id = await send(shop, { others_can_mark_tasks_as_done: true });
    const ben = { person: BEN, ...shop.chat, message_id };
    await stage.act("markTasks", { ...ben, done: [1, 2] });
    const { checklist_tasks_done: done } = await stage.next("business_message");
    assert.deepEqual(done?.marked_as_done_task_ids, [1, 2]);
    const [milk] = done?.checklist_message?.checklist?.tasks ?? [];
    assert.deepEqual([milk?.completed_by_user?.id, milk?.completion_date], [BEN, START_S]);
    await stage.act("markTasks", { ...ben, not_done: [1] });
    const undone = (await stage.next("business_message")).checklist_tasks_done;
    assert.deepEqual(undone?.marked_as_not_done_task_ids, [1]);
    assert.deepEqual(undone?.checklist_message?.checklist?.tasks[0], TASKS[0]);
    assert.match(await stage.fails("markTasks", { ...ben, done: [3] }), /^404 .*no task 3/);
    assert.match(
      await stage.fails("addTasks", { ...ben, tasks: ["Tea"] }),
      /^409 .*not for person/,
    );
  });

  it("are added by others when the list allows it, and by its author always", async () => {
    const shop = await openShop();
    await using stage = shop.stage;
    const message_id = await send(shop, { others_can_add_tasks: true });
    const ben = { person: BEN, ...shop.chat, message_id };
    await stage.act("addTasks", { ...ben, tasks: ["Tea"] });
    const { checklist_tasks_added: added } = await stage.next("business_message");
    assert.deepEqual(added?.tasks, [{ id: 3, text: "Tea" }]);
    assert.equal(added?.checklist_message?.checklist?.tasks.length, 3);
    assert.match(await stage.fails("markTasks", { ...ben, done: [1] }), /^409 .*not for person/);
    await stage.act("markTasks", { ...ben, person: ANNA, chat: BEN, done: [1] });
    const { checklist_tasks_done } = await stage.next("business_message");
    assert.deepEqual(checklist_tasks_done?.marked_as_done_task_ids, [1]);
  });

  it("come in lists that people send, too", async () => {
    await using stage = await Stage.open();
    await stage.act("sendChecklist", { person: ANNA, title: "Shop", tasks: ["Milk", "Bread"] });
    assert.deepEqual((await stage.next("message")).checklist, { title: "Shop", tasks: TASKS });
  });
});
