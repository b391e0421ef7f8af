import { begin, stateOf } from "../../../aws/lifecycle.ts";
import { makeArn } from "../../../core/arn.ts";
import type { Context, Handlers } from "../../../core/service.ts";
import type * as V2 from "../../../models/generated/apigatewayv2.ts";
import { newShortId } from "../identifiers.ts";
import { deploymentLifecycle } from "../lifecycles.ts";
import * as kept from "./collections.ts";
import { badRequest } from "./errors.ts";
import { changed, find, findApi, given, list, page } from "./records.ts";

export const deployments: Handlers<V2.Operations> = {
  CreateDeployment({ ApiId, StageName, Description }, ctx) {
    findApi(ctx, ApiId);
    const stage = StageName === undefined ? undefined : find(ctx, kept.stages, "Stage", ApiId, StageName);
    if (stage?.AutoDeploy)
      throw badRequest("Deployments cannot be made to a stage that deploys automatically");
    if (list(ctx, kept.routes, ApiId).length === 0)
      throw badRequest("At least one route is required before deploying the Api.");
    return ctx.store.transaction(() => {
      const deployment = deploy(ctx, ApiId, given({ Description }));
      if (stage) putStage(ctx, ApiId, stage, deployment.DeploymentId);
      return describe(deployment, ctx);
    });
  },

  GetDeployment: ({ ApiId, DeploymentId }, ctx) =>
    describe(find(ctx, kept.deployments, "Deployment", ApiId, DeploymentId), ctx),

  GetDeployments(input, ctx) {
    findApi(ctx, input.ApiId);
    const all = list(ctx, kept.deployments, input.ApiId);
    const { Items, ...next } = page(all, input, ({ DeploymentId }) => DeploymentId);
    return { Items: Items.map((deployment) => describe(deployment, ctx)), ...next };
  },

  UpdateDeployment({ ApiId, DeploymentId, Description }, ctx) {
    const before = find(ctx, kept.deployments, "Deployment", ApiId, DeploymentId);
    const deployment = changed(before, { Description });
    ctx.store.collection(kept.deployments).put([ApiId, DeploymentId], deployment);
    return describe(deployment, ctx);
  },

  DeleteDeployment({ ApiId, DeploymentId }, ctx) {
    find(ctx, kept.deployments, "Deployment", ApiId, DeploymentId);
    if (list(ctx, kept.stages, ApiId).some((stage) => stage.DeploymentId === DeploymentId)) {
      throw badRequest("Active stages pointing to this deployment must be moved or deleted");
    }
    forget(ctx, ApiId, DeploymentId);
  },
};

function describe({ transition, ...deployment }: kept.Deployment, { host }: Context): V2.Deployment {
  const DeploymentStatus = stateOf(deploymentLifecycle, transition, "DEPLOYED", host);
  return {
    ...deployment,
    DeploymentStatus,
    ...(DeploymentStatus === "FAILED" && { DeploymentStatusMessage: transition?.failure }),
  };
}

/** Freezes an API as it is now. */
function deploy(ctx: Context, apiId: string, more: Partial<kept.Deployment>): kept.Deployment {
  const deployment: kept.Deployment = {
    ...more,
    DeploymentId: newShortId(ctx.random),
    AutoDeployed: more.AutoDeployed ?? false,
    CreatedDate: new Date(ctx.clock.now()),
    transition: begin(
      deploymentLifecycle,
      "PENDING",
      makeArn("apigateway", ctx.region, "", `/apis/${apiId}`),
      ctx,
      ctx,
    ),
  };
  ctx.store.collection(kept.deployments).put([apiId, deployment.DeploymentId], deployment);
  ctx.store.collection(kept.snapshots).put([apiId, deployment.DeploymentId], {
    api: findApi(ctx, apiId),
    routes: list(ctx, kept.routes, apiId),
    integrations: list(ctx, kept.integrations, apiId),
    authorizers: list(ctx, kept.authorizers, apiId),
    integrationResponses: list(ctx, kept.integrationResponses, apiId),
  });
  return deployment;
}

/** Moves the stages that deploy automatically to the API as it is now. What they leave behind is forgotten. */
export function autoDeploy(ctx: Context, apiId: string): void {
  const stages = list(ctx, kept.stages, apiId).filter((stage) => stage.AutoDeploy);
  if (stages.length === 0) return;
  const left = list(ctx, kept.deployments, apiId).filter((deployment) => deployment.AutoDeployed);
  const { DeploymentId } = deploy(ctx, apiId, {
    AutoDeployed: true,
    Description: "Automatic deployment triggered by changes to the Api configuration",
  });
  for (const stage of stages) putStage(ctx, apiId, stage, DeploymentId);
  for (const deployment of left) forget(ctx, apiId, deployment.DeploymentId);
}

function putStage(ctx: Context, apiId: string, stage: kept.Stage, DeploymentId: string): void {
  const LastUpdatedDate = new Date(ctx.clock.now());
  ctx.store.collection(kept.stages).put([apiId, stage.StageName], {
    ...stage,
    DeploymentId,
    LastUpdatedDate,
    ...(stage.AutoDeploy && {
      LastDeploymentStatusMessage: `Successfully deployed stage with deployment ID '${DeploymentId}'`,
    }),
  });
}

function forget(ctx: Context, apiId: string, deploymentId: string): void {
  ctx.store.collection(kept.deployments).delete([apiId, deploymentId]);
  ctx.store.collection(kept.snapshots).delete([apiId, deploymentId]);
}
