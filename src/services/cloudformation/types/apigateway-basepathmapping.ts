import { call, patch } from "../mapping/apigateway-patches.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** How the service calls a mapping without a path. */
const NO_PATH = "(none)";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-basepathmapping.html */
export default defineType({
  type: "AWS::ApiGateway::BasePathMapping",
  replacedBy: ["BasePath", "DomainName"],
  required: ["DomainName"],
  async create(properties, at) {
    await call(at, "CreateBasePathMapping", properties);
    const { domainName, basePath } = keyOf(properties);
    return { id: `${domainName}|${basePath === NO_PATH ? "" : basePath}` };
  },
  async update({ id }, properties, at) {
    await patch(at, "UpdateBasePathMapping", keyOf(properties), [
      { op: "replace", path: "/restapiId", value: String(properties["RestApiId"] ?? "") },
      { op: "replace", path: "/stage", value: String(properties["Stage"] ?? "") },
    ]);
    return { id };
  },
  delete: ({ properties }, at) => gone(call(at, "DeleteBasePathMapping", keyOf(properties))),
  read: async ({ properties }, at) =>
    shown(properties, await found(call(at, "GetBasePathMapping", keyOf(properties)))),
});

function keyOf({ DomainName, BasePath }: Properties) {
  return { domainName: DomainName, basePath: BasePath ? BasePath : NO_PATH };
}
