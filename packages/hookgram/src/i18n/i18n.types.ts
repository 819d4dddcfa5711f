/** What the compiler says about languages; there is nothing to run. */
import { bold, Bot, bundleMessages, createI18n, type MessageBundle } from "../index.ts";

const en = { bye: "Bye", hello: (name: string) => `Hello ${name}`, loud: bold("Hi") };
const de = { bye: "Tschüss", hello: (name: string) => `Hallo ${name}`, loud: bold("Ho") };

const i18n = createI18n("en", en, { languages: { de }, partial: { "de-at": { bye: "Servus" } } });
const bot = new Bot();
bot.outer(i18n.middleware(({ from }) => from?.language_code)).message(({ t, locale, reply }) => {
  const tag: string = locale;
  const text: string = t.hello(tag);
  // @ts-expect-error There is no such message.
  void t.helo;
  // @ts-expect-error It takes a name.
  void t.hello();
  return reply(text);
});

const { bye: _, ...missing } = de;
// @ts-expect-error A language has every message: `bye` is missing.
createI18n("en", en, { languages: { de: missing } });
// @ts-expect-error The same arguments: a name, and not a number.
createI18n("en", en, { languages: { de: { ...de, hello: (count: number) => `${count}` } } });
// @ts-expect-error A text with formatting is not replaced by one without.
createI18n("en", en, { partial: { de: { loud: "Ho" } } });
// @ts-expect-error A partial language has no messages of its own.
createI18n("en", en, { partial: { de: { by: "Tschüss" } } });

declare const bundle: MessageBundle;
const { t } = createI18n("en", bundleMessages(bundle, { hello: ["name"], bye: [] })).for("en");
t.hello({ name: "Ada" });
// @ts-expect-error A value is missing.
t.hello({});
