import { call } from "../mapping/apigateway-patches.ts";
import { listOf } from "../mapping/changes.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html */
export default defineType({
  type: "AWS::ApiGateway::Method",
  replacedBy: ["HttpMethod", "ResourceId", "RestApiId"],
  required: ["HttpMethod", "ResourceId", "RestApiId"],
  async create(properties, at) {
    await put(properties, at);
    const { RestApiId, ResourceId, HttpMethod } = properties;
    return { id: `${RestApiId}|${ResourceId}|${HttpMethod}` };
  },
  async update({ id, properties: before }, properties, at) {
    // What a method no longer has goes with the old one: its responses and those of its integration.
    await gone(call(at, "DeleteMethod", before));
    await put(properties, at);
    return { id };
  },
  delete: ({ properties }, at) => gone(call(at, "DeleteMethod", properties)),
  read: async ({ properties }, at) => shown(properties, await found(call(at, "GetMethod", properties))),
});

async function put(properties: Properties, at: ResourceContext): Promise<void> {
  const { RestApiId, ResourceId, HttpMethod } = properties;
  const key = { RestApiId, ResourceId, HttpMethod };
  await call(at, "PutMethod", { AuthorizationType: "NONE", ...properties });
  for (const response of listOf<Properties>(properties, "MethodResponses")) {
    await call(at, "PutMethodResponse", { ...response, ...key });
  }
  const integration = properties["Integration"] as Properties | undefined;
  if (!integration) return;
  await call(at, "PutIntegration", { ...integration, ...key });
  for (const response of listOf<Properties>(integration, "IntegrationResponses")) {
    await call(at, "PutIntegrationResponse", { ...response, ...key });
  }
}
