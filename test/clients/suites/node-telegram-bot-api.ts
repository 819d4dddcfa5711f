/** The live suite of node-telegram-bot-api 1.x: Node's own test runner under tsx. */
import type { Suite, SuiteCounts } from "./suite.ts";
import { GROUP, OWNER, SUITE_WORLD, TOKEN } from "./suite-world.ts";

export const nodeTelegramBotApi: Suite = {
  name: "node-telegram-bot-api",
  world: SUITE_WORLD,
  person: OWNER,
  web: [],
  env: {
    NODE_TELEGRAM_TOKEN: TOKEN,
    TEST_GROUP_ID: String(GROUP),
    TEST_USER_ID: String(OWNER),
  },
  impossible: [
    {
      test: "honors country_codes and hide_results_until_closes",
      reason: "its authors skip it",
    },
  ],
  args: (preloadUrl, reportPath) => [
    "--test",
    "--test-reporter=tap",
    `--test-reporter-destination=${reportPath}`,
    "--test-timeout=60000",
    "--import=tsx",
    `--import=${preloadUrl}`,
    "test/integration/telegram.test.ts",
  ],
  nodeOptions: () => "",
  counts: tapCounts,
};

/** Counts and failures of a report in TAP, as Node's runner writes it. */
function tapCounts(report: string): SuiteCounts {
  const total = (name: string): number =>
    Number(new RegExp(String.raw`^# ${name} (\d+)$`, "m").exec(report)?.[1] ?? 0);
  return {
    tests: total("tests"),
    passed: total("pass"),
    failed: total("fail") + total("cancelled"),
    skipped: total("skipped") + total("todo"),
    failures: tapFailures(report.split("\n")),
  };
}

/** A failed suite of tests is only the sum of its failed tests and is left out. */
function tapFailures(lines: readonly string[]): string[] {
  return lines.flatMap((line, index) => {
    const name = /^\s*not ok \d+ - (.*)$/.exec(line)?.[1];
    if (name === undefined) return [];
    const details = lines.slice(index + 1, index + 40).join("\n");
    const [block] = details.split(/^\s*\.\.\.$/m);
    if (/type: 'suite'/.test(block!) && /subtestsFailed/.test(block!)) return [];
    const reason = /error: (?:\|-\s*)?(.*)/.exec(block!)?.[1] ?? "";
    return [`${name}: ${reason.trim()}`];
  });
}
