import type { IncomingMessage, ServerResponse } from "node:http";
import type { z } from "zod";
import type { UploadedFile } from "../methods/method.ts";
import type { Operation } from "./operation.ts";

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : unknown;

/** One request of the control interface, checked by the schemas of its operation. */
export interface ControlCall<Described extends Operation = Operation> {
  readonly query: Output<NonNullable<Described["query"]>>;
  readonly body: Output<NonNullable<Described["body"]>>;
  /** The `{name}` parts of the path. */
  readonly path: Readonly<Record<string, string>>;
  /** The uploaded part of a multipart request. */
  readonly file: UploadedFile | undefined;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  /** For operations that do not answer with JSON. */
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What a handler gives when it has answered by itself. */
export const ANSWERED = Symbol("answered");

/** Does one operation and gives its JSON answer, or `ANSWERED`. */
export type ControlHandler<Described extends Operation = Operation> = (
  call: ControlCall<Described>,
) => unknown;

/** A handler for every operation of a group. */
export type HandlersOf<Group extends Readonly<Record<string, Operation>>> = {
  readonly [Id in keyof Group]: ControlHandler<Group[Id]>;
};
