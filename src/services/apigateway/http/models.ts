import { readJson } from "../../../core/read-json.ts";
import type { Handlers } from "../../../core/service.ts";
import type * as V2 from "../../../models/generated/apigatewayv2.ts";
import { newShortId } from "../identifiers.ts";
import { templateOf } from "../model-template.ts";
import { checkSchema } from "../models.ts";
import * as kept from "./collections.ts";
import { conflict } from "./errors.ts";
import { changed, find, findApi, given, list, page } from "./records.ts";

export const models: Handlers<V2.Operations> = {
  CreateModel({ ApiId, ...input }, ctx) {
    findApi(ctx, ApiId);
    if (list(ctx, kept.models, ApiId).some((other) => other.Name === input.Name)) {
      throw conflict(`Model with name ${input.Name} already exists for this API`);
    }
    checkSchema(input.Schema);
    const model = { ...given(input), ModelId: newShortId(ctx.random) };
    ctx.store.collection(kept.models).put([ApiId, model.ModelId], model);
    return model;
  },

  GetModel: ({ ApiId, ModelId }, ctx) => find(ctx, kept.models, "Model", ApiId, ModelId),

  GetModels(input, ctx) {
    findApi(ctx, input.ApiId);
    return page(list(ctx, kept.models, input.ApiId), input, ({ ModelId }) => ModelId);
  },

  GetModelTemplate({ ApiId, ModelId }, ctx) {
    const model = find(ctx, kept.models, "Model", ApiId, ModelId);
    return { Value: templateOf(readJson(model.Schema || "{}")) };
  },

  UpdateModel({ ApiId, ModelId, ...changes }, ctx) {
    const model = changed(find(ctx, kept.models, "Model", ApiId, ModelId), changes);
    checkSchema(model.Schema);
    ctx.store.collection(kept.models).put([ApiId, ModelId], model);
    return model;
  },

  DeleteModel({ ApiId, ModelId }, ctx) {
    find(ctx, kept.models, "Model", ApiId, ModelId);
    ctx.store.collection(kept.models).delete([ApiId, ModelId]);
  },
};
