import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ANNA, Stage } from "../../test/stage.ts";

interface Seen {
  readonly draft?: { readonly draft_id: number; readonly text?: string };
}

async function seenDraft(stage: Stage): Promise<Seen["draft"]> {
  return (await stage.act<Seen>("getMessages", { person: ANNA })).draft;
}

describe("a draft", () => {
  it("is seen while it is written, one at a time, and goes when the message comes", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const draft = { chat_id: ANNA, draft_id: 7, can_stop: true };
    await stage.ok("sendMessageDraft", draft);
    assert.deepEqual(await seenDraft(stage), { draft_id: 7, can_stop: true });
    await stage.ok("sendMessageDraft", { ...draft, text: "<b>He</b>", parse_mode: "HTML" });
    assert.deepEqual(await seenDraft(stage), {
      draft_id: 7,
      can_stop: true,
      text: "He",
      entities: [{ type: "bold", offset: 0, length: 2 }],
    });
    await stage.ok("sendMessageDraft", { chat_id: ANNA, draft_id: 8, text: "Hello" });
    assert.equal((await seenDraft(stage))?.draft_id, 8);
    await stage.ok("sendMessage", { chat_id: ANNA, text: "Hello Anna" });
    assert.equal(await seenDraft(stage), undefined);
  });

  it("goes after 30 seconds without another one", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const draft = { chat_id: ANNA, draft_id: 7, text: "Hm" };
    await stage.ok("sendMessageDraft", draft);
    await stage.pass(20);
    await stage.ok("sendMessageDraft", draft);
    await stage.pass(29);
    assert.equal((await seenDraft(stage))?.text, "Hm");
    await stage.pass(1);
    assert.equal(await seenDraft(stage), undefined);
    const { entries } = stage.telegram.journal.read(0, 1000);
    const told = entries.flatMap((entry) => (entry.type === "draft" ? [entry.content?.text] : []));
    assert.deepEqual(told, ["Hm", "Hm", undefined]);
  });

  it("goes when it is stopped, unless it is to be kept, and can be stopped once", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const draft = { chat_id: ANNA, draft_id: 7, text: "Once upon", can_stop: true };
    await stage.ok("sendMessageDraft", draft);
    await stage.act("stopDraft", { person: ANNA, draft_id: 7 });
    assert.deepEqual(await stage.kinds(), ["stopped_message_generation"]);
    assert.equal(await seenDraft(stage), undefined);
    await stage.ok("sendMessageDraft", { ...draft, keep_on_stop: true });
    await stage.act("stopDraft", { person: ANNA, draft_id: 7 });
    assert.equal((await seenDraft(stage))?.text, "Once upon");
    const again = await stage.fails("stopDraft", { person: ANNA, draft_id: 7 });
    assert.match(again, /^404 there is no draft 7 that can be stopped$/);
  });
});
