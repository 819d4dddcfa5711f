/** The live suite of typescript-telegram-bot-api: jest with ts-jest. */
import { stripVTControlCharacters } from "node:util";
import type { Suite, SuiteCounts, SuiteWebFile } from "./suite.ts";
import { CHANNEL, GROUP, MEMBER, OWNER, SUITE_WORLD, TOKEN } from "./suite-world.ts";

const PHOTO = { path: "tests/data/photo.jpg", mimeType: "image/jpeg" };

function photos(urls: readonly string[]): SuiteWebFile[] {
  return urls.map((url) => ({ url, ...PHOTO }));
}

export const typescriptTelegramBotApi: Suite = {
  name: "typescript-telegram-bot-api",
  world: SUITE_WORLD,
  person: OWNER,
  web: [
    ...photos([
      "https://unsplash.it/640/480",
      "https://unsplash.it/480/640",
      ...[1, 2, 3, 4, 5].map((number) => `https://unsplash.it/640/480?${number}`),
    ]),
    {
      url: "https://www.soundhelix.com/examples/mp3/SoundHelix-Song-1.mp3",
      path: "tests/data/audio.mp3",
      mimeType: "audio/mpeg",
    },
    {
      url: "https://sample-videos.com/video321/mp4/720/big_buck_bunny_720p_1mb.mp4",
      path: "tests/data/video.mp4",
      mimeType: "video/mp4",
    },
    {
      url: "https://www.w3.org/WAI/ER/tests/xhtml/testfiles/resources/pdf/dummy.pdf",
      text: "%PDF-1.4",
      mimeType: "application/pdf",
    },
  ],
  env: {
    TEST_TELEGRAM_TOKEN: TOKEN,
    TEST_USER_ID: String(OWNER),
    TEST_GROUP_ID: String(GROUP),
    TEST_CHANNEL_ID: String(CHANNEL),
    TEST_GROUP_MEMBER_ID: String(MEMBER),
  },
  impossible: [
    { test: ".setMyProfilePhoto() should set my profile photo", reason: "its authors skip it" },
  ],
  args: (_preloadUrl, reportPath) => [
    "node_modules/jest/bin/jest.js",
    "--runInBand",
    "--coverage=false",
    "--json",
    `--outputFile=${reportPath}`,
    "tests/index.test.ts",
  ],
  nodeOptions: (preloadUrl) => `--import=${preloadUrl}`,
  counts: jestCounts,
};

interface JestReport {
  readonly numTotalTests: number;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

function jestCounts(text: string): SuiteCounts {
  const report = JSON.parse(text) as JestReport;
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    tests: report.numTotalTests,
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests,
    failures: results
      .filter(({ status }) => status === "failed")
      .map(({ fullName, failureMessages }) => `${fullName}: ${reasonOf(failureMessages)}`),
  };
}

function reasonOf([message = ""]: readonly string[]): string {
  const plain = stripVTControlCharacters(message);
  return (
    /(?:Received message:|Received function did not throw|Rejected to value:).*/.exec(plain)?.[0] ??
    plain.split("\n")[0]!
  ).trim();
}
