import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import { findApiKey } from "./api-keys.ts";
import * as kept from "./collections.ts";
import {
  badRequest,
  planHasStages,
  stageNotFound,
  usagePlanKeyExists,
  usagePlanKeyNotFound,
  usagePlanNotFound,
} from "./errors.ts";
import { newShortId } from "./identifiers.ts";
import { page } from "./pages.ts";
import { entries, member, nested, type PatchRule, parseValue, patched, required } from "./patch.ts";

/** @throws NotFoundException */
export function findUsagePlan(ctx: Context, id: string): kept.UsagePlan {
  const plan = ctx.store.collection(kept.usagePlans).get([id]);
  if (!plan) throw usagePlanNotFound();
  return plan;
}

export const usagePlans: Handlers<APIGateway.Operations> = {
  CreateUsagePlan(input, ctx) {
    const plan: kept.UsagePlan = { id: newShortId(ctx.random), ...input, apiStages: input.apiStages ?? [] };
    check(ctx, plan);
    ctx.store.collection(kept.usagePlans).put([plan.id], plan);
    return plan;
  },

  GetUsagePlan: ({ usagePlanId }, ctx) => findUsagePlan(ctx, usagePlanId),

  GetUsagePlans(input, ctx) {
    const { keyId } = input;
    const all = [...ctx.store.collection(kept.usagePlans).values()].filter(
      (plan) => keyId === undefined || ctx.store.collection(kept.usagePlanKeys).has([plan.id, keyId]),
    );
    return page(all, input, ({ id }) => [id]);
  },

  UpdateUsagePlan({ usagePlanId, patchOperations }, ctx) {
    const plan = patched(findUsagePlan(ctx, usagePlanId), patchOperations, patches);
    check(ctx, plan);
    ctx.store.collection(kept.usagePlans).put([usagePlanId], plan);
    return plan;
  },

  DeleteUsagePlan({ usagePlanId }, ctx) {
    if (findUsagePlan(ctx, usagePlanId).apiStages.length > 0) throw planHasStages();
    ctx.store.transaction(() => {
      ctx.store.collection(kept.usagePlans).delete([usagePlanId]);
      ctx.store.collection(kept.usagePlanKeys).clear({ prefix: [usagePlanId] });
      ctx.store.collection(kept.usage).clear({ prefix: [usagePlanId] });
    });
  },

  CreateUsagePlanKey({ usagePlanId, keyId, keyType }, ctx) {
    findUsagePlan(ctx, usagePlanId);
    const key = findApiKey(ctx, keyId);
    if (keyType !== "API_KEY") throw badRequest("Usage Plan Key type must be API_KEY");
    if (ctx.store.collection(kept.usagePlanKeys).has([usagePlanId, keyId])) throw usagePlanKeyExists();
    ctx.store
      .collection(kept.usagePlanKeys)
      .put([usagePlanId, keyId], { id: keyId, usagePlanId, type: keyType });
    return answer(key);
  },

  GetUsagePlanKey({ usagePlanId, keyId }, ctx) {
    findPlanKey(ctx, usagePlanId, keyId);
    return answer(findApiKey(ctx, keyId));
  },

  // As recorded: a plan that there is not has no keys.
  GetUsagePlanKeys(input, ctx) {
    const keys = [...ctx.store.collection(kept.usagePlanKeys).values({ prefix: [input.usagePlanId] })]
      .map(({ id }) => answer(findApiKey(ctx, id)))
      .filter(({ name }) => input.nameQuery === undefined || name?.startsWith(input.nameQuery));
    return page(keys, input, ({ id = "" }) => [id]);
  },

  DeleteUsagePlanKey({ usagePlanId, keyId }, ctx) {
    findPlanKey(ctx, usagePlanId, keyId);
    ctx.store.collection(kept.usagePlanKeys).delete([usagePlanId, keyId]);
  },
};

/** @throws NotFoundException for the plan, then for the key in it */
export function findPlanKey(ctx: Context, usagePlanId: string, keyId: string): void {
  findUsagePlan(ctx, usagePlanId);
  if (!ctx.store.collection(kept.usagePlanKeys).has([usagePlanId, keyId])) throw usagePlanKeyNotFound();
}

const answer = ({ id, name, value }: kept.ApiKey): APIGateway.UsagePlanKey => ({
  id,
  type: "API_KEY",
  value,
  ...(name !== undefined && { name }),
});

function check(ctx: Context, { apiStages, quota, throttle }: kept.UsagePlan): void {
  for (const { apiId = "", stage = "" } of apiStages) {
    if (!ctx.store.collection(kept.stages).has([apiId, stage])) throw stageNotFound();
  }
  if (quota && (quota.limit === undefined || !quota.period))
    throw badRequest("Usage Plan quota limit and period must be specified");
  if ((quota?.limit ?? 1) < 1) throw badRequest("Usage Plan quota limit must be greater than 0");
  if ((throttle?.rateLimit ?? 0) < 0 || (throttle?.burstLimit ?? 0) < 0) {
    throw badRequest("Usage Plan throttle limits must be positive");
  }
}

/** `a1b2c3d4e5:prod` */
const sameStage = (stage: APIGateway.ApiStage, named: string): boolean =>
  `${stage.apiId}:${stage.stage}` === named;

const stages: PatchRule<kept.UsagePlan> = {
  path: "/apiStages",
  ops: ["add", "remove"],
  apply: (draft, { op, given = "" }) => {
    const [apiId, stage] = given.split(":");
    const others = draft.apiStages.filter((each) => !sameStage(each, given));
    draft.apiStages = op === "add" ? [...others, { apiId, stage }] : others;
  },
};

/** Limits of one method of a stage: `/apiStages/{apiId:stage}/throttle/{~1path/METHOD}/rateLimit`. */
const methodThrottle = (name: "rateLimit" | "burstLimit"): PatchRule<kept.UsagePlan> => ({
  path: `/apiStages/{stage}/throttle/{resource}/{method}/${name}`,
  ops: ["add", "replace"],
  apply: (draft, { value, params: [name = "", resource, verb] }) => {
    const stage = draft.apiStages.find((each) => sameStage(each, name));
    if (!stage) throw badRequest(`The usage plan has no API stage ${name}`);
    const method = `${resource}/${verb}`;
    stage.throttle ??= {};
    stage.throttle[method] = { ...stage.throttle[method], [name]: parseValue("number", value, name) };
  },
});

const removeWhole = (name: "throttle" | "quota"): PatchRule<kept.UsagePlan> => ({
  path: `/${name}`,
  ops: ["remove"],
  apply: (draft) => {
    delete draft[name];
  },
});

const patches: PatchRule<kept.UsagePlan>[] = [
  required("name"),
  member("description"),
  member("productCode"),
  nested("/throttle/rateLimit", "number", ["add", "replace"]),
  nested("/throttle/burstLimit", "integer", ["add", "replace"]),
  nested("/quota/limit", "integer", ["add", "replace"]),
  nested("/quota/offset", "integer", ["add", "replace"]),
  nested("/quota/period", "text", ["add", "replace"]),
  removeWhole("throttle"),
  removeWhole("quota"),
  stages,
  methodThrottle("rateLimit"),
  methodThrottle("burstLimit"),
  entries("/tags"),
];
