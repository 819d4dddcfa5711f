import type { DeliveryCase } from "../delivery-case.ts";
import { OK } from "../scripted-peer.ts";

/**
 * Peers that hang, hang up or cannot be reached.
 * @see tdlib/td, HttpConnectionBase.cpp
 */
export const failureCases: readonly DeliveryCase[] = [
  {
    fact: "gives up on a peer that does not answer after 60 s, and backs off from there",
    peer: ["hang"],
    steps: [{ publish: ["a:message:5"], advanceS: 260 }],
    received: ["0 a", "60 a", "122 a", "186 a", "254 a"],
    info: { pending_update_count: 1, last_error_message: "Read timeout expired" },
  },
  {
    fact: "does not extend the 60 s for a response that trickles",
    peer: [{ trickle: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123456789", everyMs: 5_000 }],
    steps: [{ publish: ["a:message:5"], advanceS: 61 }],
    received: ["0 a", "60 a"],
    info: { last_error_message: "Read timeout expired" },
  },
  {
    fact: "waits for the whole body: a late one is a failure although the status was 200",
    peer: [{ send: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12345678" }],
    steps: [{ publish: ["a:message:5"], advanceS: 61 }],
    received: ["0 a", "60 a"],
    info: { pending_update_count: 1, last_error_message: "Read timeout expired" },
  },
  {
    fact: "takes an answer that comes just before the 60 s",
    peer: [{ ...OK, afterMs: 59_999 }],
    steps: [{ publish: ["a:message:5"], advanceS: 120 }],
    received: ["0 a"],
    info: { pending_update_count: 0, last_error_message: undefined },
  },
  {
    fact: "connects at most every 2 s to a port that refuses, also while the update waits longer",
    peer: "down",
    steps: [
      { advanceS: 10 },
      { publish: ["a:message:5"], advanceS: 60 },
      { peer: [OK], advanceS: 100 },
    ],
    attempts: [
      "10 a null",
      "12 a null",
      "14 a null",
      "18 a null",
      "26 a null",
      "42 a null",
      "74 a 200",
    ],
    connections: [72],
    info: { pending_update_count: 0, last_error_message: "Connection refused" },
  },
  {
    fact: "reports a refused connection although no update waits",
    peer: "down",
    steps: [{ advanceS: 1 }],
    info: { last_error_message: "Connection refused", ip_address: "127.0.0.1" },
  },
  {
    fact: "retries and records nothing when the peer hangs up without an answer",
    peer: ["end"],
    steps: [{ publish: ["a:message:5"], advanceS: 20 }],
    received: ["0 a", "2 a", "4 a", "8 a", "16 a"],
    info: { pending_update_count: 1, last_error_date: undefined, last_error_message: undefined },
  },
  {
    fact: "records nothing when the peer hangs up in the middle of an answer",
    peer: [{ send: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1234", thenEnd: true }, OK],
    steps: [{ publish: ["a:message:5"], advanceS: 20 }],
    received: ["0 a", "2 a"],
    info: { pending_update_count: 0, last_error_message: undefined },
  },
  {
    fact: "reports a reset connection",
    peer: ["reset", OK],
    steps: [{ publish: ["a:message:5"], advanceS: 20 }],
    received: ["0 a", "2 a"],
    info: { pending_update_count: 0, last_error_message: "Connection reset by peer" },
  },
  {
    fact: "never sends an update whose headers exceed 4096 bytes, and reports nothing",
    path: `/${"x".repeat(4_000)}`,
    steps: [{ publish: ["a:message:5", "b:message:6"], advanceS: 100 }],
    received: [],
    attempts: ["0 a null", "0 b null"],
    info: { pending_update_count: 2, last_error_message: undefined },
  },
  {
    fact: "leaves what was in flight in the queue when the webhook is deleted",
    peer: ["hang"],
    steps: [
      { publish: ["a:message:5"], advanceS: 1 },
      { call: ["deleteWebhook", {}], advanceS: 90 },
    ],
    received: ["0 a"],
    info: { url: "", pending_update_count: 1 },
  },
  {
    fact: "sends what was in flight again when the webhook was replaced",
    peer: ["hang", OK],
    steps: [
      { publish: ["a:message:5"], advanceS: 1 },
      { setWebhook: { max_connections: 7 }, advanceS: 1 },
    ],
    received: ["0 a", "1 a"],
    info: { pending_update_count: 0, max_connections: 7 },
  },
];
