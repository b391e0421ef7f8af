import { call, patch, patchesOf } from "../mapping/apigateway-patches.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** One setting of the whole region; it stays when the resource goes. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-account.html */
export default defineType({
  type: "AWS::ApiGateway::Account",
  replacedBy: [],
  async create(properties, at) {
    await patch(
      at,
      "UpdateAccount",
      {},
      patchesOf({}, properties, { CloudWatchRoleArn: "whole" }).map(named),
    );
    return { id: at.name(64) };
  },
  async update({ id, properties: before }, properties, at) {
    await patch(
      at,
      "UpdateAccount",
      {},
      patchesOf(before, properties, { CloudWatchRoleArn: "whole" }).map(named),
    );
    return { id };
  },
  delete: async () => {},
  read: async ({ properties }, at) => shown(properties, await call(at, "GetAccount", {})),
});

/** The service writes the name in another way. */
function named<T extends { readonly path: string }>(patch: T): T {
  return { ...patch, path: "/cloudwatchRoleArn" };
}
