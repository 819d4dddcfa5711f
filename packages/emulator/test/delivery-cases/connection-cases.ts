import type { DeliveryCase } from "../delivery-case.ts";
import { OK, respond } from "../scripted-peer.ts";

const chats = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `c${index + 1}:message:${index + 1}`);
const times = (count: number, second: number): readonly number[] => Array(count).fill(second);
const SLOW = { ...OK, afterMs: 300 };

/**
 * How connections are opened, kept and closed.
 * @see tdlib/telegram-bot-api, WebhookActor.cpp, create_new_connections
 */
export const connectionCases: readonly DeliveryCase[] = [
  {
    fact: "opens one connection at setWebhook, before there is an update",
    steps: [{ advanceS: 1 }],
    connections: [0],
    received: [],
  },
  {
    fact: "grows after the first success: ten connections at once, then twenty a second",
    webhook: { max_connections: 40 },
    before: chats(120),
    peer: [SLOW],
    steps: [{ advanceS: 0.52 }],
    connections: [0, ...times(10, 0.3), 0.35, 0.4, 0.45, 0.5],
  },
  {
    fact: "never has more connections than max_connections",
    webhook: { max_connections: 3 },
    before: chats(20),
    peer: [{ ...OK, afterMs: 1_000 }],
    steps: [{ advanceS: 5 }],
    connections: [0, 1, 1],
    last: ["5 c16", 16],
  },
  {
    fact: "opens connections fast for 10 s after a success",
    peer: { w: [OK], "*": [SLOW] },
    steps: [
      { publish: ["w:message:1"], advanceS: 10 },
      { publish: ["a:message:2", "b:message:3", "c:message:4"], advanceS: 1 },
    ],
    received: ["0 w", "10 a", "10 b", "10 c"],
    connections: [0, 10, 10],
  },
  {
    fact: "is back to one connection when nothing has succeeded for more than 10 s",
    peer: { w: [OK], "*": [SLOW] },
    steps: [
      { publish: ["w:message:1"], advanceS: 10.001 },
      { publish: ["a:message:2", "b:message:3", "c:message:4"], advanceS: 1 },
    ],
    received: ["0 w", "10.001 a", "10.301 b", "10.301 c"],
    connections: [0, 10.301],
  },
  {
    fact: "stays with one connection as long as nothing succeeds",
    before: chats(5),
    peer: [respond("500 Internal Server Error")],
    steps: [{ advanceS: 30 }],
    connections: [0],
  },
  {
    fact: "uses the connection next that has been idle for longest",
    peer: {
      a: [{ ...OK, afterMs: 30 }],
      b: [{ ...OK, afterMs: 20 }],
      c: [{ ...OK, afterMs: 10 }],
      "*": [OK],
    },
    steps: [
      { publish: ["w:message:1"], advanceS: 1 },
      { publish: ["a:message:2", "b:message:3", "c:message:4"], advanceS: 1 },
      ...["d", "e", "f", "g"].map((label) => ({ publish: [`${label}:message:5`], advanceS: 1 })),
    ],
    over: [1, 1, 2, 3, 3, 2, 1, 3],
  },
  {
    fact: "closes an idle connection after 60 s and opens the next one for the next update",
    steps: [
      { publish: ["a:message:5"], advanceS: 100 },
      { publish: ["b:message:5"], advanceS: 1 },
    ],
    received: ["0 a", "100 b"],
    connections: [0, 100],
  },
  {
    fact: "keeps one connection, and opens it again, while an update waits for its retry",
    peer: [respond("503 Service Unavailable", { "Retry-After": "200" }), OK],
    steps: [{ publish: ["a:message:5"], advanceS: 210 }],
    received: ["0 a", "200 a"],
    connections: [0, 60, 120, 180],
  },
  {
    fact: "uses a connection again after an answer that is not 2xx",
    peer: [respond("500 Internal Server Error"), respond("404 Not Found"), OK],
    steps: [{ publish: ["a:message:5", "b:message:6"], advanceS: 10 }],
    connections: [0],
  },
  {
    fact: "opens another connection after Connection: close, and keeps one to spare",
    peer: [respond("200 OK", { Connection: "close" })],
    steps: [{ publish: ["a:message:5"], advanceS: 1 }],
    connections: [0, 0],
  },
  {
    fact: "takes any value of Connection but close for keep-alive",
    peer: [respond("200 OK", { Connection: "Close, TE" })],
    steps: [{ publish: ["a:message:5", "b:message:5"], advanceS: 1 }],
    received: ["0 a", "0 b"],
    connections: [0],
  },
  {
    fact: "closes the connection after HTTP/1.0",
    peer: [{ send: "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n" }],
    steps: [{ publish: ["a:message:5"], advanceS: 1 }],
    connections: [0, 0],
    info: { pending_update_count: 0 },
  },
  {
    fact: "keeps the connection after HTTP/1.0 with Connection: keep-alive",
    peer: [{ send: "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n" }],
    steps: [{ publish: ["a:message:5"], advanceS: 1 }],
    connections: [0],
  },
];
