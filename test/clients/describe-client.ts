import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { startTelegram, type Telegram } from "@hookgram/emulator";

import { controlOf, type Control } from "../telegram-user.ts";

/** A bot that another framework runs; all of them answer alike, so that one suite fits. */
export interface ForeignBot {
  stop(): Promise<void>;
}

export interface ForeignClient {
  readonly name: string;
  /** Runs the bot on the given Bot API by long polling. */
  poll(token: string, apiRoot: string): Promise<ForeignBot>;
  /** Listens on a loopback port and sets the webhook to it, with a secret. */
  webhook(token: string, apiRoot: string): Promise<ForeignBot>;
}

/** What every bot of the suite says; written once, so that the expectations cannot drift. */
export const TEXTS = {
  question: "Do you like <b>tea</b>?",
  toast: "Noted",
  yes: "You like tea",
} as const;

/** Any bytes do for a document; the bots send them and read them back. */
export const DOCUMENT = new TextEncoder().encode("tea, milk, sugar\n");

export const TOKEN = "1234567890:AAclientSuiteTokenForTheLocalTelegram";
export const ADA = 7001;

async function chat(control: Control): Promise<void> {
  const question = await control.ask(ADA, "/start");
  assert.equal(question.text, "Do you like tea?");
  assert.deepEqual(question.entities, [{ type: "bold", offset: 12, length: 3 }]);

  const pressed = await control.post<{ answer?: { text?: string } }>("press", {
    person: ADA,
    label: "Yes",
  });
  assert.equal(pressed.answer?.text, TEXTS.toast);
  const { messages } = await control.get<{ messages: { message_id: number; text?: string }[] }>(
    `messages?person=${ADA}`,
  );
  const edited = messages.find(({ message_id }) => message_id === question.message_id);
  assert.equal(edited?.text, TEXTS.yes);
}

async function files(control: Control): Promise<void> {
  const sent = await control.ask(ADA, "/file");
  assert.equal(sent.document?.file_name, "list.txt");
  assert.equal(sent.document?.file_size, DOCUMENT.byteLength);

  await control.post("upload", {
    person: ADA,
    kind: "document",
    file_name: "back.txt",
    base64: Buffer.from(DOCUMENT).toString("base64"),
  });
  assert.equal((await control.next(ADA)).text, `read ${DOCUMENT.byteLength} bytes`);
}

async function refusal(control: Control): Promise<void> {
  const report = await control.ask(ADA, "/nobody");
  assert.equal(report.text, "400 Bad Request: chat not found");
}

async function order(control: Control): Promise<void> {
  const { cursor } = await control.get<{ cursor: number }>(`messages?person=${ADA}`);
  const numbers = Array.from({ length: 20 }, (_, i) => i);
  for (const i of numbers) await control.post("say", { person: ADA, text: `/echo ${i}` });
  const { messages } = await control.post<{ messages: { text?: string }[] }>("wait", {
    person: ADA,
    after: cursor,
    count: numbers.length,
    timeout_ms: 60_000,
  });
  assert.deepEqual(
    messages.map(({ text }) => text),
    numbers.map((i) => `echo ${i}`),
  );
}

/** What every bot can do, wherever it runs. */
export const CHECKS: Readonly<Record<string, (control: Control) => Promise<void>>> = {
  "answers a command, a button and edits its message": chat,
  "sends a file and reads one back": files,
  "reads a refusal of Telegram": refusal,
  "keeps the order of messages of one chat": order,
};

/** Runs one framework's bot, unchanged but for its API root, both ways. */
export function describeClient(client: ForeignClient): void {
  for (const mode of ["poll", "webhook"] as const) {
    describe(`${client.name} by ${mode === "poll" ? "long polling" : "webhook"}`, () => {
      let telegram: Telegram;
      let control: Control;
      let bot: ForeignBot;

      before(async () => {
        telegram = await startTelegram({ port: 0 });
        control = controlOf(telegram.url);
        await control.post("bots", { token: TOKEN, username: "tea_bot", name: "Tea" });
        await control.post("people", { id: ADA, first_name: "Ada" });
        bot = await client[mode](TOKEN, telegram.url);
      });
      after(async () => {
        await bot?.stop();
        await telegram?.close();
      });

      for (const [title, check] of Object.entries(CHECKS)) test(title, () => check(control));
    });
  }
}
