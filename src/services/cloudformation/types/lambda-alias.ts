import { provision } from "../mapping/lambda-provisioned.ts";
import { callsOf, found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

const call = callsOf("lambda");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-alias.html */
export default defineType({
  type: "AWS::Lambda::Alias",
  replacedBy: ["FunctionName", "Name"],
  required: ["FunctionName", "FunctionVersion", "Name"],
  async create(properties, at) {
    const made = await call(at, "CreateAlias", { ...properties, RoutingConfig: routing(properties) });
    const id = String(made["AliasArn"]);
    at.made({ id });
    await provision(id, {}, properties, at);
    return { id, attributes: { AliasArn: id } };
  },
  async update({ id, properties: before, attributes }, properties, at) {
    await call(at, "UpdateAlias", { Description: "", ...properties, RoutingConfig: routing(properties) });
    await provision(id, before, properties, at);
    return { id, attributes };
  },
  delete: ({ properties }, at) => gone(call(at, "DeleteAlias", properties)),
  read: async ({ properties }, at) => shown(properties, await found(call(at, "GetAlias", properties))),
});

/** Templates have a list of versions and weights where the service has a map. */
function routing(properties: Properties): Properties {
  const config = (properties["RoutingConfig"] ?? {}) as { AdditionalVersionWeights?: readonly Properties[] };
  const weights = (config.AdditionalVersionWeights ?? []).map((weight) => [
    String(weight["FunctionVersion"]),
    weight["FunctionWeight"],
  ]);
  return { AdditionalVersionWeights: Object.fromEntries(weights) };
}
