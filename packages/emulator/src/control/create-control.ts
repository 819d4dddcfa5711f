import type { IncomingMessage, ServerResponse } from "node:http";
import type { z } from "zod";
import { EmulatorError } from "../world/emulator-error.ts";
import type { EmulatorErrorCode } from "../world/emulator-error.ts";
import { firstProblem } from "../world/first-problem.ts";
import { checkOrigin } from "./check-origin.ts";
import type { ControlHandler } from "./control-call.ts";
import { ANSWERED } from "./control-call.ts";
import type { ControlHost } from "./control-host.ts";
import { actHandlers } from "./handlers/act-handlers.ts";
import { faultHandlers } from "./handlers/fault-handlers.ts";
import { checklistHandlers } from "./handlers/checklist-handlers.ts";
import { groupHandlers } from "./handlers/group-handlers.ts";
import { happenHandlers } from "./handlers/happen-handlers.ts";
import { readHandlers } from "./handlers/read-handlers.ts";
import { runHandlers } from "./handlers/run-handlers.ts";
import { webAppHandlers } from "./handlers/web-app-handlers.ts";
import { worldHandlers } from "./handlers/world-handlers.ts";
import { describeControl } from "./openapi.ts";
import type { Operation } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";
import type { OperationId } from "./operations.ts";
import { readControlBody } from "./read-control-body.ts";

const STATUSES: Readonly<Record<EmulatorErrorCode, number>> = {
  "bad-request": 400,
  "bad-world": 400,
  "snapshot-file": 500,
  "snapshot-in-use": 500,
  "recording-file": 500,
  forbidden: 403,
  "not-found": 404,
  timeout: 408,
  conflict: 409,
};

/** An operation with its handler, and its path as a pattern. */
interface Route {
  readonly operation: Operation;
  readonly handler: ControlHandler;
  readonly pattern: RegExp;
}

/** The user's side of the emulator over HTTP: everything below `/control`. */
export function createControl(
  host: ControlHost,
): (request: IncomingMessage, response: ServerResponse) => void {
  const routes = createRoutes(host);
  let description: string | undefined;
  return (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    answer(request, response).catch((error: unknown) => sendError(response, error));

    async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
      checkOrigin(req, host.allowedHosts ?? []);
      if (path === "/control/openapi.json" && req.method === "GET") {
        // Made when somebody asks: it takes longer than the rest of the start.
        description ??= JSON.stringify(describeControl());
        return sendJson(res, 200, description);
      }
      await run(findRoute(routes, req.method ?? "", path), req, res);
    }
  };
}

function createRoutes(host: ControlHost): Route[] {
  const handlers = {
    ...worldHandlers(host),
    ...actHandlers(host),
    ...faultHandlers(host),
    ...checklistHandlers(host),
    ...groupHandlers(host),
    ...happenHandlers(host),
    ...webAppHandlers(host),
    ...readHandlers(host),
    ...runHandlers(host),
  };
  return Object.values<Operation>(OPERATIONS).map((operation) => ({
    operation,
    handler: handlers[operation.id as OperationId] as ControlHandler,
    pattern: new RegExp(`^${operation.path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
  }));
}

function findRoute(routes: readonly Route[], method: string, path: string): RouteMatch {
  const matching = routes.flatMap((route) => {
    const match = route.pattern.exec(path);
    return match === null ? [] : [{ route, path: { ...match.groups } }];
  });
  const found = matching.find(({ route }) => route.operation.method === method);
  if (found !== undefined) return found;
  if (matching.length === 0) {
    throw new EmulatorError("not-found", `there is no ${path}: see /control/openapi.json`);
  }
  const methods = matching.map(({ route }) => route.operation.method).join(" or ");
  throw new EmulatorError("bad-request", `${path} takes ${methods}, not ${method}`);
}

interface RouteMatch {
  readonly route: Route;
  readonly path: Readonly<Record<string, string>>;
}

async function run(
  { route, path }: RouteMatch,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { operation, handler } = route;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const url = new URL(request.url ?? "/", "http://localhost");
  const query = check(operation.query, Object.fromEntries(url.searchParams));
  const { value, file } =
    operation.method === "POST"
      ? await readControlBody(request, { multipart: operation.multipart === true })
      : { value: undefined, file: undefined };
  const body = check(operation.body, value);
  const call = { query, body, path, file, signal: gone.signal, request, response };
  const result = await handler(call);
  if (result !== ANSWERED && !gone.signal.aborted) sendJson(response, 200, JSON.stringify(result));
}

function check(schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new EmulatorError("bad-request", firstProblem(parsed.error));
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const isOurs = error instanceof EmulatorError;
  const message = error instanceof Error ? error.message : String(error);
  const status = isOurs ? STATUSES[error.code] : 500;
  const line = isOurs ? message : `the emulator failed: ${message}`;
  sendJson(response, status, JSON.stringify({ error: line }));
}

/** The line break keeps the answers of several `curl` calls apart in a terminal. */
function sendJson(response: ServerResponse, status: number, json: string): void {
  const body = `${json}\n`;
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(body);
}
