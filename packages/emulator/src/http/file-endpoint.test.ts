import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { File, Message } from "@hookgram/bot-api";
import { ANNA, Stage, TOKEN } from "../../test/stage.ts";

let stage: Stage;
let file: File;
before(async () => {
  stage = await Stage.open();
  await stage.begin();
  const form = new FormData();
  form.set("chat_id", String(ANNA));
  form.set("document", new Blob(["a,b\n1,2\n"], { type: "text/csv" }), "täble.csv");
  const { document } = await stage.ok<Message>("sendDocument", form);
  file = await stage.ok<File>("getFile", { file_id: document!.file_id });
});
after(() => stage[Symbol.asyncDispose]());

const download = (path: string, token = TOKEN, method = "GET"): Promise<Response> =>
  fetch(`${stage.telegram.url}/file/bot${token}/${path}`, { method });

describe("the download of a file", () => {
  it("gives its bytes, type and length", async () => {
    const response = await download(file.file_path!);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "text/csv");
    assert.equal(await response.text(), "a,b\n1,2\n");
    assert.equal(file.file_size, 8);
  });

  it("takes a path with percent signs, and the colon of the token too", async () => {
    const path = file.file_path!.replaceAll("_", "%5F").replaceAll(".", "%2E");
    assert.equal((await download(path, TOKEN.replace(":", "%3A"))).status, 200);
  });

  it("can be asked for its headers only", async () => {
    const response = await download(file.file_path!, TOKEN, "HEAD");
    assert.deepEqual([response.headers.get("content-length"), await response.text()], ["8", ""]);
  });

  it("is refused in the words of the Bot API", async () => {
    const refusal = async (path: string, token?: string): Promise<string> => {
      const response = await download(path, token);
      const { error_code: code, description } = (await response.json()) as Record<string, unknown>;
      assert.equal(response.status, code);
      return `${Number(code)} ${String(description)}`;
    };
    assert.equal(await refusal("documents/file_9999.csv"), "404 Not Found");
    assert.equal(await refusal(""), "404 Not Found");
    assert.equal(await refusal(file.file_path!, TOKEN.replace("A", "B")), "401 Unauthorized");
    assert.equal(await refusal(file.file_path!, "x"), "401 Unauthorized: invalid token specified");
  });
});
