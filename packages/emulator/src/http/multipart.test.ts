import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CallParams } from "./call-params.ts";
import { readMultipart } from "./multipart.ts";

const LIMITS = { parametersMaxBytes: 1 << 20, filesMax: 50 };
const FORM = `--b
Content-Disposition: form-data; name="a"

1
--b
Content-Disposition: form-data; name="f"; filename="x.txt"
Content-Type: text/plain

hello
--b
Content-Disposition: form-data; name="u"
Content-Type: application/x-www-form-urlencoded

q=1&r=2
--b--
`.replaceAll("\n", "\r\n");

async function read(
  body: Uint8Array,
  type = "multipart/form-data; boundary=b",
): Promise<{ readonly status: number; readonly names: readonly string[] }> {
  const params = new CallParams();
  const outcome = await readMultipart(body, type, params, LIMITS);
  return { status: outcome.ok ? 200 : outcome.status, names: params.names() };
}

describe("a form", () => {
  it("has values, urlencoded groups of values, and files", async () => {
    const params = new CallParams();
    await readMultipart(Buffer.from(FORM), "multipart/form-data; boundary=b", params, LIMITS);
    assert.deepEqual([params.text("a"), params.text("q"), params.text("r")], ["1", "1", "2"]);
    const { fileName, mimeType, bytes } = params.file("f")!;
    assert.deepEqual(
      [fileName, mimeType, Buffer.from(bytes).toString()],
      ["x.txt", "text/plain", "hello"],
    );
  });

  it("is found by its boundary, wherever that stands in the content type", async () => {
    for (const type of ['Multipart/Form-Data; charset=x; boundary="b"', "x; BOUNDARY=b; y"]) {
      assert.equal((await read(Buffer.from(FORM), type)).status, 200, type);
    }
    for (const rest of ["", "; boundary", "; boundary=", `; boundary=${"b".repeat(71)}`]) {
      assert.equal((await read(Buffer.from(FORM), `multipart/form-data${rest}`)).status, 400, rest);
    }
  });

  it("is refused, and breaks nothing, when it was cut off anywhere before its end", async () => {
    const end = FORM.indexOf("--b--");
    for (let length = 0; length < end; length += 1) {
      const { status } = await read(Buffer.from(FORM.slice(0, length)));
      assert.equal(status, 400, `after ${length} characters`);
    }
  });

  it("is read or refused, and nothing else, whatever was done to its bytes", async () => {
    const edits = fc.array(fc.tuple(fc.nat(FORM.length - 1), fc.nat(255)), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        const body = Buffer.from(FORM);
        for (const [position, byte] of changes) body[position] = byte;
        assert.ok([200, 400].includes((await read(body)).status));
      }),
      { numRuns: 500 },
    );
  });
});
