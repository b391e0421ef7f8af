import { begin, stateOf } from "../../aws/lifecycle.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { badRequest, badStageName, deploymentNotFound, stageExists, stageNotFound } from "./errors.ts";
import { findApi } from "./find-api.ts";
import { cacheLifecycle } from "./lifecycles.ts";
import { patched } from "./patch.ts";
import { stageMemory } from "./stage-memory.ts";
import { completedCanary, stagePatches, stageRefusal } from "./stage-patches.ts";

/** @throws NotFoundException, in the stage's words also where there is no such API */
export function findStage(ctx: Context, restApiId: string, stageName: string): kept.Stage {
  const stage = ctx.store.collection(kept.stages).get([restApiId, stageName]);
  if (!stage) throw stageNotFound();
  return stage;
}

export const stages: Handlers<APIGateway.Operations> = {
  CreateStage({ restApiId, ...input }, ctx) {
    findApi(ctx, restApiId);
    if (ctx.store.collection(kept.stages).has([restApiId, input.stageName])) throw stageExists();
    if (!ctx.store.collection(kept.deployments).has([restApiId, input.deploymentId]))
      throw deploymentNotFound();
    const stage = withCache(newStage(input, ctx), undefined, restApiId, ctx);
    checkCanary(ctx, restApiId, stage);
    ctx.store.collection(kept.stages).put([restApiId, stage.stageName], stage);
    return shown(stage, ctx);
  },

  GetStage: ({ restApiId, stageName }, ctx) => shown(findStage(ctx, restApiId, stageName), ctx),

  GetStages({ restApiId, deploymentId }, ctx) {
    findApi(ctx, restApiId);
    const all = [...ctx.store.collection(kept.stages).values({ prefix: [restApiId] })];
    const wanted = all.filter((stage) => !deploymentId || stage.deploymentId === deploymentId);
    return { item: wanted.map((stage) => shown(stage, ctx)) };
  },

  UpdateStage({ restApiId, stageName, patchOperations }, ctx) {
    const before = findStage(ctx, restApiId, stageName);
    const after = patched(before, patchOperations, stagePatches, stageRefusal);
    if (!ctx.store.collection(kept.deployments).has([restApiId, after.deploymentId]))
      throw deploymentNotFound();
    checkCanary(ctx, restApiId, after);
    const lastUpdatedDate = new Date(ctx.clock.now());
    const stage = withCache({ ...after, lastUpdatedDate }, before, restApiId, ctx);
    ctx.store.collection(kept.stages).put([restApiId, stageName], stage);
    return shown(stage, ctx);
  },

  DeleteStage({ restApiId, stageName }, ctx) {
    findStage(ctx, restApiId, stageName);
    ctx.store.collection(kept.stages).delete([restApiId, stageName]);
    stageMemory(ctx.store).forget(restApiId, stageName);
  },

  FlushStageCache({ restApiId, stageName }, ctx) {
    const stage = findStage(ctx, restApiId, stageName);
    stageMemory(ctx.store).of(restApiId, stageName).responses.clear();
    if (!stage.cacheClusterEnabled) return;
    const cacheTransition = beginCache("FLUSH_IN_PROGRESS", stageName, restApiId, ctx);
    ctx.store.collection(kept.stages).put([restApiId, stageName], { ...stage, cacheTransition });
  },

  FlushStageAuthorizersCache({ restApiId, stageName }, ctx) {
    findStage(ctx, restApiId, stageName);
    stageMemory(ctx.store).of(restApiId, stageName).authorizations.clear();
  },
};

/** A new stage, complete. @throws BadRequestException for a name that cannot stand in a URL */
export function newStage(input: Omit<APIGateway.CreateStageRequest, "restApiId">, ctx: Context): kept.Stage {
  if (!/^[A-Za-z0-9_-]+$/.test(input.stageName)) throw badStageName();
  if (input.stageName.length > 128) throw badRequest("Stage name too long. Maximum length is 128");
  checkVariables(input.variables);
  const now = new Date(ctx.clock.now());
  return {
    ...input,
    ...cacheOf(input),
    ...(input.canarySettings && { canarySettings: completedCanary(input.canarySettings) }),
    methodSettings: {},
    tracingEnabled: input.tracingEnabled ?? false,
    createdDate: now,
    lastUpdatedDate: now,
  };
}

function checkCanary(ctx: Context, restApiId: string, { canarySettings }: kept.Stage): void {
  if (!canarySettings) return;
  const { deploymentId = "" } = canarySettings;
  if (!ctx.store.collection(kept.deployments).has([restApiId, deploymentId]))
    throw badRequest("Deployment id does not exist");
}

/** A stage whose cache cluster comes, or goes, when that is what has changed. */
export function withCache(
  stage: kept.Stage,
  before: kept.Stage | undefined,
  restApiId: string,
  ctx: Context,
): kept.Stage {
  const after = { ...stage, ...cacheOf(stage) };
  const was = before?.cacheClusterEnabled ?? false;
  const is = after.cacheClusterEnabled;
  if (was === is && (!is || before?.cacheClusterSize === after.cacheClusterSize)) return after;
  const state = is ? "CREATE_IN_PROGRESS" : "DELETE_IN_PROGRESS";
  return { ...after, cacheTransition: beginCache(state, stage.stageName, restApiId, ctx) };
}

const beginCache = (
  state: keyof typeof cacheLifecycle.stages,
  stageName: string,
  restApiId: string,
  ctx: Context,
) => {
  const stage = makeArn("apigateway", ctx.region, "", `/restapis/${restApiId}/stages/${stageName}`);
  return begin(cacheLifecycle, state, stage, ctx, ctx);
};

function cacheOf(stage: { cacheClusterEnabled?: boolean; cacheClusterSize?: string }) {
  const cacheClusterEnabled = stage.cacheClusterEnabled ?? false;
  return {
    cacheClusterEnabled,
    ...(cacheClusterEnabled && { cacheClusterSize: stage.cacheClusterSize ?? "0.5" }),
  };
}

/** A stage as it is told. */
export function shown({ cacheTransition, ...stage }: kept.Stage, { host }: Context): APIGateway.Stage {
  const settled = stage.cacheClusterEnabled ? "AVAILABLE" : "NOT_AVAILABLE";
  return { ...stage, cacheClusterStatus: stateOf(cacheLifecycle, cacheTransition, settled, host) };
}

export function checkVariables(variables: Record<string, string> | undefined): void {
  for (const [name, value] of Object.entries(variables ?? {})) {
    if (!/^\w+$/.test(name))
      throw badRequest(`Stage variable name '${name}' is not valid. Names must match [A-Za-z0-9_]+`);
    if (!/^[A-Za-z0-9\-._~:/?#&=,]*$/.test(value)) {
      throw badRequest(
        `Stage variable value '${value}' is not valid. Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.`,
      );
    }
  }
}
