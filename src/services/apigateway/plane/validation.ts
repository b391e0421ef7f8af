import { LimitExceeded } from "../../../core/limited.ts";
import { readJson } from "../../../core/read-json.ts";
import { flattenSchema } from "../model-schema.ts";
import { BodySchema } from "./body-schema.ts";
import type { CompiledApi } from "./compiled.ts";
import type { Exchange } from "./exchange.ts";
import { badBody, badParameters } from "./gateway-error.ts";
import { byMediaType } from "./integration-request.ts";

/**
 * Basic request validation, when the method has a validator: required parameters that are there and not blank, and a body
 * that its model's JSON schema (draft 4) takes.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export async function validateRequest(exchange: Exchange): Promise<void> {
  const { method, api } = exchange;
  const validator = method.requestValidatorId ? api.validators.get(method.requestValidatorId) : undefined;
  if (validator?.validateRequestParameters) validateParameters(exchange);
  if (validator?.validateRequestBody) await validateBody(exchange);
}

function validateParameters({ method, headers, query, route }: Exchange): void {
  const missing: string[] = [];
  for (const [expression, required] of Object.entries(method.requestParameters ?? {})) {
    if (!required) continue;
    const [, , location, name] = /^(method\.request)\.(\w+)\.(.+)$/.exec(expression) ?? [];
    if (!location || !name) continue;
    const value = location.endsWith("header")
      ? headers.get(name)
      : location.endsWith("querystring")
        ? query.get(name)
        : route.pathParameters[name];
    if (!value) missing.push(name);
  }
  if (missing.length > 0) throw badParameters(missing);
}

async function validateBody({ method, headers, request, api }: Exchange): Promise<void> {
  const models = method.requestModels ?? {};
  const name = byMediaType(models, headers.get("content-type") ?? "application/json") ?? models["$default"];
  if (!name) return;
  const schema = schemaFor(api, name);
  if (!schema) return;
  const body = Buffer.from(request.body).toString();
  let json: unknown;
  try {
    json = readJson(body === "" ? "{}" : body) as unknown;
  } catch {
    throw badBody("Invalid request body");
  }
  const wrong = await schema.complaint(json, body.length).catch((error: unknown) => {
    // A stack overflow: a body that nests too deeply for its schema.
    if (error instanceof LimitExceeded || error instanceof RangeError) return "Invalid request body";
    throw error;
  });
  if (wrong !== undefined) throw badBody(wrong);
}

const schemas = new WeakMap<CompiledApi, Map<string, BodySchema | undefined>>();

/** A model's schema, whole; undefined for a model that takes anything. */
function schemaFor(api: CompiledApi, name: string): BodySchema | undefined {
  const known = schemas.get(api) ?? new Map<string, BodySchema | undefined>();
  schemas.set(api, known);
  if (!known.has(name)) {
    const text = api.models.get(name)?.schema;
    known.set(name, text ? new BodySchema(wholeSchema(text, api)) : undefined);
  }
  return known.get(name);
}

function wholeSchema(text: string, api: CompiledApi): Record<string, unknown> {
  const flat = flattenSchema(
    readJson(text) as Record<string, unknown>,
    (model) => api.models.get(model)?.schema,
  );
  delete flat["$schema"];
  delete flat["id"];
  return flat;
}
