import { z } from "zod";
import type { Operation } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";

type JsonObject = Record<string, unknown>;

const ERROR_SHAPE = z.object({ error: z.string().describe("One clear line.") });

const INT_MIN = Number.MIN_SAFE_INTEGER;
const INT_MAX = Number.MAX_SAFE_INTEGER;

/**
 * The JSON Schema of `schema` as it stands in an OpenAPI 3.1 document. The bounds that zod gives
 * every whole number say nothing to a reader and are left out.
 */
function jsonSchema(schema: z.ZodType, io: "input" | "output"): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema: node }) => {
      if (node.minimum === INT_MIN) delete node.minimum;
      if (node.maximum === INT_MAX) delete node.maximum;
    },
  });
  return rest;
}

function queryParameters(query: z.ZodType): JsonObject[] {
  const { properties = {}, required = [] } = jsonSchema(query, "input") as {
    properties?: Record<string, JsonObject>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

function pathParameters(path: string): JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

/** The multipart form of a body: the same fields, and one part of any name with the bytes. */
function multipartSchema(body: JsonObject): JsonObject {
  const { base64: _, ...properties } = body["properties"] as Record<string, JsonObject>;
  const file = { type: "string", format: "binary", description: "The bytes." };
  return { ...body, properties: { ...properties, file } };
}

function requestBody({ body, multipart }: Operation): JsonObject {
  if (body === undefined) return {};
  const schema = jsonSchema(body, "input");
  const content: JsonObject = { "application/json": { schema } };
  if (multipart === true) content["multipart/form-data"] = { schema: multipartSchema(schema) };
  return { requestBody: { required: true, content } };
}

function operationObject(operation: Operation): JsonObject {
  const parameters = [
    ...pathParameters(operation.path),
    ...(operation.query === undefined ? [] : queryParameters(operation.query)),
  ];
  const media = operation.media ?? "application/json";
  const error = {
    description: "The request cannot be done; the error says why and how to mend it.",
    content: { "application/json": { schema: jsonSchema(ERROR_SHAPE, "output") } },
  };
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBody(operation),
    responses: {
      "200": {
        description: "Done.",
        content: {
          ...(operation.plainText === true ? { "text/plain": { schema: { type: "string" } } } : {}),
          [media]: { schema: jsonSchema(operation.answer, "output") },
        },
      },
      default: error,
    },
  };
}

/** The OpenAPI 3.1 description of the control interface, served at `/control/openapi.json`. */
export function describeControl(): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const operation of Object.values<Operation>(OPERATIONS)) {
    const entry = (paths[operation.path] ??= {});
    entry[operation.method.toLowerCase()] = operationObject(operation);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "hookgram emulator: the user's side",
      version: "0.1.0",
      description:
        "Plays people on the emulated Telegram: they say things, press buttons, upload files, " +
        "join and leave, and wait for what the bot does.",
    },
    tags: [
      { name: "world", description: "Bots, people, groups." },
      { name: "act", description: "A person does something in a chat." },
      { name: "read", description: "What happened." },
      { name: "run", description: "Time, reset, raw updates." },
    ],
    paths,
  };
}
