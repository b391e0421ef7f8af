import { call, patch, patchesOf } from "../mapping/apigateway-patches.ts";
import { changeStage } from "../mapping/apigateway-stage-settings.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html */
export default defineType({
  type: "AWS::ApiGateway::Deployment",
  replacedBy: ["DeploymentCanarySettings", "RestApiId", "StageName"],
  required: ["RestApiId"],
  async create(properties, at) {
    const { RestApiId, StageName, StageDescription } = properties;
    const stage = (StageDescription ?? {}) as Properties;
    const { Description: stageDescription, Tags: _, ...settings } = stage;
    const made = await call(at, "CreateDeployment", {
      ...settings,
      ...properties,
      stageDescription,
      canarySettings: properties["DeploymentCanarySettings"],
    });
    const id = String(made["id"]);
    at.made({ id });
    if (StageName !== undefined) await changeStage(RestApiId, String(StageName), {}, stage, at);
    return { id, attributes: { DeploymentId: id } };
  },
  async update({ id, properties: before }, properties, at) {
    const { RestApiId, StageName, StageDescription } = properties;
    const key = { restApiId: RestApiId, deploymentId: id };
    await patch(at, "UpdateDeployment", key, patchesOf(before, properties, { Description: "whole" }));
    if (StageName !== undefined) {
      const [had, wanted] = [before["StageDescription"] ?? {}, StageDescription ?? {}] as Properties[];
      await changeStage(RestApiId, String(StageName), had as Properties, wanted as Properties, at);
    }
    return { id, attributes: { DeploymentId: id } };
  },
  async delete({ id, properties }, at) {
    const { RestApiId, StageName } = properties;
    if (StageName !== undefined) {
      // The stage that came with a deployment goes with it, unless it shows a later one by now.
      const key = { restApiId: RestApiId, stageName: StageName };
      const stage = await found(call(at, "GetStage", key));
      if (stage?.["deploymentId"] === id) await gone(call(at, "DeleteStage", key));
    }
    await gone(call(at, "DeleteDeployment", { restApiId: RestApiId, deploymentId: id }));
  },
  read: async ({ id, properties }, at) =>
    shown(
      properties,
      await found(call(at, "GetDeployment", { restApiId: properties["RestApiId"], deploymentId: id })),
    ),
});
