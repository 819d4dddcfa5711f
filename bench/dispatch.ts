import {
  BUTTONS,
  COMMANDS_PER_ROUTER,
  type Counts,
  type DispatchContender,
  type DispatchShape,
  ROUTERS,
  WORDS,
} from "./dispatch/bot-shape.ts";
import { createGramioBot } from "./dispatch/gramio-bot.ts";
import { createGrammyBot } from "./dispatch/grammy-bot.ts";
import { createHookgramBot } from "./dispatch/hookgram-bot.ts";
import { createTelegrafBot } from "./dispatch/telegraf-bot.ts";
import { type BenchRow, median, withRatios } from "./row.ts";
import { seededRandom } from "../packages/runtime/test/seeded-random.ts";

const ROUNDS = 7;
const UPDATES_PER_ROUND = 5_000;
const SEED = 20_261_121;

/** The middlewares before the routers, and as many around each handler. */
const MIDDLEWARES = 10;

const CONTENDERS = [createGrammyBot, createHookgramBot, createTelegrafBot, createGramioBot];

/**
 * Updates per second through 30 routers with 300 handlers in all, without HTTP and without waiting:
 * what routing itself costs, without middlewares and with 20 for each update. All frameworks get the
 * same updates in turn, round by round; the first round is for the compilers. Every update is a
 * fresh object, as it is in life.
 */
export async function benchDispatch(): Promise<BenchRow[]> {
  const rows = [
    ...(await compare("routed", { middlewares: 0 })),
    ...(await compare("with 20 middlewares", { middlewares: MIDDLEWARES })),
  ];
  return withRatios(rows, "grammY");
}

async function compare(
  metric: string,
  shape: DispatchShape,
): Promise<Omit<BenchRow, "against" | "ratio">[]> {
  const contenders = CONTENDERS.map((create) => create(shape));
  const rates = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  const random = seededRandom(SEED);
  for (let round = 0; round <= ROUNDS; round += 1) {
    const texts = Array.from({ length: UPDATES_PER_ROUND }, (_, id) => updateText(id, random));
    for (const contender of contenders) {
      const rate = await measure(contender, texts, shape);
      if (round > 0) rates.get(contender.name)!.push(rate);
    }
  }
  return [...rates].map(([name, values]) => ({
    bench: "dispatch",
    case: name,
    metric,
    unit: "1/s",
    value: median(values),
  }));
}

async function measure(
  contender: DispatchContender,
  texts: readonly UpdateText[],
  { middlewares }: DispatchShape,
): Promise<number> {
  const { name, counts } = contender;
  const updates = texts.map(({ json }) => JSON.parse(json) as object);
  const before = { ...counts };
  const begin = performance.now();
  for (const update of updates) await contender.handle(update);
  const seconds = (performance.now() - begin) / 1000;
  const wanted = texts.filter(({ isWanted }) => isWanted).length;
  const expected: Counts = {
    handled: before.handled + wanted,
    middlewares: before.middlewares + middlewares * (updates.length + wanted),
  };
  if (JSON.stringify(counts) !== JSON.stringify(expected))
    throw new Error(
      `${name} counts ${JSON.stringify(counts)} instead of ${JSON.stringify(expected)}: no fair comparison`,
    );
  return updates.length / seconds;
}

interface UpdateText {
  readonly json: string;
  /** There is a handler for it. */
  readonly isWanted: boolean;
}

/** Of ten updates seven are commands, one is a text, one a button, and one is nobody's. */
function updateText(id: number, random: () => number): UpdateText {
  const pick = (count: number): number => Math.floor(random() * count);
  const router = pick(ROUTERS);
  const share = pick(10);
  if (share === 0)
    return { json: press(id, `${BUTTONS[pick(2)]}${router}:${pick(99)}`), isWanted: true };
  if (share === 1)
    return { json: message(id, `${WORDS[pick(2)]} ${router} ${pick(99)}`), isWanted: true };
  if (share === 2) return { json: message(id, `What about ${router}?`), isWanted: false };
  return {
    json: message(id, `/c${router}_${pick(COMMANDS_PER_ROUTER)} some words`),
    isWanted: true,
  };
}

const FROM = { id: 7, is_bot: false, first_name: "Ada", language_code: "en" };
const CHAT = { id: 7, type: "private", first_name: "Ada" };

function message(id: number, text: string): string {
  const command = text.startsWith("/")
    ? { entities: [{ type: "bot_command", offset: 0, length: text.indexOf(" ") }] }
    : {};
  const sent = { message_id: id, date: 1_795_250_000, from: FROM, chat: CHAT, text, ...command };
  return JSON.stringify({ update_id: id, message: sent });
}

function press(id: number, data: string): string {
  const sent = { message_id: id, date: 1_795_250_000, chat: CHAT, text: "Choose" };
  const query = { id: String(id), from: FROM, chat_instance: "1", message: sent, data };
  return JSON.stringify({ update_id: id, callback_query: query });
}
