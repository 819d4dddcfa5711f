import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { build } from "vite";

/** What browsers and workers have and the language itself lacks, as far as hookgram uses it. */
const WEB = {
  AbortController,
  AbortSignal,
  atob,
  btoa,
  Blob,
  FormData,
  TextDecoder,
  TextEncoder,
  URL,
};

/** A bot, bundled with hookgram as somebody's program would be. */
const PROGRAM = `
  import { Bot, command, deepLink, states } from "hookgram";
  import { createTestHost, sampleUpdate } from "hookgram/testing";
  const Form = states("form", { name: null });
  export async function run() {
    const bot = new Bot();
    bot.message(Form.name, command("start"), async ({ reply, command, state }) => {
      await reply("Hello, " + command.args);
      await state.leave();
    });
    bot.message(deepLink({ encoded: true }), ({ state }) => state.enter(Form.name));
    const host = createTestHost(bot);
    await host.feed(sampleUpdate("message", { text: "/start d29ya2Vy" }));
    const outcome = await host.feed(sampleUpdate("message", { text: "/start worker" }));
    return { outcome, calls: host.calls };
  }
`;

async function bundle(): Promise<string> {
  // There is no such file; the plugin gives its text.
  const entry = fileURLToPath(new URL("program.js", import.meta.url));
  const result = await build({
    configFile: false,
    logLevel: "silent",
    plugins: [
      {
        name: "program",
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? PROGRAM : undefined),
      },
    ],
    build: {
      write: false,
      minify: false,
      lib: { entry, formats: ["iife"], name: "program" },
    },
  });
  const [output] = Array.isArray(result) ? result : [];
  const [chunk] = output?.output ?? [];
  assert.ok(chunk?.type === "chunk");
  return chunk.code;
}

describe("in a browser or a worker", () => {
  it("is bundled without anything of Node, and a bot runs there", async () => {
    const code = await bundle();
    assert.doesNotMatch(code, /node:|\brequire\(|\bprocess\./);
    const context = vm.createContext({ ...WEB });
    const run = `${code}; program.run()`;
    const result = (await vm.runInContext(run, context)) as unknown;
    assert.deepEqual(JSON.parse(JSON.stringify(result)), {
      outcome: { status: "handled", handler: "bot/message#1" },
      calls: [{ method: "sendMessage", params: { chat_id: 7, text: "Hello, worker" } }],
    });
  });
});
