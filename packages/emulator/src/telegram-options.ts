import type { VirtualClock } from "./clock/virtual-clock.ts";
import type { Resolver } from "./delivery/resolve-host.ts";
import type { RequestHandler } from "./http/http-host.ts";
import type { RecordedLine } from "./recording/recording.ts";
import type { WorldFile } from "./world/world-file.ts";

/** How a local Telegram is started; every setting has a default. */
export interface TelegramOptions {
  /** Default 8081, like the official server; 0 takes any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default: a clock that runs with real time, or as far ahead of it as the snapshot's was. */
  readonly clock?: VirtualClock;
  /** Numbers from 0 to below 1 for ids and delays. Default `Math.random`. */
  readonly random?: () => number;
  /**
   * Makes identifiers, dice and delays the same in every run; `random` goes before it. Default: they
   * differ from run to run.
   */
  readonly seed?: number;
  /** Who is there at the start. When it names bots, no other token is let in. */
  readonly world?: WorldFile;
  /**
   * A file to keep everything in, so that a later start goes on from there: read at the start,
   * written soon after a change (50 ms; up to two seconds for a large world) and on `close`. It
   * belongs to one emulator at a time. Default: nothing is kept.
   */
  readonly snapshotPath?: string;
  /** Gets one line when the snapshot cannot be written for now. Default: a process warning. */
  readonly onWarning?: (line: string) => void;
  /**
   * Webhooks by the rules of api.telegram.org: https only, four ports, no reserved addresses, at
   * most 100 connections. Default false: the rules of the official server's `--local`.
   */
  readonly cloudRules?: boolean;
  /**
   * Methods that have no state behind them here are held to the schema and answered with a sample
   * of the right type, which the journal marks as `generic`. Default true; with false they are
   * refused with 501.
   */
  readonly generic?: boolean;
  /**
   * Refuses messages that come faster than Telegram allows, with 429: one a second in a chat, 20 a
   * minute in a group, 30 a second over all. It can be switched while the emulator runs. Default
   * false: there are no limits.
   */
  readonly floodLimits?: boolean;
  /**
   * A file for what bots do and get, one JSON object a line and without tokens, to be replayed; an
   * earlier one is replaced. Default: nothing is recorded.
   */
  readonly recordPath?: string;
  /**
   * Plays a recorded session to its bots again, from `parseRecording`: they get the recorded
   * updates and answers, and `replay` says what they did otherwise. Default: this is no replay.
   */
  readonly recording?: readonly RecordedLine[];
  /**
   * Also starts a proxy that answers for api.telegram.org, for programs that know no other address;
   * `port` 0 takes any free one. Default: there is none.
   */
  readonly intercept?: { readonly port: number };
  /** Finds the addresses of webhook hosts. Default: the machine's resolver. */
  readonly resolver?: Resolver;
  /** Serves every path that the emulator does not; 404 without it. */
  readonly page?: RequestHandler;
}
