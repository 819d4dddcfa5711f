import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { before, describe, it } from "node:test";
import { promisify } from "node:util";

import { type Staged, stagePackages } from "../../tools/stage.ts";

const run = promisify(execFile);

/** What somebody writes who has installed the packages; it is compiled and run as JavaScript. */
const BOT = `
import { Bot, command, F, flag, Router } from "hookgram";
import { createTestHost, sampleUpdate } from "hookgram/testing";

const audit = flag<"full" | "none">("audit");
const router = new Router("shop").filter(audit("none"));
router.message(command("start"), audit("full"), ({ command: { args }, reply, handler }) =>
  reply(\`\${args} \${audit.of(handler)}\`),
);
router.message(F.message.photo, ({ message }) => void message.photo.length);
const host = createTestHost(new Bot({ routers: [router] }));
const outcome = await host.feed(sampleUpdate("message", { text: "/start tea" }));
console.log(outcome.status, host.calls[0]?.params["text"]);
`;

describe("the packages as a registry would carry them", () => {
  let staged: Staged;
  before(async () => {
    staged = await stagePackages("stage-of-test");
  });

  it("are used with types and without them", async () => {
    const folder = path.join(staged.folder, "bot");
    mkdirSync(folder);
    writeFileSync(path.join(folder, "bot.ts"), BOT);
    writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
    const compilerOptions = {
      target: "es2024",
      lib: ["es2024", "dom", "dom.iterable"],
      module: "nodenext",
      types: ["node"],
      strict: true,
      // Declarations that name what is not there would be "any" for their users.
      skipLibCheck: false,
      outDir: "out",
    };
    const config = { compilerOptions, include: ["bot.ts"] };
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(config));
    await run("tsc", ["-p", folder]).catch((error: { stdout: string }) =>
      assert.fail(error.stdout.slice(0, 2000)),
    );
    const { stdout } = await run(process.execPath, [path.join(folder, "out", "bot.js")]);
    assert.equal(stdout, "handled tea full\n");
  });

  // Node takes more time to find and open a file than to read it. When this finds a third one, a module
  // is shared by two entries: let the smaller entry import it by the package's own index.
  it("load in one file each, which is what makes a cold start quick", async () => {
    const script =
      'import { registerHooks } from "node:module"; const files = new Set(); ' +
      "registerHooks({ load(url, context, next) { files.add(url); return next(url, context); } }); " +
      'await import("hookgram"); console.log([...files].join("\\n"));';
    const args = ["--input-type=module", "--eval", script];
    const { stdout } = await run(process.execPath, args, { cwd: staged.folder });
    const loaded = stdout
      .trim()
      .split("\n")
      .map((url) => url.split("/node_modules/").at(-1));
    assert.deepEqual(loaded, ["hookgram/dist/index.js", "@hookgram/bot-api/dist/index.js"]);
  });
});
