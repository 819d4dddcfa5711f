import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createBotApi, fileFromBytes } from "@hookgram/bot-api";
import { startTelegram } from "@hookgram/emulator";
import { album, bold } from "hookgram";

describe("an album before Telegram", () => {
  it("is sent with its files, as one group with one caption", async () => {
    const telegram = await startTelegram({ port: 0 });
    try {
      const api = createBotApi({ token: `1234:${"A".repeat(35)}`, apiRoot: telegram.url });
      await api.getMe();
      const anna = await telegram.users.add("Anna");
      await anna.say("/start");
      const items = ["one", "two"].map(
        (name) => ({ type: "document", media: fileFromBytes(name, `${name}.txt`) }) as const,
      );
      const sent = await api.sendMediaGroup({ chat_id: anna.id, ...album(items, bold("Both")) });
      assert.deepEqual(
        sent.map(({ document, caption, caption_entities }) => [
          document?.file_name,
          caption,
          caption_entities,
        ]),
        [
          ["one.txt", "Both", [{ type: "bold", offset: 0, length: 4 }]],
          ["two.txt", undefined, undefined],
        ],
      );
      assert.equal(new Set(sent.map(({ media_group_id }) => media_group_id)).size, 1);
      assert.notEqual(sent[0]?.media_group_id, undefined);
    } finally {
      await telegram.close();
    }
  });
});
