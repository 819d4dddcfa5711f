import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";

import { describeHost, type RunningHost } from "../../test/describe-host.ts";
import { createFastifyPlugin } from "./fastify-plugin.ts";
import { createFetchHandler } from "./fetch-handler.ts";
import { createHonoMiddleware } from "./hono-middleware.ts";
import { createKoaMiddleware } from "./koa-middleware.ts";

async function serve(server: Server): Promise<RunningHost> {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return { port: (server.address() as AddressInfo).port, close };
}

async function read(request: IncomingMessage, amount: "whole" | "part"): Promise<void> {
  if (amount === "whole") return void (await text(request));
  await once(request, "data");
  request.pause();
}

async function readWeb(request: Request, amount: "whole" | "part"): Promise<void> {
  if (amount === "whole") return void (await request.text());
  const reader = request.body!.getReader();
  await reader.read();
  reader.releaseLock();
}

/** The name in the JSON that came. */
const nameIn = (body: unknown): string => (body as { name: string }).name;

describeHost({
  name: "node:http",
  hasPrefixes: false,
  canBeRewritten: true,
  start: (handle, { readsFirst }) => {
    const shop = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      if (request.url === "/shop") response.end(nameIn(JSON.parse(await text(request))));
      else response.writeHead(404).end();
    };
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      if (readsFirst !== undefined) await read(request, readsFirst);
      handle.listener(request, response, () => void shop(request, response));
    };
    return serve(createServer((request, response) => void answer(request, response)));
  },
});

describeHost({
  name: "Express 5",
  hasPrefixes: true,
  canBeRewritten: true,
  start: (handle, { readsFirst, prefix = "/" }) => {
    const app = express();
    if (readsFirst === "whole") app.use(express.json());
    if (readsFirst === "part") {
      app.use(async (request, _response, next) => {
        await read(request, "part");
        next();
      });
    }
    app.use(prefix, handle.listener);
    app.post("/shop", express.json(), (request, response) => {
      response.send(nameIn(request.body));
    });
    return serve(createServer(app));
  },
});

describeHost({
  name: "Fastify 5",
  hasPrefixes: true,
  canBeRewritten: false,
  async start(handle, { readsFirst, prefix, puts }) {
    const app = fastify({ forceCloseConnections: true });
    if (readsFirst !== undefined) {
      app.addHook("onRequest", ({ raw }) => read(raw, readsFirst));
    }
    if (puts !== undefined) app.addHook("onSend", () => Promise.resolve(puts));
    await app.register(createFastifyPlugin(handle), { prefix: prefix ?? "" });
    app.post("/shop", (request) => nameIn(request.body));
    await app.listen({ port: 0, host: "127.0.0.1" });
    return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
  },
});

describeHost({
  name: "Hono 4 on Node",
  hasPrefixes: true,
  canBeRewritten: true,
  start: (handle, { readsFirst, prefix = "" }) => {
    const app = new Hono();
    if (readsFirst !== undefined) {
      app.use(async ({ req }, next) => {
        await (readsFirst === "whole" ? req.json() : readWeb(req.raw, "part"));
        await next();
      });
    }
    const peerAddress = (context: Parameters<typeof getConnInfo>[0]) =>
      getConnInfo(context).remote.address;
    app.use(`${prefix}/*`, createHonoMiddleware(handle, { peerAddress }));
    app.post("/shop", async (context) => context.text(nameIn(await context.req.json())));
    return serve(createAdaptorServer(app) as Server);
  },
});

describeHost({
  name: "Koa 3",
  hasPrefixes: true,
  canBeRewritten: false,
  start: (handle, { readsFirst, prefix, puts }) => {
    const app = new Koa();
    app.use(async (context, next) => {
      if (readsFirst !== undefined) await read(context.req, readsFirst);
      // This is what `koa-mount` does.
      if (prefix !== undefined) context.path = context.path.replace(prefix, "") || "/";
      await next();
      if (puts !== undefined) context.body = puts;
    });
    app.use(createKoaMiddleware(handle));
    app.use(async (context) => {
      if (context.path === "/shop") context.body = nameIn(JSON.parse(await text(context.req)));
    });
    const callback = app.callback();
    return serve(createServer((request, response) => void callback(request, response)));
  },
});

describeHost({
  name: "Request to Response",
  hasPrefixes: false,
  canBeRewritten: true,
  start: (handle, { readsFirst }) => {
    const toResponse = createFetchHandler<[HttpBindings]>(handle, {
      otherwise: async (request) =>
        new URL(request.url).pathname === "/shop"
          ? new Response(nameIn(await request.json()))
          : new Response(null, { status: 404 }),
      peerAddress: (_request, { incoming }) => incoming.socket.remoteAddress,
    });
    const fetch = async (request: Request, bindings: unknown): Promise<Response> => {
      if (readsFirst !== undefined) await readWeb(request, readsFirst);
      return toResponse(request, bindings as HttpBindings);
    };
    return serve(createAdaptorServer({ fetch }) as Server);
  },
});
