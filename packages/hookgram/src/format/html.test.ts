import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Bot, escapeHtml, html, joinHtml } from "../index.ts";
import { createTestHost, sampleUpdate } from "../testing.ts";

describe("html", () => {
  it("keeps the tags of the template and escapes what comes in", () => {
    const { text, parse_mode } = html`<b>${'<Ada> & "Co"'}</b> &amp; ${2} ${10n}`;
    assert.equal(text, "<b>&lt;Ada&gt; &amp; &quot;Co&quot;</b> &amp; 2 10");
    assert.equal(parse_mode, "HTML");
  });

  it("lets nobody out of an attribute", () => {
    const url = 'https://a.example/?a=1&b=2"><b>';
    assert.equal(
      html`<a href="${url}">here</a>`.text,
      '<a href="https://a.example/?a=1&amp;b=2&quot;&gt;&lt;b&gt;">here</a>',
    );
  });

  it("escapes once: html in html stays as it is, and a text with entities is a text", () => {
    const name = html`<i>${"a<"}</i>`;
    assert.equal(html`${name}!`.text, "<i>a&lt;</i>!");
    assert.equal(html`${"&lt;"}`.text, "&amp;lt;");
  });

  it("reads escape sequences as any template does", () => {
    assert.equal(html`a\n\u{1f44d}`.text, "a\n👍");
  });

  it("takes only its own for html, and nothing that merely looks like it", () => {
    const forged = JSON.parse('{"text":"<b>","parse_mode":"HTML"}') as never;
    assert.throws(() => html`${forged}`, {
      code: "bad-argument",
      message: "html: a piece is a text, a number or html itself, not object",
    });
    assert.throws(() => html`${undefined as never}`, { code: "bad-argument" });
    assert.throws(() => joinHtml([null as never]), { code: "bad-argument" });
  });

  it("is spread into a call as parameters", () => {
    assert.deepEqual({ ...html`<b>Hi</b>` }, { text: "<b>Hi</b>", parse_mode: "HTML" });
  });
});

describe("joinHtml", () => {
  it("puts line breaks, or what is given, between the pieces", () => {
    const lines = [html`<b>${"a&b"}</b>`, "", "c & d", 5];
    assert.equal(joinHtml(lines).text, "<b>a&amp;b</b>\n\nc &amp; d\n5");
    assert.equal(joinHtml(["a", "b"], " < ").text, "a &lt; b");
    assert.equal(joinHtml(["a", "b"], html`<br>`).text, "a<br>b");
    assert.equal(joinHtml([]).text, "");
  });
});

describe("escapeHtml", () => {
  it("writes the four characters that Telegram's HTML has named entities for, and no others", () => {
    assert.equal(
      escapeHtml(`<a href="x">'&'</a>`),
      "&lt;a href=&quot;x&quot;&gt;'&amp;'&lt;/a&gt;",
    );
    assert.equal(escapeHtml("plain – ü 👍"), "plain – ü 👍");
  });
});

describe("reply and edit", () => {
  const calls = async (register: (bot: Bot) => void, fields = {}) => {
    const bot = new Bot();
    register(bot);
    const host = createTestHost(bot);
    await host.feed(sampleUpdate("callback_query", fields));
    return host.calls.map(({ method, params }) => [method, params]);
  };
  const words = { parse_mode: "HTML", chat_id: 7 };

  it("take html in place of a text", async () => {
    const registered = (bot: Bot): void =>
      bot.callbackQuery(async ({ reply, edit }) => {
        await reply(html`<b>${"<"}</b>`, { disable_notification: true });
        await edit(html`<i>Done</i>`);
      });
    assert.deepEqual(await calls(registered), [
      ["sendMessage", { ...words, text: "<b>&lt;</b>", disable_notification: true }],
      ["editMessageText", { ...words, message_id: 1, text: "<i>Done</i>" }],
    ]);
  });

  it("take html for a caption as well", async () => {
    const message = { ...sampleUpdate("callback_query").callback_query.message!, photo: [] };
    const registered = (bot: Bot): void => bot.callbackQuery(({ edit }) => edit(html`<i>Done</i>`));
    assert.deepEqual(await calls(registered, { message }), [
      ["editMessageCaption", { ...words, message_id: 1, caption: "<i>Done</i>" }],
    ]);
  });
});
