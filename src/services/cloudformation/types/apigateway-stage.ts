import { call, changeTags, patch, patchesOf } from "../mapping/apigateway-patches.ts";
import { changeStage } from "../mapping/apigateway-stage-settings.ts";
import { found, gone, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html */
export default defineType({
  type: "AWS::ApiGateway::Stage",
  replacedBy: ["RestApiId", "StageName"],
  required: ["RestApiId"],
  isTagged: true,
  async create(properties, at) {
    await call(at, "CreateStage", {
      ...withTags(properties, at),
      canarySettings: properties["CanarySetting"],
    });
    const id = String(properties["StageName"]);
    at.made({ id });
    await changeStage(properties["RestApiId"], id, {}, properties, at);
    return { id };
  },
  async update({ id, properties: before }, properties, at) {
    const key = { restApiId: properties["RestApiId"], stageName: id };
    await patch(
      at,
      "UpdateStage",
      key,
      patchesOf(before, properties, {
        DeploymentId: "whole",
        Description: "whole",
        CacheClusterEnabled: "whole",
        CacheClusterSize: "whole",
        TracingEnabled: "whole",
        DocumentationVersion: "whole",
        Variables: "keys",
      }),
    );
    await changeStage(properties["RestApiId"], id, before, properties, at);
    await changeTags(`/restapis/${properties["RestApiId"]}/stages/${id}`, before, properties, at);
    return { id };
  },
  delete: ({ id, properties }, at) =>
    gone(call(at, "DeleteStage", { restApiId: properties["RestApiId"], stageName: id })),
  read: async ({ id, properties }, at) =>
    shown(
      properties,
      await found(call(at, "GetStage", { restApiId: properties["RestApiId"], stageName: id })),
    ),
});
