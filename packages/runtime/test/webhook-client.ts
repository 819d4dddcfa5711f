import { request as httpRequest } from "node:http";

/** What came back for one webhook request. */
export interface WebhookAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface WebhookTarget {
  readonly port: number;
  readonly path: string;
  readonly secret: string;
}

/** Delivers one update as Telegram does, on a connection of its own. */
export function deliver(target: WebhookTarget, update: unknown): Promise<WebhookAnswer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        host: "127.0.0.1",
        port: target.port,
        path: target.path,
        method: "POST",
        agent: false,
        headers: {
          // Said explicitly, so that a server which closes has to say so too.
          connection: "keep-alive",
          "content-type": "application/json",
          "x-telegram-bot-api-secret-token": target.secret,
        },
      },
      (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () => {
          resolve({ status: response.statusCode!, headers: response.headers, body });
          sent.destroy();
        });
      },
    );
    sent.on("error", reject);
    sent.end(JSON.stringify(update));
  });
}

/** A text message in a private chat. */
export function messageUpdate(updateId: number, text = "hi", chatId = 1) {
  const chat = { id: chatId, type: "private", first_name: "Ada" } as const;
  const message = {
    message_id: updateId,
    date: 1_795_250_000,
    chat,
    from: { ...chat, is_bot: false },
    text,
  };
  return { update_id: updateId, message };
}
