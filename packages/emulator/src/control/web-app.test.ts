import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import type {
  Message,
  PreparedInlineMessage,
  SentGuestMessage,
  SentWebAppMessage,
} from "@hookgram/bot-api";
import { ANNA, BEN, BOT_ID, START_S, STAGE_WORLD, Stage, TOKEN } from "../../test/stage.ts";

const APP = "https://shop.example/app";
const GROUP = -1_003_333_333_333;
const web_app = { url: APP };
const result = {
  type: "article",
  id: "1",
  title: "Tea",
  input_message_content: { message_text: "<b>Tea</b>", parse_mode: "HTML" },
};
const TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid";

interface Launched {
  readonly source: string;
  readonly url: string;
  readonly init_data: string;
  readonly query_id?: string;
}

async function openWithInlineApp(): Promise<Stage> {
  const stage = await Stage.open();
  await stage.begin();
  const reply_markup = { inline_keyboard: [[{ text: "Shop", web_app }]] };
  await stage.ok("sendMessage", { chat_id: ANNA, text: "Buy", reply_markup });
  return stage;
}

/** The check that Telegram's manual describes for bots. */
function isFromTelegram(initData: string): boolean {
  const fields = new URLSearchParams(initData);
  const hash = fields.get("hash");
  fields.delete("hash");
  const lines = [...fields].map(([name, value]) => `${name}=${value}`).toSorted();
  const secret = createHmac("sha256", "WebAppData").update(TOKEN).digest();
  return createHmac("sha256", secret).update(lines.join("\n")).digest("hex") === hash;
}

describe("a Web App", () => {
  it("of an inline button knows its user, by data that the bot can check", async () => {
    await using stage = await openWithInlineApp();
    const app = await stage.act<Launched>("launch", { person: ANNA, label: "Shop" });
    assert.ok(isFromTelegram(app.init_data));
    assert.ok(!isFromTelegram(app.init_data.replace("Anna", "Hanna")));
    const told = new URLSearchParams(app.init_data);
    assert.deepEqual(JSON.parse(told.get("user")!), {
      id: ANNA,
      first_name: "Anna",
      username: "anna",
      language_code: "en",
      allows_write_to_pm: true,
    });
    assert.equal(told.get("auth_date"), String(START_S));
    assert.equal(told.get("query_id"), app.query_id);
    const { origin, pathname, hash } = new URL(app.url);
    assert.equal(`${origin}${pathname}`, APP);
    assert.equal(new URLSearchParams(hash.slice(1)).get("tgWebAppData"), app.init_data);
  });

  it("of a direct link learns what the link says and where it stood, and gets no query", async () => {
    await using stage = await Stage.open({
      ...STAGE_WORLD,
      chats: [
        {
          id: GROUP,
          type: "supergroup",
          title: "Team",
          members: [{ user: ANNA }, { user: BOT_ID }],
        },
      ],
    });
    const link = { url: APP, start_param: "ref_42" };
    const app = await stage.act<Launched>("launch", { person: ANNA, chat: GROUP, link });
    assert.ok(isFromTelegram(app.init_data));
    const told = new URLSearchParams(app.init_data);
    assert.deepEqual([told.get("start_param"), told.get("chat_type")], ["ref_42", "supergroup"]);
    assert.match(told.get("chat_instance")!, /^-?\d{10,20}$/);
    assert.deepEqual([app.source, told.get("query_id"), app.query_id], ["link", null, undefined]);
    const hash = new URLSearchParams(new URL(app.url).hash.slice(1));
    assert.equal(hash.get("tgWebAppStartParam"), "ref_42");
    const own = await stage.act<Launched>("launch", { person: ANNA, link: { url: APP } });
    const toldAlone = new URLSearchParams(own.init_data);
    assert.deepEqual([toldAlone.get("start_param"), toldAlone.get("chat_type")], [null, "sender"]);
    assert.notEqual(toldAlone.get("chat_instance"), told.get("chat_instance"));
  });

  it("lets the bot answer once, in the person's name", async () => {
    await using stage = await openWithInlineApp();
    const { query_id } = await stage.act<Launched>("launch", { person: ANNA, label: "Shop" });
    const reply_markup = { inline_keyboard: [[{ text: "More", callback_data: "more" }]] };
    const answer = { web_app_query_id: query_id, result: { ...result, reply_markup } };
    const sent = await stage.ok<SentWebAppMessage>("answerWebAppQuery", answer);
    const message = await stage.next("message");
    assert.deepEqual(
      [message.text, message.entities?.[0]?.type, message.from?.id, message.via_bot?.id],
      ["Tea", "bold", ANNA, BOT_ID],
    );
    assert.equal(await stage.refusal("answerWebAppQuery", answer), TOO_OLD);
    const { inline_message_id } = sent;
    await stage.ok("editMessageText", { inline_message_id, text: "Sold" });
  });

  it("opens by the menu button, and by nothing when that shows commands", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const launch = { person: ANNA };
    assert.match(
      await stage.fails("launch", launch),
      /^409 the menu button of @stage_bot opens no/,
    );
    const menu_button = { type: "web_app", text: "Shop", web_app };
    await stage.ok("setChatMenuButton", { menu_button });
    const app = await stage.act<Launched>("launch", launch);
    assert.equal(app.source, "menu");
    assert.ok(isFromTelegram(app.init_data));
  });

  it("of the reply keyboard is told nothing and sends data back", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const reply_markup = { keyboard: [[{ text: "Form", web_app }, { text: "No app" }]] };
    await stage.ok("sendMessage", { chat_id: ANNA, text: "Fill in", reply_markup });
    const anna = stage.telegram.users.get(ANNA);
    const app = await anna.launch("Form");
    assert.deepEqual([app.initData, app.queryId], ["", undefined]);
    await app.sendData('{"size":3}');
    const { web_app_data } = await stage.next("message");
    assert.deepEqual(web_app_data, { button_text: "Form", data: '{"size":3}' });
    await assert.rejects(anna.launch("No app"), /the button "No app" opens no Web App/);
    await assert.rejects(anna.launch("Else"), /no button "Else" in that chat: there are "Form"/);
  });
});

describe("a prepared message", () => {
  it("is sent by its person, to chats of the allowed kinds, for a day", async () => {
    const member = [{ user: ANNA }];
    const chats = [{ id: GROUP, type: "supergroup" as const, title: "Tea", members: member }];
    await using stage = await Stage.open({ ...STAGE_WORLD, chats });
    await stage.begin();
    const { id, expiration_date } = await stage.ok<PreparedInlineMessage>(
      "savePreparedInlineMessage",
      { user_id: ANNA, result, allow_group_chats: true },
    );
    assert.equal(expiration_date, START_S + 86_400);
    const send = { person: ANNA, prepared_message_id: id };
    const { message } = await stage.act<{ message: Message }>("sendPrepared", {
      ...send,
      chat: GROUP,
    });
    assert.deepEqual([message.text, message.via_bot?.id], ["Tea", BOT_ID]);
    assert.equal(
      await stage.fails("sendPrepared", send),
      "409 that message may go to group, and not to a bot",
    );
    assert.match(await stage.fails("sendPrepared", { ...send, person: BEN }), /^404 person 1002/);
    await stage.pass(86_400);
    assert.match(await stage.fails("sendPrepared", { ...send, chat: GROUP }), /^404 person 1001/);
  });
});

describe("a guest query", () => {
  it("is answered once, into the chat that the bot is not in", async () => {
    const members = [{ user: ANNA }, { user: BEN }];
    const chats = [{ id: GROUP, type: "supergroup" as const, title: "Elsewhere", members }];
    await using stage = await Stage.open({ ...STAGE_WORLD, chats });
    await stage.ok("getUpdates", { allowed_updates: ["guest_message"] });
    await stage.act("callGuest", { person: ANNA, chat: GROUP, text: "@stage_bot tea?" });
    const { guest_query_id } = await stage.next("guest_message");
    const answer = { guest_query_id, result };
    assert.equal(
      await stage.refusal("answerWebAppQuery", { web_app_query_id: guest_query_id, result }),
      TOO_OLD,
    );
    const { inline_message_id } = await stage.ok<SentGuestMessage>("answerGuestQuery", answer);
    await stage.ok("editMessageText", { inline_message_id, text: "Coffee" });
    const { messages } = await stage.act<{ messages: Message[] }>("getMessages", { chat: GROUP });
    const last = messages.at(-1);
    assert.deepEqual(
      [last?.text, last?.from?.id, last?.guest_bot_caller_user?.id],
      ["Coffee", BOT_ID, ANNA],
    );
    assert.equal(await stage.refusal("answerGuestQuery", answer), TOO_OLD);
  });
});
