/** Speaks the person's language, or the one that was chosen by /language. */
import { bold, Bot, callbackData, command, createI18n, fmt, states } from "hookgram";
import type { Translation } from "hookgram";
import { z } from "zod";

const en = {
  name: "English",
  hello: (who: string) => fmt`Hello, ${bold(who)}! Do you want to change the /language?`,
  parcels: (count: number) => (count === 1 ? "One parcel is" : `${count} parcels are`) + " coming.",
  choose: "Which language?",
};

// A message that is missing here, or takes something else, does not compile.
const de: Translation<typeof en> = {
  name: "Deutsch",
  hello: (who) => fmt`Hallo ${bold(who)}! Willst du die Sprache ändern? /language`,
  parcels: (count) => (count === 1 ? "Ein Paket kommt." : `${count} Pakete kommen.`),
  choose: "Welche Sprache?",
};

const i18n = createI18n("en", en, { languages: { de } });
const Choose = callbackData("locale", { locale: z.string() });

// Kept for the person, in whatever chat they write.
const Settings = states(
  "settings",
  { own: z.object({ locale: z.string() }) },
  { strategy: "user" },
);

const bot = new Bot().outer(
  i18n.middleware(async ({ state }) => (await state.read(Settings.own))?.locale),
);

bot.message(command("start"), ({ t, from, reply }) => reply(t.hello(from?.first_name ?? "…")));

bot.message(command("language"), async ({ t, reply }) => {
  const choices = i18n.locales.map((locale) => [i18n.for(locale).t.name, { locale }] as const);
  await reply(t.choose, { reply_markup: Choose.keyboard(Object.fromEntries(choices)) });
});

bot.callbackQuery(Choose, async ({ button, state, answer, edit }) => {
  await state.enter(Settings.own, button);
  await answer();
  await edit(i18n.for(button.locale).t.name);
});

bot.message(command("parcels", { args: { count: z.coerce.number() } }), ({ t, args, reply }) =>
  reply(t.parcels(args.count)),
);

export default bot;
