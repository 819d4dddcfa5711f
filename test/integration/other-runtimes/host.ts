/** A bot behind the `Request` → `Response` bridge of the runtime that it is started with. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mount } from "@hookgram/runtime";
import { createFetchHandler } from "@hookgram/runtime/hosts";
import { Bot, Router } from "hookgram";

type Fetch = (request: Request) => Promise<Response>;

/** What is used of the servers of Bun and Deno. */
interface Runtimes {
  readonly Bun?: {
    serve(options: { port: 0; fetch: Fetch }): { port: number; stop(now: boolean): unknown };
  };
  readonly Deno?: {
    serve(
      options: { port: 0; onListen(): void },
      fetch: Fetch,
    ): { addr: { port: number }; shutdown(): unknown };
  };
}

const SECRET = "a-secret";
const folder = mkdtempSync(join(tmpdir(), "hookgram-other-runtime-"));
const handled: number[] = [];
const router = new Router("shop");
router.message(({ update }) => void handled.push(update.update_id));
const handle = mount({
  bot: new Bot({ routers: [router] }),
  token: `42:${"x".repeat(35)}`,
  me: { id: 42, is_bot: true, first_name: "Shop", username: "shop_bot" },
  path: "/hook",
  secret: SECRET,
  store: join(folder, "bot.sqlite"),
  logger: { debug() {}, info() {}, warn() {}, error() {} },
});

function serve(fetch: Fetch): { readonly port: number; readonly stop: () => unknown } {
  const { Bun, Deno } = globalThis as Runtimes;
  if (Bun !== undefined) {
    const server = Bun.serve({ port: 0, fetch });
    return { port: server.port, stop: () => server.stop(true) };
  }
  const server = Deno!.serve({ port: 0, onListen() {} }, fetch);
  return { port: server.addr.port, stop: () => server.shutdown() };
}

const bodyOf = (id: number): string =>
  JSON.stringify({
    update_id: id,
    message: { message_id: id, date: 1, chat: { id: 5, type: "private" }, text: "hi" },
  });

async function post(body: string, secret: string | undefined = SECRET): Promise<number> {
  const headers = { "x-telegram-bot-api-secret-token": secret };
  const response = await fetch(`http://127.0.0.1:${port}/hook`, { method: "POST", headers, body });
  await response.arrayBuffer();
  return response.status;
}

await handle.ready;
const { port, stop } = serve(createFetchHandler(handle));
const statuses: Record<string, number> = {
  first: await post(bodyOf(1)),
  again: await post(bodyOf(1)),
  "wrong secret": await post(bodyOf(2), "wrong"),
  "not JSON": await post("{"),
  "too large": await post(" ".repeat(2 * 1_048_576)),
};
for (let id = 10; id < 60; id += 1) await post(bodyOf(id));
await handle.stop();
statuses["after stop"] = await post(bodyOf(99));
await stop();
rmSync(folder, { recursive: true });
process.stdout.write(JSON.stringify({ statuses, handled }));
process.exit();
