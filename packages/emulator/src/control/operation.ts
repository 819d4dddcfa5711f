import type { z } from "zod";

/** What an operation answers with when it is not a JSON object. */
export type AnswerMedia = "application/json" | "text/event-stream" | "application/octet-stream";

/**
 * One operation of the control interface: the same zod schemas check requests and describe them in
 * `/control/openapi.json`, so that the two cannot differ.
 */
export interface Operation<
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  /** `operationId` of the description, and the key of the handler. */
  readonly id: string;
  readonly method: "GET" | "POST";
  /** The path below the server's root; `{name}` stands for one segment. */
  readonly path: string;
  readonly tag: "world" | "act" | "read" | "run";
  readonly summary: string;
  readonly description?: string;
  readonly query?: Query;
  readonly body?: Body;
  /** True when `multipart/form-data` is read too: the same fields, and one part with the bytes. */
  readonly multipart?: boolean;
  readonly answer: Answer;
  /** `application/json` unless said otherwise. */
  readonly media?: AnswerMedia;
  /** True when the answer may also be plain text, as its query says. */
  readonly plainText?: boolean;
}

/** Keeps the types of an operation's schemas, for the handler that is bound to it. */
export function operation<
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(described: Operation<Query, Body, Answer>): Operation<Query, Body, Answer> {
  return described;
}
