import { listOf } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("autoscaling");
const MISSING = /not found/;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-scalingpolicy.html */
export default defineType({
  type: "AWS::AutoScaling::ScalingPolicy",
  replacedBy: ["AutoScalingGroupName"],
  required: ["AutoScalingGroupName"],
  async create(properties, at) {
    const PolicyName = at.name(255);
    const { PolicyARN } = await call(at, "PutScalingPolicy", { ...properties, PolicyName });
    return { id: String(PolicyARN), attributes: { Arn: PolicyARN, PolicyName } };
  },
  async update({ id }, properties, at) {
    await call(at, "PutScalingPolicy", { ...properties, PolicyName: nameIn(id) });
    return { id, attributes: { Arn: id, PolicyName: nameIn(id) } };
  },
  delete: ({ id }, at) => gone(call(at, "DeletePolicy", { PolicyName: id }), MISSING),
  attributes: async (id) => ({ Arn: id, PolicyName: nameIn(id) }),
  async read({ id, properties }, at) {
    return shown(properties, await described(id, at));
  },
});

const nameIn = (arn: string): string => arn.split(":policyName/")[1] ?? "";

async function described(id: string, at: ResourceContext): Promise<Properties | undefined> {
  const output = await found(call(at, "DescribePolicies", { PolicyNames: [id] }));
  return listOf<Properties>(output ?? {}, "ScalingPolicies")[0];
}
