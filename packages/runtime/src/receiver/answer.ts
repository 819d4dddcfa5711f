/** What the receiver says to one request, for any HTTP host to send as it is. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. `content-length` is always among them. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Empty but for a webhook reply: Telegram executes a 2xx body that names a method, so nothing is
   * ever echoed.
   */
  readonly body: Uint8Array;
  /** Of a webhook reply: the host calls it, once, when it knows how far the answer has got. */
  readonly sent?: ((outcome: "written" | "cut" | "gone") => void) | undefined;
  /**
   * The host should close the connection after this answer. Not a header, because HTTP/2 hosts
   * must not send `connection`.
   */
  readonly close: boolean;
}

const NOTHING = new Uint8Array(0);

function answer(status: number, options: { close: boolean; headers?: Record<string, string> }) {
  const headers = Object.freeze({ "content-length": "0", ...options.headers });
  return Object.freeze({ status, headers, body: NOTHING, close: options.close }) satisfies Answer;
}

/** 200 with a call in its body, which Telegram carries out once it has read the answer. */
export function replyAnswer(body: Uint8Array, sent: NonNullable<Answer["sent"]>): Answer {
  const length = String(body.byteLength);
  const headers = { "content-type": "application/json", "content-length": length };
  return { status: 200, headers, body, sent, close: false };
}

/**
 * Every answer without a call that the receiver gives. A refusal closes its connection, so that a stranger cannot
 * keep one of the bounded connections open by being refused once a minute.
 *
 * Never 3xx (Telegram does not follow it), never 410 (23 hours of it remove the webhook), never a
 * long `Retry-After` (an update whose life ends before the next try is dropped by Telegram).
 * @see https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/WebhookActor.cpp
 */
export const ANSWERS = {
  /** Committed to disk, now or before. */
  stored: answer(200, { close: false }),
  /** The connection was too slow to send what it announced. */
  tooSlow: answer(408, { close: true }),
  secretRefused: answer(401, { close: true }),
  peerRefused: answer(403, { close: true }),
  notFound: answer(404, { close: true }),
  methodRefused: answer(405, { close: true, headers: { allow: "POST" } }),
  /** So large that reading on only to store its hash is not worth it; Telegram never sends that. */
  flood: answer(413, { close: true }),
  encodingRefused: answer(415, { close: true }),
  /** Not stored: the store is away or full. Telegram tries again in a second. */
  unavailable: answer(503, { close: false, headers: { "retry-after": "1" } }),
  /** Not stored: this process is starting or leaving. A proxy should send the next one elsewhere. */
  notServing: answer(503, { close: true, headers: { "retry-after": "1" } }),
} as const satisfies Record<string, Answer>;
