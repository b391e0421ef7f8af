import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { badRequest, validatorNotFound } from "./errors.ts";
import { findApi } from "./find-api.ts";
import { newShortId } from "./identifiers.ts";
import { pageOf } from "./pages.ts";
import { flag, member, type PatchRule, patched } from "./patch.ts";

function findValidator(ctx: Context, restApiId: string, id: string): kept.RequestValidator {
  const validator = ctx.store.collection(kept.requestValidators).get([restApiId, id]);
  if (!validator) throw validatorNotFound();
  return validator;
}

export const requestValidators: Handlers<APIGateway.Operations> = {
  CreateRequestValidator({ restApiId, ...input }, ctx) {
    if (!ctx.store.collection(kept.restApis).has([restApiId]))
      throw badRequest("Invalid REST API identifier specified");
    checkName(input.name);
    const validator = {
      id: newShortId(ctx.random),
      ...(input.name !== undefined && { name: input.name }),
      validateRequestBody: input.validateRequestBody ?? false,
      validateRequestParameters: input.validateRequestParameters ?? false,
    };
    ctx.store.collection(kept.requestValidators).put([restApiId, validator.id], validator);
    return validator;
  },

  GetRequestValidator: (input, ctx) => findValidator(ctx, input.restApiId, input.requestValidatorId),

  GetRequestValidators(input, ctx) {
    findApi(ctx, input.restApiId);
    return pageOf(ctx.store.collection(kept.requestValidators), input, { prefix: [input.restApiId] });
  },

  UpdateRequestValidator({ restApiId, requestValidatorId, patchOperations }, ctx) {
    const before = findValidator(ctx, restApiId, requestValidatorId);
    const validator = patched(before, patchOperations, patches);
    checkName(validator.name);
    ctx.store.collection(kept.requestValidators).put([restApiId, requestValidatorId], validator);
    return validator;
  },

  DeleteRequestValidator({ restApiId, requestValidatorId }, ctx) {
    findValidator(ctx, restApiId, requestValidatorId);
    ctx.store.collection(kept.requestValidators).delete([restApiId, requestValidatorId]);
  },
};

function checkName(name: string | undefined): void {
  if (name?.trim() === "") throw badRequest("Request Validator name cannot be blank");
}

const patches: PatchRule<kept.RequestValidator>[] = [
  member("name"),
  flag("validateRequestParameters"),
  flag("validateRequestBody"),
];
