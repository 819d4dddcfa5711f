import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type BotApi, createBotApi } from "@hookgram/bot-api";
import { startTelegram } from "@hookgram/emulator";
import {
  blockquote,
  bold,
  code,
  customEmoji,
  expandableBlockquote,
  fmt,
  type Formatted,
  html,
  type Html,
  italic,
  link,
  pre,
  spoiler,
  splitText,
  strike,
  underline,
} from "hookgram";

/** Calls a local Telegram, whose one user has begun a chat with the bot. */
async function withChat(act: (api: BotApi, chatId: number) => Promise<void>): Promise<void> {
  const telegram = await startTelegram({ port: 0 });
  try {
    const token = `1234:${"A".repeat(35)}`;
    const api = createBotApi({ token, apiRoot: telegram.url });
    await api.getMe();
    const anna = await telegram.users.add("Anna");
    await anna.say("/start");
    await act(api, anna.id);
  } finally {
    await telegram.close();
  }
}

/** The same text by entities, and by tags, which Telegram counts itself. */
const PAIRS: readonly (readonly [Formatted, Html])[] = [
  [fmt`👍 ${bold("a <b>")} c`, html`👍 <b>a &lt;b&gt;</b> c`],
  [fmt`é👨‍👩‍👧 ${bold`x ${italic`y ${underline("z")}`}`}`, html`é👨‍👩‍👧 <b>x <i>y <u>z</u></i></b>`],
  [fmt`${strike`1 ${spoiler("👍🏽")}`} 2`, html`<s>1 <tg-spoiler>👍🏽</tg-spoiler></s> 2`],
  [fmt`${code("a👍")}b`, html`<code>a👍</code>b`],
  [
    fmt`${pre("let a;", "ts")}\nx`,
    html`<pre><code class="language-ts">let a;</code></pre>
x`,
  ],
  [
    fmt`👍${link("a", "https://a.example/?b=1&c")}`,
    html`👍<a href="https://a.example/?b=1&amp;c">a</a>`,
  ],
  [fmt`${blockquote`q ${bold("b")}`}x`, html`<blockquote>q <b>b</b></blockquote>x`],
  [fmt`${expandableBlockquote("q")}x`, html`<blockquote expandable>q</blockquote>x`],
  [
    fmt`a ${customEmoji("👍", "5368324170671202286")}`,
    html`a <tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>`,
  ],
];

describe("formatted texts before Telegram", () => {
  it("are the same by entities and by tags", () =>
    withChat(async (api, chat_id) => {
      for (const [byEntities, byTags] of PAIRS) {
        const one = await api.sendMessage({ chat_id, ...byEntities });
        const other = await api.sendMessage({ chat_id, ...byTags });
        assert.deepEqual([one.text, one.entities], [other.text, other.entities]);
        assert.notEqual(one.entities, undefined);
      }
    }));

  it("are taken in parts, with all their formatting", () =>
    withChat(async (api, chat_id) => {
      const text = fmt`${bold("👍 One sentence of a story. ".repeat(400))}\n${italic("The end.")}`;
      const parts = splitText(text);
      assert.equal(parts.length, 3);
      for (const part of parts) {
        const sent = await api.sendMessage({ chat_id, ...part });
        assert.deepEqual({ text: sent.text, entities: sent.entities }, part);
      }
    }));
});
