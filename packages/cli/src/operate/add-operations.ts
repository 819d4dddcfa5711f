import { type Command, Option } from "commander";
import {
  PARKED_REASONS,
  type ParkedFilter,
  type ParkedReason,
  type ReplayOptions,
  SEND_STATES,
} from "@hookgram/runtime";

import type { BotEnvironment } from "../bot-environment.ts";
import { CliError } from "../cli-error.ts";
import { HELP_TEXTS } from "../help-texts.ts";
import { allowNotDurableOption } from "../open-store.ts";
import type { Output } from "../output.ts";
import { answerToText } from "./answer-to-text.ts";
import { askDesk, botIdsOf } from "./ask-desk.ts";
import type { DeskAnswer, DeskCallName, DeskInput } from "./desk-calls.ts";
import {
  type HappenedEffect,
  parseDecision,
  parseHappened,
  parseLimit,
  parseNumber,
  parseRate,
  parseTime,
} from "./option-values.ts";

/** The options of every one of these commands. */
interface Common {
  readonly store?: string;
  readonly allowNotDurable?: boolean;
  readonly json?: boolean;
}

type Ask = <N extends DeskCallName>(
  common: Common,
  call: N,
  input: DeskInput<N>,
) => Promise<DeskAnswer<N>>;

/** What the commands need to ask the store and to print. */
interface Kit {
  readonly environment: BotEnvironment;
  readonly ask: Ask;
  /** Asks, and prints the answer. */
  readonly show: (...asked: Parameters<Ask>) => Promise<void>;
}

/** Adds the commands with which a bot is operated. They work on its store, whether it runs or not. */
export function addOperations(program: Command, environment: BotEnvironment, output: Output): void {
  const ask: Ask = ({ store, allowNotDurable }, call, input) =>
    askDesk({ environment, store, allowNotDurable, call, input });
  const show = async (...[common, call, input]: Parameters<Ask>): Promise<void> => {
    const answer = await ask(common, call, input);
    output.print(
      common.json === true ? JSON.stringify(answer) : answerToText(answer, output.columns),
    );
  };
  const kit: Kit = { environment, ask, show };
  program.commandsGroup("Look after it:");
  addParked(program, kit);
  addRepairs(program, kit);
  addPauses(program, kit);
  addOutbox(program, kit);
  addBroadcasts(program, kit);
  addNodes(program, kit);
}

type Subject = "parked" | "repairs" | "outbox" | "broadcasts";

function group(program: Command, name: Subject, description: string): Command {
  const command = program.command(name).description(description).helpCommand(false);
  return command.addHelpText("after", HELP_TEXTS[name]);
}

/** A command, with the options that all of them have. */
function leaf(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option("--store <url>", "sqlite:PATH or postgres://…; default: what serve or dev keeps here")
    .addOption(allowNotDurableOption())
    .addOption(new Option("--json", "print JSON for programs"));
}

function withFilter(command: Command): Command {
  return command
    .option("--bot <id>", "of this bot", parseNumber)
    .option("--lane <lane>", "of this lane")
    .addOption(reasonOption())
    .option("--error <text>", "with this text in the error")
    .option("--from <time>", "parked at this time or later, such as 2026-11-21T18:00Z", parseTime)
    .option("--to <time>", "parked before this time", parseTime);
}

interface FilterOptions extends Common {
  readonly bot?: number;
  readonly lane?: string;
  readonly reason?: ParkedReason;
  readonly error?: string;
  readonly from?: number;
  readonly to?: number;
}

function toFilter({ bot, lane, reason, error, from, to }: FilterOptions): ParkedFilter {
  const filter = {
    botId: bot,
    lane,
    reason,
    errorIncludes: error,
    parkedFromMs: from,
    parkedToMs: to,
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

interface RepairingOptions extends FilterOptions {
  readonly all?: boolean;
  readonly preview?: boolean;
  readonly rate?: number;
  readonly note?: string;
}

interface ReplayingOptions extends RepairingOptions {
  readonly repeat?: readonly string[];
  readonly happened?: readonly HappenedEffect[];
}

function addParked(program: Command, kit: Kit): void {
  const parked = group(program, "parked", "updates that were given up: look, replay, discard");
  withFilter(leaf(parked, "list", "the newest first"))
    .option("--before <number>", "only those before this one, for the next page", parseNumber)
    .option("--limit <number>", "how many at most", parseLimit, 100)
    .action(({ before, limit, ...options }) => {
      const page = before === undefined ? { limit } : { limit, beforeSeq: before };
      return kit.show(options, "parked list", { ...toFilter(options), ...page });
    });
  leaf(parked, "show", "one with its update, and what its attempts did")
    .argument("<number>", "as the list has it", parseNumber)
    .action((seq, options) => kit.show(options, "parked show", { seq }));
  withRepair(leaf(parked, "replay", "put one back, or all that match, at the end of their lanes"))
    .option("--repeat <effect...>", "of one: this may have happened; do it again")
    .option(
      "--happened <effect=json...>",
      "of one: this has happened, with this result",
      parseHappened,
    )
    .action((seq: number | undefined, options: ReplayingOptions) => {
      if (seq === undefined) return repair(kit, "replay", options);
      assertForOne(options, [...OF_MANY, "note"]);
      return kit.show(options, "parked replay", { seq, ...toEffects(options) });
    });
  withRepair(leaf(parked, "discard", "decide that one, or all that match, are not handled")).action(
    (seq: number | undefined, options: RepairingOptions) => {
      if (seq === undefined) return repair(kit, "discard", options);
      assertForOne(options, OF_MANY);
      return kit.show(options, "parked discard", { seq, ...noteOf(options) });
    },
  );
  leaf(program, "doubts", "effects that may have happened twice, or not at all")
    .addHelpText("after", HELP_TEXTS.doubts)
    .option("--limit <number>", "how many at most", parseLimit, 100)
    .action(({ limit, ...options }) => kit.show(options, "doubts", { limit }));
}

function withRepair(command: Command): Command {
  return withFilter(command)
    .argument("[number]", "one, as the list has it", parseNumber)
    .option("--all", "whatever is parked")
    .option("--rate <number>", "of many: per second", parseRate)
    .option("--note <text>", "why, for whoever reads it later")
    .option("--preview", "of many: only say which");
}

/** What is said of many dead letters, and would be ignored for one: above all `--preview`. */
const OF_MANY = ["preview", "all", "bot", "lane", "reason", "error", "from", "to", "rate"] as const;

function assertForOne(options: object, ofMany: readonly string[]): void {
  const name = ofMany.find((each) => each in options);
  if (name === undefined) return;
  throw new CliError("option", `--${name} is for many, a number for one: leave one of them out`);
}

/** Plans a repair, and starts it unless only a preview is wanted. */
async function repair(kit: Kit, action: "replay" | "discard", options: ReplayingOptions) {
  if (options.repeat !== undefined || options.happened !== undefined) {
    throw new CliError("option", "--repeat and --happened decide about one: give its number");
  }
  const filter = toFilter(options);
  if (Object.keys(filter).length === 0 && options.all !== true) {
    throw new CliError(
      "option",
      `say what to ${action}: a number, a filter such as --error, or --all`,
    );
  }
  const { rate: ratePerSecond } = options;
  const rate = ratePerSecond === undefined ? {} : { ratePerSecond };
  const plan = { action, filter, ...rate, ...noteOf(options) };
  if (options.preview === true) return kit.show(options, "repair plan", plan);
  const { id } = await kit.ask(options, "repair plan", plan);
  return kit.show(options, "repair start", { id });
}

function toEffects({ repeat = [], happened = [] }: ReplayingOptions): ReplayOptions {
  const again = repeat.map((key) => [key, "repeat"] as const);
  const done = happened.map(({ key, result }) => [key, { result }] as const);
  return { effects: Object.fromEntries([...again, ...done]) };
}

function addRepairs(program: Command, { show }: Kit): void {
  const repairs = group(program, "repairs", "replays and discards of many: look, abort");
  leaf(repairs, "list", "the newest first").action((options) => show(options, "repair list", {}));
  leaf(repairs, "show", "how far one is, and what it has left out")
    .argument("<id>", "its number", parseNumber)
    .action((id, options) => show(options, "repair show", { id }));
  leaf(repairs, "start", "begin one that was only planned")
    .argument("<id>", "its number", parseNumber)
    .action((id, options) => show(options, "repair start", { id }));
  leaf(repairs, "abort", "end one where it is; what it has done stays done")
    .argument("<id>", "its number", parseNumber)
    .action((id, options) => show(options, "repair abort", { id }));
}

interface PauseOptions extends Common {
  readonly bot?: number;
  readonly lane?: string;
  readonly note?: string;
}

function addPauses(program: Command, { environment, show }: Kit): void {
  const scopeOf = ({ bot = botIdsOf(environment)[0], lane }: PauseOptions) => {
    if (lane !== undefined) return { lane };
    if (bot !== undefined) return { botId: bot };
    throw new CliError("option", "say what: --bot ID or --lane LANE, or set BOT_TOKEN");
  };
  const scoped = (command: Command): Command =>
    command
      .addHelpText("after", HELP_TEXTS.pauses)
      .option("--bot <id>", "all of this bot; default: the one of BOT_TOKEN", parseNumber)
      .option("--lane <lane>", "only this lane");
  scoped(leaf(program, "pause", "keep what comes for a bot or lane, and handle nothing"))
    .option("--note <text>", "why, for whoever reads it later")
    .action((options: PauseOptions) =>
      show(options, "pause", { scope: scopeOf(options), ...noteOf(options) }),
    );
  scoped(leaf(program, "resume", "go on with what has waited, in order")).action(
    (options: PauseOptions) => show(options, "resume", { scope: scopeOf(options) }),
  );
  leaf(program, "pauses", "what is paused, since when and why").action((options) =>
    show(options, "pause list", {}),
  );
}

function addOutbox(program: Command, { show }: Kit): void {
  const outbox = group(program, "outbox", "messages that wait to be sent, or could not be");
  leaf(outbox, "status", "how many wait, and whom Telegram lets wait").action((options) =>
    show(options, "outbox status", {}),
  );
  leaf(outbox, "list", "messages of one state")
    .addOption(stateOption())
    .option("--before <id>", "only those before this one, for the next page", parseNumber)
    .option("--limit <number>", "how many at most", parseLimit, 100)
    .action(({ state, before, limit, ...options }) =>
      show(options, "outbox list", { state, beforeId: before, limit }),
    );
  leaf(outbox, "decide", "say what becomes of a message that waits, is parked or has failed")
    .argument("<id>", "its number", parseNumber)
    .argument("<decision>", "sent: it was; drop: never send it; again: send it", parseDecision)
    .action((id, as, options) => show(options, "outbox decide", { id, as }));
}

function addBroadcasts(program: Command, { show }: Kit): void {
  const broadcasts = group(program, "broadcasts", "messages to many chats: look, pause, cancel");
  leaf(broadcasts, "list", "the newest first").action((options) =>
    show(options, "broadcast list", {}),
  );
  leaf(broadcasts, "show", "how far one is")
    .argument("<id>", "its number", parseNumber)
    .action((id, options) => show(options, "broadcast show", { id }));
  for (const [to, meaning] of [
    ["pause", "send nothing more of one for now"],
    ["resume", "go on with one"],
    ["cancel", "never send what is left of one"],
  ] as const) {
    leaf(broadcasts, to, meaning)
      .argument("<id>", "its number", parseNumber)
      .action((id, options) => show(options, "broadcast set", { id, to }));
  }
}

function addNodes(program: Command, { show }: Kit): void {
  leaf(program, "nodes", "the processes that share a PostgreSQL store: who is alive")
    .addHelpText("after", HELP_TEXTS.nodes)
    .action((options) => show(options, "node list", {}));
}

function reasonOption(): Option {
  return new Option("--reason <reason>", "parked for this reason").choices(PARKED_REASONS);
}

function stateOption(): Option {
  const states = [...SEND_STATES, "doubtful"];
  return new Option("--state <state>", "which").choices(states).default("parked");
}

/** An option that is not given must be absent, not undefined. */
function noteOf({ note }: { readonly note?: string }): { readonly note?: string } {
  return note === undefined ? {} : { note };
}
