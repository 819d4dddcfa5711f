import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FluentBundle, FluentResource } from "@fluent/bundle";

import {
  bold,
  Bot,
  bundleMessages,
  createI18n,
  fmt,
  type MessageBundle,
  states,
  type Translation,
} from "../index.ts";
import { createTestHost, sampleUpdate } from "../testing.ts";

const en = {
  bye: "Bye",
  hello: (name: string) => fmt`Hello ${bold(name)}`,
  parcels: (count: number) => (count === 1 ? "1 parcel" : `${count} parcels`),
};
const de: Translation<typeof en> = {
  bye: "Tschüss",
  hello: (name) => fmt`Hallo ${bold(name)}`,
  parcels: (count) => `${count} Paket${count === 1 ? "" : "e"}`,
};
const ru: Translation<typeof en> = { ...en, bye: "Пока" };
const i18n = createI18n("en", en, {
  languages: { de, ru },
  partial: { "de-AT": { bye: "Servus" } },
  fallbacks: { uk: "ru", "de-ch": "de-at" },
});

describe("createI18n", () => {
  it("gives the messages of a language", () => {
    const { t, locale } = i18n.for("de");
    assert.equal(locale, "de");
    assert.equal(t.parcels(2), "2 Pakete");
    assert.deepEqual(t.hello("Ada"), fmt`Hallo ${bold("Ada")}`);
    assert.deepEqual(i18n.locales, ["en", "de", "ru", "de-at"]);
  });

  it("goes from a language to more general ones, along fallbacks, and to the first one", () => {
    const bye = (wanted?: string): readonly string[] => {
      const { locale, t } = i18n.for(wanted);
      return [locale, t.bye];
    };
    assert.deepEqual(bye("de-at"), ["de-at", "Servus"]);
    assert.deepEqual(bye("DE_at"), ["de-at", "Servus"]);
    assert.deepEqual(bye("de-LI"), ["de", "Tschüss"]);
    assert.deepEqual(bye("de-ch-1996"), ["de-at", "Servus"]);
    assert.deepEqual(bye("uk-UA"), ["ru", "Пока"]);
    for (const unknown of ["fr", "", "-", "x".repeat(100), undefined])
      assert.deepEqual(bye(unknown), ["en", "Bye"]);
  });

  it("fills a partial language message by message", () => {
    assert.equal(i18n.for("de-at").t.parcels(1), "1 Paket");
  });

  it("ends a circle of fallbacks", () => {
    const circle = createI18n("en", en, {
      languages: { de, ru },
      fallbacks: { de: "ru", ru: "de" },
    });
    assert.equal(circle.for("ru").t.bye, "Пока");
  });

  it("refuses tags that are none or come twice, and fallbacks to nowhere", () => {
    const refusal = (message: string) => ({ code: "bad-argument", message });
    assert.throws(
      () => createI18n("english", en),
      refusal('createI18n: "english" is no language tag; write de or pt-br'),
    );
    assert.throws(
      () => createI18n("de", en, { partial: { DE: {} } }),
      refusal('createI18n: "DE" comes twice'),
    );
    assert.throws(
      () => createI18n("en", en, { fallbacks: { uk: "ru" } }),
      refusal('createI18n: "ru" is a fallback and has no messages'),
    );
  });
});

describe("i18n.middleware", () => {
  const Settings = states("settings", { german: null });
  const answers = async (bot: Bot, fields: readonly object[]): Promise<unknown[]> => {
    const host = createTestHost(bot);
    for (const one of fields) await host.feed(sampleUpdate("message", one));
    return host.calls.map(({ params }) => params["text"]);
  };
  const person = (language_code?: string): object => ({
    from: { id: 7, is_bot: false, first_name: "Ada", ...(language_code && { language_code }) },
  });

  it("takes the language of the person", async () => {
    const bot = new Bot();
    bot.outer(i18n.middleware()).message(({ t, reply }) => reply(t.bye));
    const people = [person("de"), person("uk"), person("fr"), person(), { from: undefined }];
    assert.deepEqual(await answers(bot, people), ["Tschüss", "Пока", "Bye", "Bye", "Bye"]);
  });

  it("takes what the state says, and only then the language of the person", async () => {
    const bot = new Bot();
    const localized = bot.outer(
      i18n.middleware(async ({ state }) =>
        (await state.read(Settings.german)) === undefined ? undefined : "de",
      ),
    );
    localized.message(async ({ t, state, reply, locale }) => {
      await reply(`${locale}: ${t.bye}`);
      await state.enter(Settings.german);
    });
    assert.deepEqual(await answers(bot, [person("ru"), person("ru")]), ["ru: Пока", "de: Tschüss"]);
  });
});

describe("bundleMessages, with a bundle of Fluent", () => {
  const fluent = new FluentBundle("en", { useIsolating: false });
  fluent.addResource(
    new FluentResource(
      "hello = Hello { $name }\nbye = Bye\n" +
        "parcels = { $count ->\n    [one] One parcel\n   *[other] { $count } parcels\n}\n",
    ),
  );
  const bundle: MessageBundle = {
    has: (id) => fluent.hasMessage(id),
    format: (id, values) => fluent.formatPattern(fluent.getMessage(id)!.value!, values),
  };

  it("makes functions of a bundle's messages, which are messages as others are", () => {
    const messages = bundleMessages(bundle, { hello: ["name"], bye: [], parcels: ["count"] });
    const { t } = createI18n("en", messages).for("en");
    assert.equal(t.hello({ name: "Ada" }), "Hello Ada");
    assert.equal(t.bye(), "Bye");
    assert.equal(t.parcels({ count: 1 }), "One parcel");
    assert.equal(t.parcels({ count: 2 }), "2 parcels");
  });

  it("says at once what the bundle lacks", () => {
    assert.throws(() => bundleMessages(bundle, { hello: [], a: [], b: [] }), {
      code: "bad-argument",
      message: "bundleMessages: the bundle has no message a, b",
    });
  });
});
