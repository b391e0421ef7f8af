import ajvDraft4, { type ValidateFunction } from "ajv-draft-04";
import { flattenSchema } from "../model-schema.ts";
import type { CompiledApi } from "./compiled.ts";
import type { Exchange } from "./exchange.ts";
import { badBody, badParameters } from "./gateway-error.ts";
import { byMediaType } from "./integration-request.ts";

/**
 * Basic request validation, when the method has a validator: required parameters that are there and not blank, and a body
 * that its model's JSON schema (draft 4) takes.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export function validateRequest(exchange: Exchange): void {
  const { method, api } = exchange;
  const validator = method.requestValidatorId ? api.validators.get(method.requestValidatorId) : undefined;
  if (validator?.validateRequestParameters) validateParameters(exchange);
  if (validator?.validateRequestBody) validateBody(exchange);
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

function validateBody({ method, headers, request, api }: Exchange): void {
  const models = method.requestModels ?? {};
  const name = byMediaType(models, headers.get("content-type") ?? "application/json") ?? models["$default"];
  if (!name) return;
  const check = validatorFor(api, name);
  if (!check) return;
  const body = Buffer.from(request.body).toString();
  let json: unknown;
  try {
    json = JSON.parse(body === "" ? "{}" : body) as unknown;
  } catch {
    throw badBody("Invalid request body");
  }
  if (!check(json))
    throw badBody(check.errors?.map(({ message }) => message).join(", ") ?? "Invalid request body");
}

const validators = new WeakMap<CompiledApi, Map<string, ValidateFunction | undefined>>();

/** A model's compiled schema; undefined for a model that takes anything. */
function validatorFor(api: CompiledApi, name: string): ValidateFunction | undefined {
  const known = validators.get(api) ?? new Map<string, ValidateFunction | undefined>();
  validators.set(api, known);
  if (!known.has(name)) {
    const schema = api.models.get(name)?.schema;
    known.set(name, schema ? compileSchema(schema, api) : undefined);
  }
  return known.get(name);
}

function compileSchema(text: string, api: CompiledApi): ValidateFunction {
  const flat = flattenSchema(
    JSON.parse(text) as Record<string, unknown>,
    (model) => api.models.get(model)?.schema,
  );
  delete flat["$schema"];
  delete flat["id"];
  return new ajvDraft4.default({
    strict: false,
    allErrors: true,
    logger: false,
    validateFormats: false,
  }).compile(flat);
}
