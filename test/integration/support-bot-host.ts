/**
 * The support bot as a process of its own, on the runtime by webhook, for tests that stop and kill
 * it. Told by the environment: API_ROOT, TOKEN and STORE, besides what the bot itself reads. Says
 * "ready" on standard output; SIGTERM stops it.
 */
import { listen } from "@hookgram/runtime";

const { API_ROOT: apiRoot = "", TOKEN: token = "", STORE: store = "" } = process.env;
const { default: bot } = await import("../../examples/support-bot/bot.ts");

const handle = listen({ bot, token, apiRoot, store, host: "127.0.0.1", port: 0 });
await handle.ready;
await handle.setWebhook({ url: `http://127.0.0.1:${handle.port()}${handle.path}` });
process.once("SIGTERM", () => void handle.stop());
process.stdout.write("ready\n");
