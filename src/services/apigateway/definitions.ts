import { stringify } from "yaml";
import type { Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { findSnapshot } from "./deployments.ts";
import { badRequest } from "./errors.ts";
import { findApi } from "./find-api.ts";
import { newId } from "./identifiers.ts";
import { prepareDefinition } from "./openapi/document.ts";
import { exportDefinition } from "./openapi/export.ts";
import { importDefinition } from "./openapi/import.ts";
import { answerApi, blankApi, putBlank } from "./rest-apis.ts";
import { findStage } from "./stages.ts";

/** APIs from OpenAPI definitions, and back. */
export const definitions: Handlers<APIGateway.Operations> = {
  async ImportRestApi(input, ctx) {
    await prepareDefinition(input.body);
    return ctx.store.transaction(() => {
      const blank = blankApi({ name: "imported" }, newId(ctx.random), ctx);
      ctx.store.collection(kept.restApis).put([blank.id], blank);
      putBlank(blank, ctx);
      const { api, warnings } = importDefinition(blank, input.body, { ...input, mode: "overwrite" }, ctx);
      return { ...answerApi(api), ...(warnings.length > 0 && { warnings }) };
    });
  },

  async PutRestApi(input, ctx) {
    await prepareDefinition(input.body);
    const before = findApi(ctx, input.restApiId);
    return ctx.store.transaction(() => {
      const { api, warnings } = importDefinition(
        { ...before, tags: before.tags ?? {} },
        input.body,
        { ...input, mode: input.mode ?? "merge" },
        ctx,
      );
      return { ...answerApi(api), ...(warnings.length > 0 && { warnings }) };
    });
  },

  GetExport({ restApiId, stageName, exportType, parameters, accepts }, ctx) {
    const stage = findStage(ctx, restApiId, stageName);
    if (exportType !== "oas30" && exportType !== "swagger")
      throw badRequest(`No API exporter for type '${exportType}'`);
    const extensions = (parameters?.["extensions"] ?? "").split(",");
    const snapshot = findSnapshot(ctx, restApiId, stage.deploymentId);
    const version = stage.documentationVersion;
    const frozen =
      version && ctx.store.collection(kept.documentationVersions).get([restApiId, version])?.parts;
    const definition = exportDefinition(snapshot, {
      version: exportType === "oas30" ? 3 : 2,
      integrations: extensions.includes("integrations") || extensions.includes("apigateway"),
      authorizers: extensions.includes("authorizers"),
      stageName,
      region: ctx.region,
      documentation: frozen || [
        ...ctx.store.collection(kept.documentationParts).values({ prefix: [restApiId] }),
      ],
    });
    const yaml = accepts === "application/yaml";
    const body = yaml ? stringify(definition) : JSON.stringify(definition, undefined, 2);
    const name = `${exportType}_${snapshot.api.createdDate.toISOString()}`;
    return {
      // As recorded: a file, whatever is in it.
      contentType: "application/octet-stream",
      contentDisposition: `attachment; filename="${name}.${yaml ? "yaml" : "json"}"`,
      body: Buffer.from(body),
    };
  },
};
