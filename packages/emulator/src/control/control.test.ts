import assert from "node:assert/strict";
import { request } from "node:http";
import { describe, it } from "node:test";
import type { Message } from "@hookgram/bot-api";
import { ANNA, BEN, BOT_ID, START_MS, Stage } from "../../test/stage.ts";

interface Posted {
  readonly message: Message;
  readonly cursor: number;
}
interface Messages {
  readonly messages: Message[];
  readonly cursor: number;
}

const texts = ({ messages }: Messages): (string | undefined)[] => messages.map(({ text }) => text);

describe("the description", () => {
  it("names every operation and is what the server checks by", async () => {
    await using stage = await Stage.open();
    const response = await fetch(`${stage.telegram.controlUrl}/openapi.json`);
    const description = (await response.json()) as {
      openapi: string;
      paths: Record<string, Record<string, { requestBody?: { content: object } }>>;
    };
    assert.equal(description.openapi, "3.1.0");
    const upload = description.paths["/control/upload"]?.["post"]?.requestBody?.content ?? {};
    assert.deepEqual(Object.keys(upload), ["application/json", "multipart/form-data"]);
    for (const path of ["world", "bots", "people", "chats", "say", "press", "edit", "delete"]) {
      assert.ok(description.paths[`/control/${path}`], path);
    }
  });
});

describe("an answer", () => {
  it("has one of the types that the description names", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const description = (await (
      await fetch(`${stage.telegram.controlUrl}/openapi.json`)
    ).json()) as {
      paths: Record<string, { get?: { responses: { 200: { content: object } } } }>;
    };
    for (const [path, { get }] of Object.entries(description.paths)) {
      if (get === undefined || path.includes("{") || path.endsWith("/events")) continue;
      const url = `${stage.telegram.url}${path}?${/menu|messages|transcript/.test(path) ? `person=${ANNA}` : ""}`;
      const response = await fetch(url);
      const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
      await response.arrayBuffer();
      assert.ok(type in get.responses[200].content, `${path} answers ${type}`);
    }
  });
});

describe("requests", () => {
  const CASES: readonly (readonly [input: [string, object], expected: RegExp])[] = [
    [["say", { person: ANNA, text: "x", txt: 1 }], /^400 unknown key "txt"$/],
    [["say", { person: "Anna", text: "x" }], /^400 person: expected number, received string$/],
    [["say", { person: ANNA }], /^400 text: missing, expected string$/],
    [
      ["say", { person: 7, text: "x" }],
      /^404 there is no person 7: POST \/control\/people adds one$/,
    ],
    [["say", { person: ANNA, text: "x", bot: "@other" }], /^404 there is no bot @other$/],
    [["say", { person: ANNA, text: "x", chat: -7 }], /^404 there is no group -7$/],
    [["say", { person: ANNA, text: "x", chat: BEN }], /^400 chat 1002 is another person's$/],
    [["say", { person: ANNA, text: "x", reply_to_message_id: 4 }], /^404 there is no message 4/],
    [["press", { person: ANNA }], /^400 say which button with "label" or "data"$/],
    [["press", { person: ANNA, label: "Go" }], /^404 no button "Go" in that chat: there are none$/],
    [["edit", { person: ANNA, message_id: 9, text: "x" }], /^404 there is no message 9/],
    [["wait", { person: ANNA, timeout_ms: 0 }], /^408 no answer from the bot within 0 ms$/],
    [
      ["injectUpdate", { kind: "nonsense", payload: {} }],
      /^400 "nonsense" is not a kind of update/,
    ],
    [["getMessages", { person: "x" }], /^400 person: expected number, received NaN$/],
    [["addBot", { token: "1:2" }], /^400 token: must look like 123456:ABC/],
    [["addPerson", { first_name: "C", username: "anna" }], /^409 the user name anna is taken$/],
    [
      ["addPerson", { id: ANNA, first_name: "C" }],
      /^409 there already is a user with the id 1001$/,
    ],
    [["addChat", { type: "group", title: "G", id: -1001234567890 }], /^400 the id of a group must/],
  ];
  for (const [[id, input], expected] of CASES) {
    it(`${id} ${JSON.stringify(input)} fails with one line`, async () => {
      await using stage = await Stage.open();
      assert.match(await stage.fails(id as "say", input), expected);
    });
  }

  it("say what else there is when path or method is wrong", async () => {
    await using stage = await Stage.open();
    const root = stage.telegram.controlUrl;
    const nowhere = await (await fetch(`${root}/nowhere`)).json();
    assert.deepEqual(nowhere, {
      error: "there is no /control/nowhere: see /control/openapi.json",
    });
    const wrong = await (await fetch(`${root}/say`)).json();
    assert.deepEqual(wrong, { error: "/control/say takes POST, not GET" });
    const broken = await fetch(`${root}/say`, { method: "POST", body: "{oops" });
    assert.match(((await broken.json()) as { error: string }).error, /^the body is not JSON: /);
  });

  it("are refused when another site's page or a rebound name sends them", async () => {
    await using stage = await Stage.open();
    const { port } = new URL(stage.telegram.url);
    const status = (headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const options = { host: "127.0.0.1", port, path: "/control/world", headers };
        const sent = request(options, (response) => resolve(response.resume().statusCode));
        sent.on("error", reject).end();
      });
    assert.equal(await status({ host: "attacker.example" }), 403);
    assert.equal(await status({ "sec-fetch-site": "cross-site" }), 403);
    assert.equal(await status({ origin: "https://attacker.example" }), 403);
    assert.equal(await status({ host: `localhost:${port}`, "sec-fetch-site": "same-origin" }), 200);
    assert.equal(await status({ origin: `http://127.0.0.1:${port}` }), 200);
  });
});

describe("a person", () => {
  it("says something, and the bot gets it as Telegram sends it", async () => {
    await using stage = await Stage.open();
    const { message } = await stage.act<Posted>("say", { person: ANNA, text: "/start ref42" });
    const [update] = await stage.updates();
    assert.deepEqual(update?.message, message);
    assert.deepEqual(message, {
      message_id: 1,
      from: {
        id: ANNA,
        is_bot: false,
        first_name: "Anna",
        username: "anna",
        language_code: "en",
      },
      chat: { id: ANNA, first_name: "Anna", username: "anna", type: "private" },
      date: START_MS / 1000,
      text: "/start ref42",
      entities: [{ type: "bot_command", offset: 0, length: 6 }],
    });
  });

  it("edits and deletes own messages", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    await stage.act("edit", { person: ANNA, message_id: 1, text: "/stop" });
    const [update] = await stage.updates();
    assert.equal(update?.edited_message?.text, "/stop");
    assert.equal(update?.edited_message?.edit_date, START_MS / 1000);
    await stage.act("delete", { person: ANNA, message_id: 1 });
    assert.deepEqual(await stage.updates(), []);
    assert.deepEqual((await stage.act<Messages>("getMessages", { person: ANNA })).messages, []);
  });

  it("replies", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    await stage.ok("sendMessage", { chat_id: ANNA, text: "Your name?" });
    await stage.act("say", { person: ANNA, text: "Anna", reply_to_message_id: 2 });
    const [update] = await stage.updates();
    assert.equal(update?.message?.reply_to_message?.text, "Your name?");
  });

  it("answers a ForceReply with a reply", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const reply_markup = { force_reply: true };
    await stage.ok("sendMessage", { chat_id: ANNA, text: "Your name?", reply_markup });
    await stage.act("say", { person: ANNA, text: "Anna" });
    await stage.act("say", { person: ANNA, text: "more" });
    const [first, second] = await stage.updates();
    assert.equal(first?.message?.reply_to_message?.text, "Your name?");
    assert.equal(second?.message?.reply_to_message, undefined);
  });

  it("blocks and unblocks the bot", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    await stage.act("block", { person: ANNA });
    const [blocked] = await stage.updates();
    assert.equal(blocked?.my_chat_member?.old_chat_member.status, "member");
    assert.equal(blocked?.my_chat_member?.new_chat_member.status, "kicked");
    assert.match(await stage.fails("say", { person: ANNA, text: "hi" }), /^409 .*unblock first$/);
    await stage.act("unblock", { person: ANNA });
    const [unblocked] = await stage.updates();
    assert.equal(unblocked?.my_chat_member?.new_chat_member.status, "member");
  });

  it("uploads by JSON and by form", async () => {
    await using stage = await Stage.open();
    const json = { person: ANNA, kind: "voice", base64: "AAEC", duration: 3, caption: "hear" };
    const { message } = await stage.act<Posted>("upload", json);
    assert.equal(message.voice?.duration, 3);
    assert.equal(message.caption, "hear");
    const form = new FormData();
    form.append("person", String(ANNA));
    form.append("file", new Blob(["a,b"], { type: "text/csv" }), "list.csv");
    const sent = await stage.act<Posted>("upload", form);
    assert.equal(sent.message.document?.file_name, "list.csv");
    const id = sent.message.document?.file_id;
    const file = await fetch(`${stage.telegram.controlUrl}/files/${id}`);
    assert.equal(file.headers.get("content-type"), "text/csv");
    assert.equal(await file.text(), "a,b");
    assert.match(await stage.fails("upload", { person: ANNA }), /^400 there are no bytes/);
    assert.match(
      await stage.fails("upload", { person: ANNA, kind: "photo", base64: "AAEC" }),
      /^400 the file cannot be sent: Bad Request: IMAGE_PROCESS_FAILED$/,
    );
  });

  it("presses buttons of the reply keyboard, which send their text or a contact", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    await stage.ok("sendMessage", {
      chat_id: ANNA,
      text: "?",
      reply_markup: {
        keyboard: [["Menu", { text: "My number", request_contact: true }]],
        one_time_keyboard: true,
      },
    });
    const contact = await stage.act<Posted>("press", { person: ANNA, label: "My number" });
    assert.equal(contact.message.contact?.user_id, ANNA);
    assert.match(await stage.fails("press", { person: ANNA, label: "Menu" }), /^404 /);
  });

  it("opens links without the bot hearing of it", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const reply_markup = { inline_keyboard: [[{ text: "Site", url: "https://example.com/" }]] };
    await stage.ok("sendMessage", { chat_id: ANNA, text: "?", reply_markup });
    const pressed = await stage.act<{ button: object }>("press", { person: ANNA, label: "Site" });
    assert.deepEqual(pressed.button, { text: "Site", url: "https://example.com/" });
    assert.deepEqual(await stage.updates(), []);
  });
});

describe("waiting", () => {
  it("gives what the bot did since the person acted, then what it did since", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    await stage.ok("sendMessage", { chat_id: ANNA, text: "one" });
    assert.deepEqual(texts(await stage.act<Messages>("wait", { person: ANNA })), ["one"]);
    const waiting = stage.act<Messages>("wait", { person: ANNA });
    await stage.ok("sendMessage", { chat_id: ANNA, text: "two" });
    assert.deepEqual(texts(await waiting), ["two"]);
    await stage.ok("sendMessage", { chat_id: ANNA, text: "three" });
    await stage.act("say", { person: ANNA, text: "next" });
    await stage.ok("sendMessage", { chat_id: ANNA, text: "four" });
    assert.deepEqual(texts(await stage.act<Messages>("wait", { person: ANNA })), ["four"]);
  });

  it("takes an edit for an answer, and waits for as many as are wanted", async () => {
    await using stage = await Stage.open();
    const { cursor } = await stage.act<Posted>("say", { person: ANNA, text: "hi" });
    const wanted = { person: ANNA, after: cursor, count: 2 };
    const waiting = stage.act<Messages>("wait", wanted);
    const { message_id } = await stage.ok<Message>("sendMessage", { chat_id: ANNA, text: "one" });
    await stage.ok("sendMessage", { chat_id: ANNA, text: "two" });
    assert.deepEqual(texts(await waiting), ["one", "two"]);
    await stage.ok("editMessageText", { chat_id: ANNA, message_id, text: "ONE" });
    const answers = await stage.act<Messages>("wait", wanted);
    assert.deepEqual(texts(answers), ["two", "ONE"]);
  });
});

describe("reading", () => {
  it("gives a chat as text", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const inline_keyboard = [
      [
        { text: "Yes", callback_data: "y" },
        { text: "No", callback_data: "n" },
      ],
    ];
    await stage.ok("sendMessage", {
      chat_id: ANNA,
      text: "Two\nlines",
      reply_markup: { inline_keyboard },
    });
    await stage.act("upload", { person: ANNA, base64: "AA==", caption: "here" });
    const response = await fetch(`${stage.telegram.controlUrl}/transcript?person=${ANNA}`);
    const expected = [
      "Anna: /start",
      "Stage: Two",
      "       lines",
      "       [Yes] [No]",
      "Anna: [document] here",
      "",
    ];
    assert.equal(await response.text(), expected.join("\n"));
  });

  it("gives the journal in pages and as events", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    const page = await stage.act<{ entries: { seq: number; type: string }[]; cursor: number }>(
      "getJournal",
      { limit: 2 },
    );
    assert.equal(page.entries.length, 2);
    const gone = new AbortController();
    const url = `${stage.telegram.controlUrl}/events?after=${page.cursor}`;
    const { body } = await fetch(url, { signal: gone.signal });
    const seen: string[] = [];
    await stage.ok("sendMessage", { chat_id: ANNA, text: "live" });
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      seen.push(chunk);
      if (seen.join("").includes("live")) break;
    }
    gone.abort();
    assert.match(seen.join(""), new RegExp(`id: ${page.cursor + 1}\ndata: \\{"seq":`));
    assert.ok(!JSON.stringify(stage.telegram.journal.read()).includes("AAHdqTcvCH1"));
  });

  it("lists everyone", async () => {
    await using stage = await Stage.open();
    await stage.begin();
    await stage.act("addChat", { type: "group", title: "G", members: [{ user: BEN }] });
    const world = await stage.act<Record<string, { id: number }[]>>("getWorld");
    assert.deepEqual(
      world["bots"]?.map(({ id }) => id),
      [BOT_ID],
    );
    assert.deepEqual(
      world["people"]?.map(({ id }) => id),
      [ANNA, BEN],
    );
    assert.equal(world["chats"]?.length, 1);
    assert.deepEqual(world["private_chats"], [
      {
        person: ANNA,
        bot: BOT_ID,
        blocked: false,
        message_count: 1,
        last_message_date: START_MS / 1000,
      },
    ]);
  });
});

describe("running", () => {
  it("moves the clock", async () => {
    await using stage = await Stage.open();
    const moved = await stage.act<{ now_ms: number }>("setClock", { advance_ms: 90_000 });
    assert.equal(moved.now_ms, START_MS + 90_000);
    const { message } = await stage.act<Posted>("say", { person: ANNA, text: "hi" });
    assert.equal(message.date, START_MS / 1000 + 90);
    assert.deepEqual(await stage.act("getClock"), { now_ms: START_MS + 90_000, paused: true });
  });

  it("resets to the world file and keeps bots", async () => {
    await using stage = await Stage.open();
    await stage.ok("setMyDescription", { description: "kept" });
    await stage.begin();
    await stage.act("addPerson", { first_name: "Cleo" });
    await stage.act("reset");
    const world = await stage.act<{ people: object[]; private_chats: object[] }>("getWorld");
    assert.equal(world.people.length, 2);
    assert.deepEqual(world.private_chats, []);
    assert.deepEqual(await stage.ok("getMyDescription"), { description: "kept" });
    await stage.begin();
  });

  it("makes a bot that can call at once", async () => {
    await using stage = await Stage.open();
    const token = "55555:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert.equal((await stage.call("getMe", {}, token)).error_code, 401);
    await stage.act("addBot", { token, username: "second_bot", name: "Second" });
    const { result } = await stage.call("getMe", {}, token);
    assert.equal((result as { username: string }).username, "second_bot");
    assert.match(
      await stage.fails("say", { person: ANNA, text: "hi" }),
      /^400 say which bot is meant with "bot": @stage_bot, @second_bot$/,
    );
    await stage.act("say", { person: ANNA, text: "hi", bot: "@second_bot" });
    await stage.act("say", { person: ANNA, text: "hi", bot: 55_555 });
  });

  it("injects updates of kinds that nothing else causes", async () => {
    await using stage = await Stage.open();
    const payload = { id: "1", from: { id: ANNA }, invoice_payload: "x", shipping_address: {} };
    await stage.act("injectUpdate", { kind: "shipping_query", payload });
    assert.deepEqual(await stage.next("shipping_query"), payload);
  });
});
