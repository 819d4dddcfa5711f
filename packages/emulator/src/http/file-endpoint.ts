import type { IncomingMessage, ServerResponse } from "node:http";
import type { BotDirectory } from "../delivery/bot-directory.ts";
import { Refusal } from "../methods/method.ts";
import { reasonPhrase, refusalAnswer, writeAnswer } from "./answer.ts";
import type { RequestTarget } from "./request-target.ts";

/** A file that a bot may download. */
export interface ServedFile {
  readonly bytes: Uint8Array;
  readonly mimeType?: string | undefined;
}

/** Serves `/file/bot<token>/<file_path>` and `/file/bot<token>/test/<file_path>`. */
export class FileEndpoint {
  readonly #bots: BotDirectory;
  readonly #find: (filePath: string) => ServedFile | undefined;

  /** `find` looks a file up by the `file_path` that getFile gave out. */
  constructor(bots: BotDirectory, find: (filePath: string) => ServedFile | undefined) {
    this.#bots = bots;
    this.#find = find;
  }

  handle(request: IncomingMessage, response: ServerResponse, target: RequestTarget): void {
    try {
      this.#serve(request, response, target);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      writeAnswer(response, refusalAnswer(error));
    }
  }

  #serve(request: IncomingMessage, response: ServerResponse, { path }: RequestTarget): void {
    const match = /^\/file\/bot([^/]*)(\/test)?\/(.+)$/s.exec(path);
    if (match === null) throw new Refusal(404, "Not Found");
    const [, token = "", test, filePath = ""] = match;
    this.#bots.authorize(token, test !== undefined);
    const file = this.#find(filePath);
    if (file === undefined) throw new Refusal(404, "Not Found");
    response.sendDate = false;
    response.writeHead(200, reasonPhrase(200), {
      "Content-Type": file.mimeType ?? "application/octet-stream",
      "Content-Length": file.bytes.byteLength,
    });
    if (request.method === "HEAD") response.end();
    else response.end(file.bytes);
  }
}
