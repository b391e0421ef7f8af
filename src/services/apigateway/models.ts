import type { Random } from "../../core/random.ts";
import { readJson } from "../../core/read-json.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { badRequest, modelExists, modelInUse, modelNotFound } from "./errors.ts";
import { findApi } from "./find-api.ts";
import { newShortId } from "./identifiers.ts";
import { flattenSchema, referencedModels } from "./model-schema.ts";
import { templateOf } from "./model-template.ts";
import { pageOf } from "./pages.ts";
import { member, type PatchRule, patched } from "./patch.ts";

/** The two models that every API has from the start. */
export function defaultModels(random: Random): kept.Model[] {
  const schema = "http://json-schema.org/draft-04/schema#";
  return [
    {
      id: newShortId(random),
      name: "Empty",
      description: "This is a default empty schema model",
      schema: JSON.stringify({ $schema: schema, title: "Empty Schema", type: "object" }, undefined, 2),
      contentType: "application/json",
    },
    {
      id: newShortId(random),
      name: "Error",
      description: "This is a default error schema model",
      schema: JSON.stringify(
        {
          $schema: schema,
          title: "Error Schema",
          type: "object",
          properties: { message: { type: "string" } },
        },
        undefined,
        2,
      ),
      contentType: "application/json",
    },
  ];
}

function findModel(ctx: Context, restApiId: string, name: string): kept.Model {
  const model = ctx.store.collection(kept.models).get([restApiId, name]);
  if (!model) throw modelNotFound(name);
  return model;
}

export const models: Handlers<APIGateway.Operations> = {
  CreateModel({ restApiId, ...input }, ctx) {
    findApi(ctx, restApiId);
    if (input.name === "") throw badRequest("Model name must be non-empty");
    if (!/^[A-Za-z0-9]+$/.test(input.name))
      throw badRequest(`Model name must be alphanumeric: ${input.name}`);
    if (!input.schema) throw badRequest("Model schema must have at least 1 property or array items defined");
    if (ctx.store.collection(kept.models).has([restApiId, input.name])) throw modelExists();
    checkSchema(input.schema);
    const { description, ...given } = input;
    const model = { id: newShortId(ctx.random), ...given, ...(description && { description }) };
    ctx.store.collection(kept.models).put([restApiId, input.name], model);
    return model;
  },

  GetModel({ restApiId, modelName, flatten }, ctx) {
    const model = findModel(ctx, restApiId, modelName);
    if (!flatten || !model.schema) return model;
    const byName = (name: string) => ctx.store.collection(kept.models).get([restApiId, name])?.schema;
    return {
      ...model,
      schema: JSON.stringify(
        flattenSchema(readJson(model.schema) as Record<string, unknown>, byName),
        undefined,
        2,
      ),
    };
  },

  GetModels(input, ctx) {
    findApi(ctx, input.restApiId);
    return pageOf(ctx.store.collection(kept.models), input, { prefix: [input.restApiId] });
  },

  GetModelTemplate({ restApiId, modelName }, ctx) {
    const model = findModel(ctx, restApiId, modelName);
    return { value: templateOf(readJson(model.schema || "{}")) };
  },

  UpdateModel({ restApiId, modelName, patchOperations }, ctx) {
    const model = patched(findModel(ctx, restApiId, modelName), patchOperations, patches);
    checkSchema(model.schema);
    ctx.store.collection(kept.models).put([restApiId, modelName], model);
    return model;
  },

  DeleteModel({ restApiId, modelName }, ctx) {
    findModel(ctx, restApiId, modelName);
    const by = userOf(ctx, restApiId, modelName);
    if (by) throw modelInUse(modelName, by);
    ctx.store.collection(kept.models).delete([restApiId, modelName]);
  },
};

/** Who names a model: `method request: /pets/GET`; as recorded, the root's path is a slash before the method's. */
function userOf(ctx: Context, restApiId: string, model: string): string | undefined {
  const resources = [...ctx.store.collection(kept.resources).values({ prefix: [restApiId] })];
  for (const { path, methods } of resources.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    for (const { httpMethod, requestModels, methodResponses } of Object.values(methods)) {
      if (Object.values(requestModels ?? {}).includes(model)) return `method request: ${path}/${httpMethod}`;
      for (const { responseModels } of Object.values(methodResponses ?? {})) {
        if (Object.values(responseModels ?? {}).includes(model))
          return `method response: ${path}/${httpMethod}`;
      }
    }
  }
  for (const { name, schema } of ctx.store.collection(kept.models).values({ prefix: [restApiId] }))
    if (name !== model && referencedModels(schema ?? "").includes(model)) return `model: ${name}`;
  return undefined;
}

/** @throws BadRequestException for a schema that is no JSON object */
export function checkSchema(schema: string | undefined): void {
  if (!schema) return;
  const refuse = (why: string) =>
    badRequest(`Invalid model schema specified. Unable to parse schema: ${why}`);
  let parsed: unknown;
  try {
    parsed = readJson(schema);
  } catch (error) {
    throw refuse((error as Error).message);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw refuse("it is no object");
}

const patches: PatchRule<kept.Model>[] = [member("description"), member("schema")];
