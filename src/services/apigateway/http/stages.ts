import type { Context, Handlers } from "../../../core/service.ts";
import type * as V2 from "../../../models/generated/apigatewayv2.ts";
import { stageMemory } from "../stage-memory.ts";
import * as kept from "./collections.ts";
import { autoDeploy } from "./deployments.ts";
import { badRequest, conflict, notFound } from "./errors.ts";
import { changed, find, findApi, given, list, page } from "./records.ts";

export const stages: Handlers<V2.Operations> = {
  CreateStage(input, ctx) {
    const { ApiId, StageName } = input;
    findApi(ctx, ApiId);
    if (ctx.store.collection(kept.stages).has([ApiId, StageName])) throw conflict("Stage already exists");
    const stage = newStage(input, ctx);
    put(ctx, ApiId, stage);
    return ctx.store.collection(kept.stages).get([ApiId, StageName]);
  },

  GetStage: ({ ApiId, StageName }, ctx) => find(ctx, kept.stages, "Stage", ApiId, StageName),

  GetStages(input, ctx) {
    findApi(ctx, input.ApiId);
    return page(list(ctx, kept.stages, input.ApiId), input, ({ StageName }) => StageName);
  },

  UpdateStage({ ApiId, StageName, ...changes }, ctx) {
    const stage = changed(find(ctx, kept.stages, "Stage", ApiId, StageName), changes);
    checkDeployment(ctx, ApiId, stage);
    put(ctx, ApiId, { ...stage, LastUpdatedDate: new Date(ctx.clock.now()) });
    return ctx.store.collection(kept.stages).get([ApiId, StageName]);
  },

  DeleteStage({ ApiId, StageName }, ctx) {
    find(ctx, kept.stages, "Stage", ApiId, StageName);
    ctx.store.collection(kept.stages).delete([ApiId, StageName]);
    stageMemory(ctx.store).forget(ApiId, StageName);
  },

  DeleteAccessLogSettings({ ApiId, StageName }, ctx) {
    const { AccessLogSettings: _, ...stage } = find(ctx, kept.stages, "Stage", ApiId, StageName);
    ctx.store.collection(kept.stages).put([ApiId, StageName], stage);
  },

  DeleteRouteSettings({ ApiId, StageName, RouteKey }, ctx) {
    const stage = find(ctx, kept.stages, "Stage", ApiId, StageName);
    const { [RouteKey]: gone, ...RouteSettings } = stage.RouteSettings ?? {};
    if (!gone) throw notFound("RouteSettings", RouteKey);
    ctx.store.collection(kept.stages).put([ApiId, StageName], { ...stage, RouteSettings });
  },
};

/** A stage, complete; nothing is written. @throws BadRequestException */
export function newStage({ ApiId, ...input }: V2.CreateStageRequest, ctx: Context): kept.Stage {
  if (input.StageName !== "$default" && !/^[A-Za-z0-9_-]+$/.test(input.StageName)) {
    throw badRequest("Stage name only allows alphanumeric characters, hyphens, and underscores, or $default");
  }
  const now = new Date(ctx.clock.now());
  const stage: kept.Stage = {
    ...given(input),
    AutoDeploy: input.AutoDeploy ?? false,
    DefaultRouteSettings: { DetailedMetricsEnabled: false, ...input.DefaultRouteSettings },
    RouteSettings: input.RouteSettings ?? {},
    StageVariables: input.StageVariables ?? {},
    Tags: input.Tags ?? {},
    CreatedDate: now,
    LastUpdatedDate: now,
  };
  checkDeployment(ctx, ApiId, stage);
  return stage;
}

function checkDeployment(ctx: Context, apiId: string, { DeploymentId }: kept.Stage): void {
  if (DeploymentId !== undefined && !ctx.store.collection(kept.deployments).has([apiId, DeploymentId])) {
    throw notFound("Deployment", DeploymentId);
  }
}

/** Writes a stage; one that deploys automatically gets the API as it is now. */
function put(ctx: Context, apiId: string, stage: kept.Stage): void {
  ctx.store.transaction(() => {
    ctx.store.collection(kept.stages).put([apiId, stage.StageName], stage);
    if (stage.AutoDeploy) autoDeploy(ctx, apiId);
  });
}
