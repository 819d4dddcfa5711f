import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { startTelegram } from "../telegram.ts";
import type { Telegram } from "../telegram.ts";

const run = promisify(execFile);
const TOKEN = "1234:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/** A program that names no API root: it knows the real address only. */
const PROGRAM = `
  import { Bot } from "gramio";
  const bot = new Bot(${JSON.stringify(TOKEN)});
  const { username } = await bot.api.getMe();
  const { text } = await bot.api.sendMessage({ chat_id: 7, text: "Hello" });
  console.log(username, text);
`;

describe("the intercepting proxy", () => {
  let telegram: Telegram;
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "intercept-"));
    telegram = await startTelegram({ port: 0, intercept: { port: 0 } });
    const authority = path.join(folder, "ca.pem");
    writeFileSync(authority, telegram.proxy!.authority);
    environment = {
      ...process.env,
      HTTPS_PROXY: telegram.proxy!.url,
      NODE_EXTRA_CA_CERTS: authority,
      NODE_USE_ENV_PROXY: "1",
    };
  });

  after(async () => {
    await telegram.close();
    rmSync(folder, { recursive: true });
  });

  it("brings a program that knows api.telegram.org only to the emulator", async () => {
    telegram.bots.add({ token: TOKEN, username: "unchanged_bot" });
    const anna = await telegram.users.add({ id: 7, first_name: "Anna" });
    await anna.say("/start");
    const args = ["--input-type=module", "--eval", PROGRAM];
    const { stdout } = await run(process.execPath, args, { env: environment, timeout: 60_000 });
    assert.equal(stdout, "unchanged_bot Hello\n");
    assert.equal((await anna.answer()).text, "Hello");
  });

  it("passes on what is meant for others, and says what it cannot do", async () => {
    const other = createServer((_request, response) => response.end("other")).listen(
      0,
      "127.0.0.1",
    );
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    assert.equal(await tunnelled(telegram.proxy!.url, `127.0.0.1:${port}`), "other");
    assert.equal(await tunnelled(telegram.proxy!.url, "127.0.0.1:1"), "502");
    assert.equal(await tunnelled(telegram.proxy!.url, "nonsense"), "400");
    const plain = await fetch(telegram.proxy!.url);
    assert.deepEqual([plain.status, /HTTPS_PROXY/.test(await plain.text())], [501, true]);
    other.closeAllConnections();
    other.close();
  });
});

/** The body of `GET /` through a tunnel, or the status with which the tunnel was refused. */
async function tunnelled(proxyUrl: string, target: string): Promise<string> {
  const { hostname, port } = new URL(proxyUrl);
  const opening = request({ hostname, port, method: "CONNECT", path: target });
  opening.end();
  const [response, socket] = (await once(opening, "connect")) as [{ statusCode: number }, Socket];
  if (response.statusCode !== 200) {
    socket.destroy();
    return String(response.statusCode);
  }
  const asked = request({ createConnection: () => socket, headers: { connection: "close" } });
  asked.end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  return (await answer.toArray()).join("");
}
