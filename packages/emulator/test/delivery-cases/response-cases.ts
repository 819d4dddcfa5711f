import { gzipSync } from "node:zlib";
import type { DeliveryCase } from "../delivery-case.ts";
import { OK, respond } from "../scripted-peer.ts";

const JSON_TYPE = { "Content-Type": "application/json" };
const FORM_TYPE = { "Content-Type": "application/x-www-form-urlencoded" };
const MULTIPART_TYPE = { "Content-Type": "multipart/form-data; boundary=b" };
const formOf = (value: string): string =>
  `--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n${value}\r\n--b--\r\n`;

/**
 * What counts as success, and what a response that cannot be read does.
 * @see tdlib/td, HttpReader.cpp
 */
export const responseCases: readonly DeliveryCase[] = [
  {
    fact: "takes any 2xx with any body for success",
    peer: [
      respond("200 OK", { "Content-Type": "text/html" }, "<h1>hello</h1>"),
      respond("201 Created", JSON_TYPE, '{"broken'),
      respond("204 No Content"),
      respond("299 Whatever", JSON_TYPE, "[1,2]"),
      respond("200 OK", JSON_TYPE, gzipSync('{"a":1}')),
    ],
    steps: [
      { publish: ["a:message:1", "b:message:1", "c:message:1", "d:message:1", "e:message:1"] },
    ],
    received: ["0 a", "0 b", "0 c", "0 d", "0 e"],
    info: { pending_update_count: 0, last_error_message: undefined },
  },
  {
    fact: "takes a chunked body for success",
    peer: [
      {
        send: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n",
      },
    ],
    steps: [{ publish: ["a:message:1", "b:message:1"] }],
    received: ["0 a", "0 b"],
    connections: [0],
  },
  {
    fact: "takes 100 Continue for the final answer, and for a failure",
    peer: [{ send: "HTTP/1.1 100 Continue\r\n\r\n" }],
    steps: [{ publish: ["a:message:1"] }],
    received: ["0 a", "0 a"],
    info: { last_error_message: "Wrong response from the webhook: 100 Continue" },
  },
  {
    fact: "repeats the peer's own reason phrase in the error",
    peer: [respond("503 Nicht verfügbar heute")],
    steps: [{ publish: ["a:message:1"] }],
    info: { last_error_message: "Wrong response from the webhook: 503 Nicht verfügbar heute" },
  },
  {
    fact: "lets a body without length or chunks poison the connection for the next update",
    peer: [{ send: "HTTP/1.1 200 OK\r\n\r\nhello" }, OK],
    steps: [
      { publish: ["a:message:1"], advanceS: 1 },
      { publish: ["b:message:1"], advanceS: 1 },
    ],
    received: ["0 a", "1 b", "1 b"],
    connections: [0, 1],
    info: { pending_update_count: 0, last_error_message: "Not Implemented" },
  },
  {
    fact: "takes a second response that nobody asked for as the answer to the next update",
    peer: [
      {
        send: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 404 Stray\r\nContent-Length: 0\r\n\r\n",
      },
      OK,
    ],
    steps: [
      { publish: ["a:message:1"], advanceS: 1 },
      { publish: ["b:message:1"], advanceS: 1 },
    ],
    received: ["0 a", "1 b", "1 b"],
    info: { last_error_message: "Wrong response from the webhook: 404 Stray" },
  },
  {
    fact: "does not wait for the peer when an answer that nobody asked for is already there",
    peer: [
      {
        send: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 204 Stray\r\n\r\n",
      },
      "hang",
    ],
    steps: [
      { publish: ["a:message:1"], advanceS: 1 },
      { publish: ["b:message:1"], advanceS: 1 },
    ],
    received: ["0 a", "1 b"],
    attempts: ["0 a 200", "1 b 204"],
    info: { pending_update_count: 0 },
  },
  {
    fact: "redelivers after a 2xx with an encoding that it does not know",
    peer: [respond("200 OK", { "Content-Encoding": "br" }, "xyz"), OK],
    steps: [{ publish: ["a:message:1"], advanceS: 3 }],
    received: ["0 a", "2 a"],
    info: {
      pending_update_count: 0,
      last_error_message: "Unsupported Media Type: unsupported content-encoding",
    },
  },
  {
    fact: "does not mind an unknown encoding of no body",
    peer: [respond("200 OK", { "Content-Encoding": "br" })],
    steps: [{ publish: ["a:message:1"] }],
    received: ["0 a"],
    info: { last_error_message: undefined },
  },
  {
    fact: "redelivers after a 2xx with more than 1 MiB of parameters",
    peer: [respond("200 OK", JSON_TYPE, `{"a":"${"x".repeat(1 << 20)}"}`), OK],
    steps: [{ publish: ["a:message:1"], advanceS: 3 }],
    received: ["0 a", "2 a"],
    info: { last_error_message: "Request Entity Too Large: too many parameters" },
  },
  {
    fact: "redelivers after a 2xx with more than 1 MiB in an urlencoded body",
    peer: [respond("200 OK", FORM_TYPE, `a=${"x".repeat(1 << 20)}`), OK],
    steps: [{ publish: ["a:message:1"], advanceS: 3 }],
    received: ["0 a", "2 a"],
    info: { last_error_message: "Request Entity Too Large: too many parameters" },
  },
  {
    fact: "redelivers after a 2xx with more than 1 MiB in the values of a form",
    peer: [respond("200 OK", MULTIPART_TYPE, formOf("x".repeat((1 << 20) + 1))), OK],
    steps: [{ publish: ["a:message:1"], advanceS: 3 }],
    received: ["0 a", "2 a"],
    info: { last_error_message: "Request Entity Too Large: too many parameters" },
  },
  {
    fact: "takes 2 MiB of text for success",
    peer: [respond("200 OK", { "Content-Type": "text/plain" }, "x".repeat(1 << 21))],
    steps: [{ publish: ["a:message:1"] }],
    received: ["0 a"],
    info: { pending_update_count: 0 },
  },
  {
    fact: "does not understand other versions of HTTP",
    peer: [{ send: "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n" }],
    steps: [{ publish: ["a:message:1"] }],
    received: ["0 a"],
    info: { last_error_message: "HTTP Version Not Supported" },
  },
  {
    fact: "does not understand what is not HTTP",
    peer: [{ send: "hello\r\n\r\n" }],
    steps: [{ publish: ["a:message:1"] }],
    info: { last_error_message: "Not Implemented" },
  },
  {
    fact: "refuses a header without a colon",
    peer: [{ send: "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n" }],
    steps: [{ publish: ["a:message:1"] }],
    info: { last_error_message: "Bad Request" },
  },
  {
    fact: "refuses headers of more than 256 KiB",
    peer: [{ send: `HTTP/1.1 200 OK\r\nX: ${"x".repeat(1 << 18)}` }],
    steps: [{ publish: ["a:message:1"] }],
    info: {
      last_error_message: "Request Header Fields Too Large: total headers size exceeded",
    },
  },
];
