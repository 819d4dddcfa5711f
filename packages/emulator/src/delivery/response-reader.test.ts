import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isFault } from "./response-head.ts";
import { ResponseReader } from "./response-reader.ts";

const STREAM = Buffer.from(
  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Folded: a\r\n b\r\n\r\nhello" +
    "HTTP/1.1 503 Später bitte\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n" +
    "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nworld\r\n1;x\r\n!\r\n0\r\n\r\n" +
    "HTTP/1.0 204 No Content\r\n\r\n" +
    "rubbish\r\n\r\n",
);

/** Every response that comes out when the stream arrives in these pieces. */
function read(pieces: readonly Uint8Array[]): readonly string[] {
  const reader = new ResponseReader();
  const found: string[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (;;) {
      const response = reader.read();
      if (response === undefined) break;
      if (isFault(response)) return [...found, response.text];
      const { status, reason, body } = response;
      found.push(`${status} ${reason} ${Buffer.from(body).toString()}`);
    }
  }
  return found;
}

const EXPECTED = [
  "200 OK hello",
  "503 Später bitte ",
  "201 Created world!",
  "204 No Content ",
  "Not Implemented",
];

describe("a stream of responses", () => {
  it("reads the same in whatever pieces it arrives", () => {
    assert.deepEqual(read([STREAM]), EXPECTED);
    assert.deepEqual(read([...STREAM].map((byte) => Uint8Array.of(byte))), EXPECTED);
    const cuts = fc.array(fc.nat(STREAM.length), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (positions) => {
        const edges = [0, ...positions.toSorted((a, b) => a - b), STREAM.length];
        const pieces = edges.slice(1).map((end, index) => STREAM.subarray(edges[index], end));
        assert.deepEqual(read(pieces), EXPECTED);
      }),
    );
  });

  it("reads a status line without a reason as the original does, across the line", () => {
    const text = "HTTP/1.1 200\r\nContent-Length: 4\r\nX: y\r\n\r\nbody";
    assert.deepEqual(read([Buffer.from(text)]), ["200 4 "]);
  });

  it("refuses a chunk with a length of more than eight characters", () => {
    const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const text = "Bad Request: Too long length in chunked 000000001";
    assert.deepEqual(read([Buffer.from(`${head}000000001\r\nx\r\n`)]), [text]);
  });

  it("refuses another transfer encoding", () => {
    const text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n";
    assert.deepEqual(read([Buffer.from(text)]), ["Unimplemented: unsupported transfer-encoding"]);
  });
});
