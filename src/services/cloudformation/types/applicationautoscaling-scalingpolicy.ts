import { listOf } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";
import { targetOf } from "./applicationautoscaling-scalabletarget.ts";

const call = callsOf("application-autoscaling");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalingpolicy.html */
export default defineType({
  type: "AWS::ApplicationAutoScaling::ScalingPolicy",
  replacedBy: ["PolicyName", "ResourceId", "ScalableDimension", "ScalingTargetId", "ServiceNamespace"],
  required: ["PolicyName", "PolicyType"],
  async create(properties, at) {
    const { PolicyARN } = await call(at, "PutScalingPolicy", { ...properties, ...ownerOf(properties) });
    return { id: String(PolicyARN), attributes: { Arn: PolicyARN } };
  },
  async update({ id }, properties, at) {
    await call(at, "PutScalingPolicy", { ...properties, ...ownerOf(properties) });
    return { id, attributes: { Arn: id } };
  },
  delete: ({ properties }, at) =>
    gone(call(at, "DeleteScalingPolicy", { PolicyName: properties["PolicyName"], ...ownerOf(properties) })),
  attributes: async (id) => ({ Arn: id }),
  async read({ properties }, at) {
    const asked = { PolicyNames: [properties["PolicyName"]], ...ownerOf(properties) };
    const output = await found(call(at, "DescribeScalingPolicies", asked));
    return shown(properties, listOf<Properties>(output ?? {}, "ScalingPolicies")[0]);
  },
});

/** Its target, which is given by its `Ref` or by what it consists of. */
function ownerOf({
  ScalingTargetId,
  ResourceId,
  ScalableDimension,
  ServiceNamespace,
}: Properties): Properties {
  return ScalingTargetId === undefined
    ? { ResourceId, ScalableDimension, ServiceNamespace }
    : targetOf(String(ScalingTargetId));
}
