/** The answer to one request, which an HTTP host sends as it is. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. `content-length` is always among them. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Empty, except for a webhook reply: Telegram executes a 2xx body that names a method, so nothing
   * is ever echoed.
   */
  readonly body: Uint8Array;
  /** Only of a webhook reply. The host calls it once, when it knows how far the answer got. */
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

/** 200 with a call in its body, which Telegram executes once it has read the answer. */
export function replyAnswer(body: Uint8Array, sent: NonNullable<Answer["sent"]>): Answer {
  const length = String(body.byteLength);
  const headers = { "content-type": "application/json", "content-length": length };
  return { status: 200, headers, body, sent, close: false };
}

/**
 * Every answer of the receiver that carries no call. A refusal closes its connection, so that a
 * stranger cannot keep one of the limited connections open by being refused once a minute.
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
  /** A body so large that not even its hash is worth reading it. Telegram never sends one. */
  flood: answer(413, { close: true }),
  encodingRefused: answer(415, { close: true }),
  /** Not stored, because the store is away or full. Telegram tries again after a second. */
  unavailable: answer(503, { close: false, headers: { "retry-after": "1" } }),
  /** Not stored, because this process is starting or stopping. A proxy should try another one. */
  notServing: answer(503, { close: true, headers: { "retry-after": "1" } }),
} as const satisfies Record<string, Answer>;
