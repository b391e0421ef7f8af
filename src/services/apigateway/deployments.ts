import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { badRequest, deploymentActive, deploymentNotFound, noIntegration, noMethods } from "./errors.ts";
import { findApi } from "./find-api.ts";
import { newShortId } from "./identifiers.ts";
import { pageOf } from "./pages.ts";
import { member, type PatchRule, patched } from "./patch.ts";
import { allResources } from "./resources.ts";
import { completedCanary } from "./stage-patches.ts";
import { newStage, withCache } from "./stages.ts";

/** @throws NotFoundException */
function findDeployment(ctx: Context, restApiId: string, deploymentId: string): kept.Deployment {
  const deployment = ctx.store.collection(kept.deployments).get([restApiId, deploymentId]);
  if (!deployment) throw deploymentNotFound();
  return deployment;
}

/** What a deployment has frozen. @throws NotFoundException */
export function findSnapshot(ctx: Context, restApiId: string, deploymentId: string): kept.Snapshot {
  const snapshot = ctx.store.collection(kept.snapshots).get([restApiId, deploymentId]);
  if (!snapshot) throw deploymentNotFound();
  return snapshot;
}

/** Everything of an API as it is now: what a deployment freezes, and what a test invocation runs on. */
export function snapshotOf(ctx: Context, api: kept.RestApi): kept.Snapshot {
  const below = <V>(definition: Parameters<typeof ctx.store.collection<V>>[0]) => [
    ...ctx.store.collection<V>(definition).values({ prefix: [api.id] }),
  ];
  return {
    api,
    resources: allResources(ctx, api.id),
    models: below(kept.models),
    validators: below(kept.requestValidators),
    authorizers: below(kept.authorizers),
    gatewayResponses: below(kept.gatewayResponses),
  };
}

export const deployments: Handlers<APIGateway.Operations> = {
  CreateDeployment(input, ctx) {
    const { restApiId, stageName } = input;
    const api = findApi(ctx, restApiId);
    const snapshot = snapshotOf(ctx, api);
    const methods = snapshot.resources.flatMap((resource) => Object.values(resource.methods));
    if (methods.length === 0) throw noMethods();
    if (methods.some((method) => !method.methodIntegration)) throw noIntegration();
    const deployment: kept.Deployment = {
      id: newShortId(ctx.random),
      createdDate: new Date(ctx.clock.now()),
      ...(input.description !== undefined && { description: input.description }),
    };
    checkCanary(ctx, input);
    // Terraform sends an empty one where there is none.
    const stage = !stageName ? undefined : deployedStage(input, stageName, deployment.id, ctx);
    ctx.store.transaction(() => {
      ctx.store.collection(kept.deployments).put([restApiId, deployment.id], deployment);
      ctx.store.collection(kept.snapshots).put([restApiId, deployment.id], snapshot);
      if (stage) ctx.store.collection(kept.stages).put([restApiId, stage.stageName], stage);
    });
    return deployment;
  },

  GetDeployment({ restApiId, deploymentId, embed }, ctx) {
    const deployment = findDeployment(ctx, restApiId, deploymentId);
    if (!embed?.some((part) => /^api ?summary$/i.test(part))) return deployment;
    return {
      ...deployment,
      apiSummary: summaryOf(findSnapshot(ctx, restApiId, deploymentId)),
    };
  },

  GetDeployments(input, ctx) {
    findApi(ctx, input.restApiId);
    return pageOf(ctx.store.collection(kept.deployments), input, { prefix: [input.restApiId] });
  },

  UpdateDeployment({ restApiId, deploymentId, patchOperations }, ctx) {
    const deployment = patched(findDeployment(ctx, restApiId, deploymentId), patchOperations, patches);
    ctx.store.collection(kept.deployments).put([restApiId, deploymentId], deployment);
    return deployment;
  },

  DeleteDeployment({ restApiId, deploymentId }, ctx) {
    findDeployment(ctx, restApiId, deploymentId);
    for (const stage of ctx.store.collection(kept.stages).values({ prefix: [restApiId] })) {
      if (stage.deploymentId === deploymentId || stage.canarySettings?.deploymentId === deploymentId) {
        throw deploymentActive();
      }
    }
    ctx.store.transaction(() => {
      ctx.store.collection(kept.deployments).delete([restApiId, deploymentId]);
      ctx.store.collection(kept.snapshots).delete([restApiId, deploymentId]);
    });
  },
};

/** A canary goes beside a deployment that a stage has already. */
function checkCanary(ctx: Context, input: APIGateway.CreateDeploymentRequest): void {
  const { restApiId, stageName, canarySettings } = input;
  if (!canarySettings) return;
  const refuse = (why: string) => badRequest(`Invalid deployment content specified.${why}`);
  if (!stageName)
    throw refuse(
      `Non null and non empty stageName must be provided for canary deployment. Provided value is ${stageName ?? "null"}`,
    );
  if (!ctx.store.collection(kept.stages).has([restApiId, stageName]))
    throw refuse(`Stage ${stageName} must already be created before making a canary release deployment`);
}

/** The stage that a deployment makes, or moves to itself; with canary settings only the canary moves. */
function deployedStage(
  input: APIGateway.CreateDeploymentRequest,
  stageName: string,
  deploymentId: string,
  ctx: Context,
): kept.Stage {
  const before = ctx.store.collection(kept.stages).get([input.restApiId, stageName]);
  return withCache(deployed(input, stageName, deploymentId, before, ctx), before, input.restApiId, ctx);
}

function deployed(
  input: APIGateway.CreateDeploymentRequest,
  stageName: string,
  deploymentId: string,
  before: kept.Stage | undefined,
  ctx: Context,
): kept.Stage {
  const {
    stageDescription,
    cacheClusterEnabled,
    cacheClusterSize,
    variables,
    tracingEnabled,
    canarySettings,
  } = input;
  const given = {
    ...(stageDescription !== undefined && { description: stageDescription }),
    ...(cacheClusterEnabled !== undefined && { cacheClusterEnabled }),
    ...(cacheClusterSize !== undefined && { cacheClusterSize }),
    ...(tracingEnabled !== undefined && { tracingEnabled }),
  };
  if (!before) return newStage({ ...given, ...(variables && { variables }), stageName, deploymentId }, ctx);
  const lastUpdatedDate = new Date(ctx.clock.now());
  const all = variables && { variables: { ...before.variables, ...variables } };
  if (canarySettings) {
    const canary = completedCanary({ ...canarySettings, deploymentId });
    return { ...before, ...given, ...all, canarySettings: canary, lastUpdatedDate };
  }
  return { ...before, ...given, ...all, deploymentId, lastUpdatedDate };
}

function summaryOf(snapshot: kept.Snapshot): APIGateway.PathToMapOfMethodSnapshot {
  const summary: APIGateway.PathToMapOfMethodSnapshot = {};
  for (const { path, methods } of snapshot.resources) {
    const named = Object.values(methods).map(({ httpMethod, authorizationType, apiKeyRequired }) => [
      httpMethod,
      { authorizationType, apiKeyRequired },
    ]);
    if (named.length > 0) summary[path] = Object.fromEntries(named);
  }
  return summary;
}

const patches: PatchRule<kept.Deployment>[] = [member("description")];
