/**
 * Every branch of the support bot as people walk it: the bot is a process of its own on the real
 * runtime, Telegram is the emulator, and the people use its control interface.
 */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";

import { GROUP, labels, OLGA, OMAR, type Person, PIXEL, Stage } from "./support-bot-stage.ts";

const MENU = ["My orders", "Billing address", "Questions & answers", "Talk to a person"];

let stage: Stage;
before(async () => {
  stage = await Stage.open();
  await stage.startBot();
});
after(() => stage.close());

suite("the menu", () => {
  for (const command of ["/start", "/menu", "/start@hookgram_support_bot", "/start a-deep-link"]) {
    test(`comes on ${command}`, async () => {
      const ada = await stage.newPerson();
      const menu = await ada.ask(command);
      assert.match(menu.text!, /^Hello Ada!/);
      assert.deepEqual(labels(menu), MENU);
    });
  }

  test("greets people by their names, whatever these are", async () => {
    const person = await stage.newPerson("<b>Eve</b> & Co");
    const menu = await person.ask("/start");
    assert.equal(menu.text, "Hello <b>Eve</b> & Co! This is Lamp & Lantern. What is it?");
    assert.deepEqual(
      menu.entities?.map(({ type }) => type),
      ["bold"],
    );
  });

  test("changes in place when its buttons are pressed", async () => {
    const ada = await stage.newPerson();
    const menu = await ada.ask("/start");
    for (const label of MENU.slice(0, 3)) {
      const screen = await ada.choose(label);
      assert.equal(screen.message_id, menu.message_id);
      assert.notEqual(screen.text, menu.text);
      const back = await ada.choose("Menu");
      assert.deepEqual([back.message_id, back.text], [menu.message_id, menu.text]);
    }
    assert.equal((await ada.messages()).length, 2);
  });

  test("/help names the commands, and each of them works", async () => {
    const ada = await stage.newPerson();
    const help = await ada.ask("/help");
    const commands = help.text!.match(/\/[a-z]+/g)!;
    assert.deepEqual(commands, [
      "/orders",
      "/order",
      "/address",
      "/faq",
      "/person",
      "/cancel",
      "/menu",
    ]);
    for (const command of commands)
      assert.doesNotMatch((await ada.ask(command)).text!, /not understand/);
  });

  test("of Telegram itself has commands from the start on, and each of them works", async () => {
    const ada = await stage.newPerson();
    const path = `menu?person=${ada.id}`;
    const { commands } = await stage.control.get<{ commands: { command: string }[] }>(path);
    const names = commands.map(({ command }) => command);
    assert.deepEqual(names, ["menu", "orders", "address", "faq", "person", "cancel", "help"]);
    for (const name of names)
      assert.doesNotMatch((await ada.ask(`/${name}`)).text!, /not understand/);
  });

  test("stays as it is when a button is pressed twice", async () => {
    const ada = await stage.newPerson();
    const menu = await ada.ask("/start");
    const list = await ada.choose("My orders");
    // The second press was on its way when the first one changed the message.
    await stage.injectPress(ada, { ...list, reply_markup: menu.reply_markup! });
    assert.match((await ada.ask("/menu")).text!, /^Hello/);
    assert.equal((await ada.messages()).length, 4);
  });
});

suite("orders", () => {
  test("are a person's own two, with details by button", async () => {
    const ada = await stage.newPerson();
    await ada.ask("/start");
    const list = await ada.choose("My orders");
    const [newest, older] = list.text!.match(/\d{4,}(?=:)/g)!.map(Number);
    assert.deepEqual(labels(list), [`Order ${newest}`, `Order ${older}`, "Find by number", "Menu"]);
    const order = await ada.choose(`Order ${newest}`);
    assert.match(order.text!, new RegExp(`^Order ${newest}: on its way\n`));
    // 2 × 34.50 €, and a title that would break unescaped HTML.
    assert.match(order.text!, /2 × Garden lantern <small>, copper & glass\nTotal: 69\.00 €/);
    assert.match(order.text!, /Expected on \d{1,2} \w+ 20\d\d/);
    const delivered = await ada.choose(`Order ${older}`, await ada.choose("All orders"));
    // 49.00 € + 3 × 5.90 €
    assert.match(delivered.text!, /Total: 66\.70 €/);
    assert.match(delivered.text!, /Delivered on/);
  });

  test("are found by /order and by a number that is typed", async () => {
    const ada = await stage.newPerson();
    const number = (await ada.ask("/orders")).text!.match(/\d{4,}/)![0];
    assert.match((await ada.ask(`/order ${number}`)).text!, new RegExp(`^Order ${number}`));
    assert.match((await ada.ask("/order")).text!, /^What is the number/);
    assert.match((await ada.ask(` #${number} `)).text!, new RegExp(`^Order ${number}`));
    assert.match((await ada.ask(number)).text!, /not understand/, "the search is over");
  });

  test("that do not exist or are somebody else's get the same kind words", async () => {
    const [ada, bob] = [await stage.newPerson(), await stage.newPerson("Bob")];
    const own = (await ada.ask("/orders")).text!.match(/\d{4,}/)![0];
    const words = (number: string): string =>
      `I find no order ${number} of yours. Is there a slip in it? Please send it again.`;
    assert.equal((await bob.ask(`/order ${own}`)).text, words(own));
    assert.equal((await bob.ask("/order 1001")).text, words("1001"));
    assert.equal((await bob.ask("999999")).text, words("999999"), "the search goes on");
    assert.match((await bob.ask("none")).text!, /digits only/);
    assert.match((await bob.choose("Cancel")).text!, /^Cancelled/);
  });

  test("cannot be opened by another person's button", async () => {
    const [ada, bob] = [await stage.newPerson(), await stage.newPerson("Bob")];
    const { reply_markup } = await ada.ask("/orders");
    const menu = await bob.ask("/start");
    await stage.injectPress(bob, { ...menu, reply_markup: reply_markup! });
    assert.match((await bob.next()).text!, /^I find no order \d+ of yours/);
  });
});

suite("the billing address", () => {
  /** Answers the questions up to the summary. */
  async function toSummary(ada: Person, country = "🇩🇪 Germany") {
    await ada.ask("/address");
    await ada.choose("Enter it");
    await ada.ask("Lindenstraße 12 <b>");
    await ada.ask("10115 Berlin & more");
    return ada.choose(country);
  }
  const LINES = "Lindenstraße 12 <b>\n10115 Berlin & more\nGermany";

  test("is asked for step by step, shown and saved", async () => {
    const ada = await stage.newPerson();
    assert.match((await ada.ask("/address")).text!, /no billing address/);
    assert.match((await ada.choose("Enter it")).text!, /street/);
    assert.match((await ada.ask("Lindenstraße 12 <b>")).text!, /postal code/);
    const country = await ada.ask("10115 Berlin & more");
    assert.deepEqual(labels(country), [
      "🇦🇹 Austria",
      "🇨🇭 Switzerland",
      "🇩🇪 Germany",
      "🇫🇷 France",
      "Cancel",
    ]);
    const summary = await ada.choose("🇩🇪 Germany");
    assert.equal(summary.message_id, country.message_id);
    assert.equal(summary.text, `Is this right?\n\n${LINES}`);
    assert.deepEqual(labels(summary), ["Save", "Edit", "Cancel"]);
    const saved = await ada.choose("Save");
    assert.equal(saved.text, `✅ Saved. Your next invoice goes to:\n\n${LINES}`);
    const shown = await ada.ask("/address");
    assert.equal(shown.text, `Your billing address\n\n${LINES}`);
    assert.deepEqual(labels(shown), ["Change it", "Menu"]);
  });

  test("asks again, kindly, when an answer cannot be", async () => {
    const ada = await stage.newPerson();
    await ada.ask("/address");
    await ada.choose("Enter it");
    assert.match((await ada.ask("12")).text!, /does not look like a street/);
    await ada.upload({ kind: "sticker", file_name: "s.webp", base64: "UklGRg==" });
    assert.match((await ada.next()).text!, /does not look like a street/);
    await ada.ask("Am See 1");
    assert.match((await ada.ask("Berlin")).text!, /postal code and the city in one line/);
    await ada.ask("1010 Wien");
    assert.match((await ada.ask("Austria")).text!, /one of these buttons/);
    const mismatch = await ada.choose("🇩🇪 Germany");
    assert.match(mismatch.text!, /^Postal codes in Germany have 5 digits, and yours is 1010\./);
    await ada.ask("1010 Wien");
    assert.match((await ada.choose("🇦🇹 Austria")).text!, /Am See 1\n1010 Wien\nAustria$/);
    assert.match((await ada.ask("yes")).text!, /press Save, Edit or Cancel/);
    assert.match((await ada.choose("Save")).text!, /^✅/);
  });

  test("can be edited before it is saved", async () => {
    const ada = await stage.newPerson();
    await toSummary(ada);
    assert.match((await ada.choose("Edit")).text!, /street/);
    await ada.ask("Am See 1");
    await ada.ask("1010 Wien");
    await ada.choose("🇦🇹 Austria");
    await ada.choose("Save");
    assert.match((await ada.ask("/address")).text!, /Am See 1\n1010 Wien\nAustria$/);
  });

  test("stays as it was after Cancel, at the summary", async () => {
    const ada = await stage.newPerson();
    await toSummary(ada);
    assert.match((await ada.choose("Cancel")).text!, /^Cancelled, and nothing was changed/);
    assert.match((await ada.ask("/address")).text!, /no billing address/);
  });

  for (const [step, answers] of [
    ["street", []],
    ["place", ["Am See 1"]],
    ["country", ["Am See 1", "1010 Wien"]],
  ] as const) {
    test(`is left by /cancel when the ${step} is asked for`, async () => {
      const ada = await stage.newPerson();
      await ada.ask("/address");
      await ada.choose("Enter it");
      for (const answer of answers) await ada.ask(answer);
      assert.match((await ada.ask("/cancel")).text!, /^Cancelled/);
      assert.match((await ada.ask("Am See 2")).text!, /not understand/);
      assert.match((await ada.ask("/cancel")).text!, /nothing to cancel/);
    });
  }

  test("is not saved by an older summary", async () => {
    const ada = await stage.newPerson();
    const older = await toSummary(ada);
    await ada.ask("/cancel");
    const newer = await toSummary(ada);
    assert.match((await ada.press("Save", older))!, /older summary/);
    assert.match((await ada.ask("yes")).text!, /press Save/, "the newer one still waits");
    assert.match((await ada.choose("Save", newer)).text!, /^✅/);
  });

  test("gives way to another command in the middle", async () => {
    const ada = await stage.newPerson();
    await ada.ask("/address");
    await ada.choose("Enter it");
    assert.match((await ada.ask("/faq")).text!, /^Questions and answers/);
    assert.match((await ada.ask("Am See 1")).text!, /not understand/);
  });
});

suite("frequent questions", () => {
  test("are turned over page by page, and back", async () => {
    const ada = await stage.newPerson();
    const first = await ada.ask("/faq");
    assert.equal(first.text, "Questions and answers, page 1 of 3");
    const seen = [first];
    for (let page = 2; page <= 3; page++) seen.push(await ada.choose("More ›"));
    assert.deepEqual(
      seen.map((screen) => labels(screen).filter((label) => label.endsWith("?")).length),
      [4, 4, 1],
    );
    assert.deepEqual(labels(seen[2]!).slice(-2), ["‹ Back", "Menu"]);
    assert.equal((await ada.choose("‹ Back")).text, "Questions and answers, page 2 of 3");
  });

  test("are answered, and the person says whether it helped", async () => {
    const ada = await stage.newPerson();
    await ada.ask("/faq");
    const answer = await ada.choose("How do I send something back?");
    assert.match(answer.text!, /^How do I send something back\?\n\nWithin 30 days/);
    assert.match((await ada.choose("👍 Yes")).text!, /^Thank you/);
    await ada.choose("All questions");
    await ada.choose("How long does delivery take?");
    const sorry = await ada.choose("👎 No");
    assert.deepEqual(labels(sorry).slice(0, 1), ["Talk to a person"]);
    assert.match((await ada.choose("Talk to a person")).text!, /What is it about/);
  });
});

suite("whatever else people send", () => {
  test("gets friendly words and the menu", async () => {
    const ada = await stage.newPerson();
    const text = await ada.ask("blah");
    assert.match(text.text!, /did not understand/);
    assert.deepEqual(labels(text), MENU);
    assert.match((await ada.ask("/unknown")).text!, /did not understand/);
    for (const kind of ["sticker", "photo", "document", "voice"]) {
      await ada.upload({ kind, file_name: "lamp.png", base64: PIXEL });
      const answer = await ada.next();
      assert.match(answer.text!, /can only read/);
      assert.deepEqual(labels(answer), MENU);
    }
  });

  test("includes buttons that are out of date", async () => {
    const ada = await stage.newPerson();
    await ada.ask("/address");
    await ada.choose("Enter it");
    await ada.ask("Am See 1");
    const country = await ada.ask("1010 Wien");
    await ada.ask("/cancel");
    assert.match((await ada.press("🇦🇹 Austria", country))!, /out of date/);
    const menu = await ada.next();
    assert.equal(menu.message_id, country.message_id);
    assert.deepEqual(labels(menu), MENU);
  });
});

suite("the operators' group", () => {
  test("can be asked for its number, and is left in peace otherwise", async () => {
    const olga = await stage.person(OLGA, GROUP);
    assert.equal((await olga.ask("/chatid")).text, `OPERATORS_CHAT_ID=${GROUP}`);
    const before = (await olga.messages()).length;
    await olga.say("Good morning!");
    await olga.say("/start");
    assert.match((await olga.ask("/close")).text!, /^Which one\?/);
    assert.equal((await olga.messages()).length, before + 4, "only /close was answered");
  });
});

suite("a ticket", () => {
  interface Open {
    readonly ada: Person;
    readonly olga: Person;
    readonly id: string;
    readonly head: Awaited<ReturnType<Person["next"]>>;
    readonly problem: Awaited<ReturnType<Person["next"]>>;
  }

  /** Opens a ticket of a new person; Olga sees it. */
  async function open(problem = "My lamp hums"): Promise<Open> {
    const ada = await stage.newPerson("Ada <3", undefined);
    const olga = await stage.person(OLGA, GROUP);
    await ada.ask("/start");
    assert.match((await ada.choose("Talk to a person")).text!, /What is it about/);
    const opened = await ada.ask(problem);
    const id = /Your ticket (\d+) /.exec(opened.text!)![1]!;
    const head = await olga.next();
    const copy = await olga.next();
    assert.match(head.text!, new RegExp(`^🎫 Ticket ${id} of Ada <3\n`));
    assert.equal(copy.text, problem);
    assert.equal(copy.reply_to_message?.message_id, head.message_id);
    return { ada, olga, id, head, problem: copy };
  }

  test("goes both ways by replies, until an operator closes it by /close", async () => {
    const { ada, olga, id, head, problem } = await open();
    const answer = await olga.say("Which <b>bulb</b>?", problem);
    const received = await ada.next();
    assert.equal(received.text, "Which <b>bulb</b>?");
    assert.equal(received.reply_to_message?.text, "My lamp hums");
    await ada.say("E27", received);
    const back = await olga.next();
    assert.equal(back.text, "E27");
    assert.equal(back.reply_to_message?.message_id, answer.message_id);
    await ada.say("7 W");
    assert.equal((await olga.next()).reply_to_message?.message_id, head.message_id);
    await olga.say("Try another one", head);
    assert.equal((await ada.next()).text, "Try another one");

    await olga.say("/close", problem);
    const withoutButton = await olga.next();
    assert.equal(withoutButton.message_id, head.message_id);
    assert.deepEqual(labels(withoutButton), []);
    assert.equal((await olga.next()).text, `✅ Ticket ${id} was closed by Olga.`);
    assert.match((await ada.next()).text!, new RegExp(`^Ticket ${id} is closed`));
    assert.match((await ada.ask("thanks")).text!, /not understand/);
    assert.match((await olga.ask("One more thing", problem)).text!, /did not reach the customer/);
    assert.equal((await olga.ask("/close", head)).text, `Ticket ${id} is closed already.`);
  });

  test("is closed by the button in the group, once", async () => {
    const { ada, olga, id, head } = await open();
    assert.equal(await olga.press("Close the ticket", head), "Closed.");
    await olga.next();
    assert.equal((await olga.next()).text, `✅ Ticket ${id} was closed by Olga.`);
    assert.match((await ada.next()).text!, /is closed/);
  });

  test("is closed by the customer, and the group is told", async () => {
    const { ada, olga, id } = await open();
    assert.equal(await ada.press("Close the ticket"), undefined);
    assert.match((await ada.next()).text!, new RegExp(`^Ticket ${id} is closed`));
    await olga.next();
    assert.equal((await olga.next()).text, `✅ Ticket ${id} was closed by Ada <3.`);
    assert.equal(await ada.press("Close the ticket"), "This ticket is closed already.");
  });

  test("carries photos and documents both ways", async () => {
    const { ada, olga, head } = await open();
    await ada.upload({ kind: "photo", caption: "See?", file_name: "lamp.png", base64: PIXEL });
    const photo = await olga.next();
    assert.ok(photo.photo);
    assert.equal(photo.caption, "See?");
    await olga.upload({
      kind: "document",
      file_name: "manual.txt",
      base64: Buffer.from("Switch it off and on").toString("base64"),
      reply_to_message_id: head.message_id,
    });
    assert.equal((await ada.next()).document?.file_name, "manual.txt");
  });

  test("may begin with a photo", async () => {
    const ada = await stage.newPerson();
    const olga = await stage.person(OLGA, GROUP);
    await ada.ask("/person");
    await ada.upload({ kind: "photo", caption: "Broken", file_name: "lamp.png", base64: PIXEL });
    assert.match((await ada.next()).text!, /Your ticket \d+/);
    assert.match((await olga.next()).text!, /^🎫/);
    assert.equal((await olga.next()).caption, "Broken");
  });

  test("leaves the menu and the conversations to the bot", async () => {
    const { ada, olga } = await open();
    const before = (await olga.messages()).length;
    await ada.ask("/address");
    await ada.choose("Enter it");
    await ada.ask("Am See 1");
    await ada.ask("1010 Wien");
    await ada.choose("🇦🇹 Austria");
    await ada.choose("Save");
    assert.match((await ada.ask("/person")).text!, /Your ticket \d+/, "the same one goes on");
    assert.equal((await olga.messages()).length, before);
    await ada.say("Still there?");
    assert.equal((await olga.next()).text, "Still there?");
  });

  test("is not disturbed by what operators say to each other", async () => {
    const { ada, olga, problem } = await open();
    const omar = await stage.person(OMAR, GROUP);
    const answer = await olga.say("We will see", problem);
    assert.equal((await ada.next()).text, "We will see");
    await omar.say("Good answer", answer);
    await omar.say("I take the next one");
    await omar.say("Hello from Omar", problem);
    assert.equal((await ada.next()).text, "Hello from Omar", "and nothing before it");
  });

  test("does not mix up two customers", async () => {
    const first = await open("The first problem");
    const second = await open("The second problem");
    assert.notEqual(first.id, second.id);
    await first.olga.say("To the second", second.problem);
    await first.olga.say("To the first", first.problem);
    assert.equal((await first.ada.next()).text, "To the first");
    assert.equal((await second.ada.next()).text, "To the second");
  });

  test("tells the operators when the customer has blocked the bot", async () => {
    const { ada, olga, problem } = await open();
    await stage.control.post("block", { person: ada.id });
    assert.match((await olga.ask("Hello?", problem)).text!, /did not arrive.*blocked/);
    await olga.press("Close the ticket");
    await olga.next();
    assert.match((await olga.next()).text!, /was closed by Olga/);
  });
});
