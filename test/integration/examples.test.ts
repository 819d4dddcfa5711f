/** Every bot of examples/ holds the conversation that its reader expects, on the real runtime. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { controlOf, PATIENT } from "../telegram-user.ts";
import { type ExampleProgram, startProgram } from "./example-program.ts";
import { ADA, BOB, GROUP, OLGA, onStage, textOf } from "./example-stage.ts";
import { killLeftovers, runHookgram } from "./hookgram-process.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);
const OTHER_TOKEN = "7654321:AAotherTokenThatNobodyCanUseXX";
const PIXEL = Buffer.from("R0lGODlhAQABAAAAACw=", "base64");

describe("examples/echo.ts", () => {
  it("greets, and sends back texts and pictures", () =>
    onStage("echo.ts", async ({ person, talk }) => {
      assert.deepEqual(await talk("/start", "Good morning"), ["Hello, Ada!", "Good morning"]);
      await person(ADA).send(PIXEL, { kind: "photo", caption: "Look" });
      const copy = await person(ADA).answer(PATIENT);
      assert.ok(copy.photo);
      assert.equal(copy.caption, "Look");
    }));

  it("says so when something cannot be copied", () =>
    onStage("echo.ts", async ({ telegram, person }) => {
      await controlOf(telegram.url).post("join", { person: OLGA, chat: GROUP });
      assert.equal(textOf(await person(OLGA).in({ chat: GROUP }).answer(PATIENT)), "Nice try!");
    }));
});

describe("examples/finite-state-form.ts", () => {
  it("asks until it knows everything", () =>
    onStage("finite-state-form.ts", async ({ talk }) => {
      assert.deepEqual(await talk("/start", "Ada", "Perhaps", "Yes", "TypeScript"), [
        "Hi there! What's your name?",
        "Nice to meet you, Ada! Do you like to write bots?",
        "Please say Yes or No.",
        "So do I! In which language?",
        "Ada writes bots in TypeScript. Noted!",
      ]);
    }));

  it("takes a No by its button, and can be cancelled", () =>
    onStage("finite-state-form.ts", async ({ person, talk }) => {
      await talk("/start", "Ada");
      await person(ADA).press("No");
      assert.equal(
        textOf(await person(ADA).answer(PATIENT)),
        "Not bad, not terrible. See you soon, Ada.",
      );
      assert.deepEqual((await talk("/start", "/cancel")).at(-1), "Cancelled.");
      await person(ADA).say("Ada");
      await person(ADA).hearsNothing();
    }));
});

describe("examples/multi-file", () => {
  it("passes feedback on to the administrator, whose router is there for nobody else", async () => {
    process.env["ADMIN_ID"] = String(OLGA);
    await onStage("multi-file/bot.ts", async ({ person, talk }) => {
      await person(OLGA).say("/start");
      assert.equal(textOf(await person(OLGA).answer(PATIENT)), "Feedback will come to you.");
      assert.deepEqual(await talk("/start", "/feedback", "Well done"), [
        "Tell me what you think: /feedback",
        "I am listening.",
        "Thank you!",
      ]);
      assert.equal(textOf(await person(OLGA).answer(PATIENT)), "Feedback: Well done");
    });
  });
});

describe("examples/i18n.ts", () => {
  it("speaks the person's language, and then the chosen one", () =>
    onStage("i18n.ts", async ({ person, talk }) => {
      const olga = person(OLGA);
      await olga.say("/parcels 2");
      assert.equal(textOf(await olga.answer(PATIENT)), "2 Pakete kommen.");
      assert.deepEqual(await talk("/parcels 1", "/language"), [
        "One parcel is coming.",
        "Which language?",
      ]);
      await person(ADA).press("Deutsch");
      assert.equal(textOf(await person(ADA).answer(PATIENT)), "Deutsch");
      assert.deepEqual(await talk("/start"), [
        "Hallo Ada! Willst du die Sprache ändern? /language",
      ]);
    }));
});

describe("examples/quiz-scene.ts", () => {
  it("asks, goes back also after a restart, and tells the result", () =>
    onStage("quiz-scene.ts", async ({ person, talk, restart }) => {
      const ada = person(ADA);
      const next = async (): Promise<string> => textOf(await ada.answer(PATIENT)).split("\n")[0]!;
      await talk("/quiz");
      await ada.press("Lyon");
      assert.equal(await next(), "2. How many legs has a spider?");
      await restart();
      await ada.say("/back");
      assert.equal(await next(), "1. What is the capital of France?");
      await ada.press("Paris");
      await next();
      await ada.press("6");
      await next();
      assert.equal((await ada.press("8")).answer?.text, "That was another question.");
      await ada.press("Jupiter");
      assert.equal(
        textOf(await ada.answer(PATIENT)),
        [
          "✅ What is the capital of France?",
          "❌ How many legs has a spider? 8",
          "✅ Which planet is the largest?",
          "",
          "/quiz",
        ].join("\n"),
      );
      assert.equal((await talk("/quiz", "Paris", "/exit")).at(-1), "Another time, then. /quiz");
    }));
});

describe("examples/own-filters.ts", () => {
  it("adds what it has found, and asks Telegram who is an administrator", () =>
    onStage("own-filters.ts", async ({ person, talk }) => {
      assert.deepEqual(await talk("An apple and a PLUM", "HELLO", "/mute"), [
        "I like apple and plum, too.",
        "No need to shout.",
        "Only for admins of a group.",
      ]);
      const group = { chat: GROUP };
      await person(BOB).in(group).say("/mute");
      assert.equal(
        textOf(await person(BOB).in(group).answer(PATIENT)),
        "Only for admins of a group.",
      );
      await person(ADA).in(group).say("/mute");
      assert.equal(textOf(await person(ADA).in(group).answer(PATIENT)), "I will be silent. Not.");
    }));
});

describe("examples/error-handling.ts", () => {
  it("answers each error where it is handled, and the last attempt by an apology", () =>
    onStage("error-handling.ts", async ({ person, talk }) => {
      assert.deepEqual(await talk("/age 30", "/age old", "/name 7"), [
        "You are 30.",
        '"old" is no age. Write it as a number: /age 30',
        '"7" is no name.',
      ]);
      await person(ADA).say("/crash");
      assert.equal(
        textOf(await person(ADA).answer(PATIENT)),
        "Sorry, that did not work. We are on it.",
      );
    }));
});

describe("hookgram dev", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "example-dev-"));
  afterEach(killLeftovers);
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("runs examples/echo.ts as it stands", async () => {
    const file = fileURLToPath(new URL("echo.ts", EXAMPLES));
    const running = runHookgram(["dev", file, "--port", "0"], { cwd: folder });
    const [, url = ""] = await running.line(/Bot API\s+(http:\S+)/);
    const control = controlOf(url.replace(/\/$/, ""));
    const { person } = await control.post<{ person: { id: number } }>("people", {
      first_name: "Ada",
    });
    assert.equal((await control.ask(person.id, "Hello?")).text, "Hello?");
    running.child.kill("SIGTERM");
    assert.equal((await running.finished()).code, 0);
  });
});

describe("a program of examples/", () => {
  let program: ExampleProgram | undefined;
  afterEach(async () => program?.close());

  it("multibot.ts adds a bot by its token, and lets it answer as itself", async () => {
    program = await startProgram("multibot.ts");
    const { telegram } = program;
    const ada = telegram.users.get(ADA);
    const main = ada.in({ bot: "example_bot" });
    const ask = async (words: string): Promise<string> => {
      await main.say(words);
      return textOf(await main.answer(PATIENT));
    };
    telegram.bots.add({ token: OTHER_TOKEN, username: "other_bot", name: "Other" });
    assert.equal(await ask(`/add ${OTHER_TOKEN}`), "It is running. Write to it!");
    assert.doesNotMatch(await main.transcript(), /AAother/, "the token is gone from the chat");
    const other = ada.in({ bot: "other_bot" });
    await other.say("Hello");
    assert.equal(textOf(await other.answer(PATIENT)), "I am Other, and you said: Hello");
    assert.match(await ask(`/add ${OTHER_TOKEN}`), /^No: /);
    assert.match(await ask(`/add 999:${"x".repeat(35)}`), /^(No: |Telegram does not know)/);
    assert.equal(await ask("/list"), "Bots: 1234567, 7654321");
  });

  it("web-app.ts confirms what is ordered in the app, and believes nobody else", async () => {
    program = await startProgram("web-app.ts");
    const { telegram, url } = program;
    const ada = telegram.users.get(ADA);
    await ada.say("/start");
    await ada.answer(PATIENT);
    const app = await ada.launch("Open the shop");
    assert.match(await (await fetch(app.url)).text(), /telegram-web-app\.js/);
    const order = async (initData: string): Promise<number> => {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ initData, item: "tea" });
      return (await fetch(`${url}/order`, { method: "POST", headers, body })).status;
    };
    assert.equal(await order(app.initData), 202);
    assert.equal(textOf(await ada.answer(PATIENT)), "Your tea is on its way.");
    assert.equal(await order(app.initData.replace("Ada", "Eve")), 401);
    assert.equal(new URL((await ada.launch()).url).pathname, "/shop", "by the menu button, too");
  });
});

it("examples/README.md names every example", () => {
  const page = readFileSync(new URL("README.md", EXAMPLES), "utf8");
  const names = readdirSync(EXAMPLES).filter((name) => name !== "README.md");
  assert.deepEqual(
    names.filter((name) => !page.includes(`](${name}`)),
    [],
  );
});
