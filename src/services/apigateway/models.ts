import type { Random } from "../../core/random.ts";
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
    if (!/^[A-Za-z0-9]+$/.test(input.name))
      throw badRequest(`Model name must be alphanumeric: ${input.name}`);
    if (ctx.store.collection(kept.models).has([restApiId, input.name])) throw modelExists();
    checkSchema(input.schema);
    const model = { id: newShortId(ctx.random), ...input };
    ctx.store.collection(kept.models).put([restApiId, input.name], model);
    return model;
  },

  GetModel({ restApiId, modelName, flatten }, ctx) {
    findApi(ctx, restApiId);
    const model = findModel(ctx, restApiId, modelName);
    if (!flatten || !model.schema) return model;
    const byName = (name: string) => ctx.store.collection(kept.models).get([restApiId, name])?.schema;
    return {
      ...model,
      schema: JSON.stringify(flattenSchema(JSON.parse(model.schema), byName), undefined, 2),
    };
  },

  GetModels(input, ctx) {
    findApi(ctx, input.restApiId);
    return pageOf(ctx.store.collection(kept.models), input, { prefix: [input.restApiId] });
  },

  GetModelTemplate({ restApiId, modelName }, ctx) {
    findApi(ctx, restApiId);
    const model = findModel(ctx, restApiId, modelName);
    return { value: templateOf(JSON.parse(model.schema || "{}")) };
  },

  UpdateModel({ restApiId, modelName, patchOperations }, ctx) {
    findApi(ctx, restApiId);
    const model = patched(findModel(ctx, restApiId, modelName), patchOperations, patches);
    checkSchema(model.schema);
    ctx.store.collection(kept.models).put([restApiId, modelName], model);
    return model;
  },

  DeleteModel({ restApiId, modelName }, ctx) {
    findApi(ctx, restApiId);
    findModel(ctx, restApiId, modelName);
    for (const other of ctx.store.collection(kept.models).values({ prefix: [restApiId] })) {
      if (other.name !== modelName && referencedModels(other.schema ?? "").includes(modelName)) {
        throw modelInUse(modelName, other.name);
      }
    }
    ctx.store.collection(kept.models).delete([restApiId, modelName]);
  },
};

/** @throws BadRequestException for a schema that is no JSON object */
export function checkSchema(schema: string | undefined): void {
  if (!schema) return;
  const refuse = (why: string) =>
    badRequest(`Invalid model schema specified. Unable to parse schema: ${why}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(schema);
  } catch (error) {
    throw refuse((error as Error).message);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw refuse("it is no object");
}

const patches: PatchRule<kept.Model>[] = [member("description"), member("schema")];
