import { isSame, listChanges, listOf } from "../mapping/changes.ts";
import { call, describedBy, firstIn, retagByArn, setAttributes, tagged } from "../mapping/elbv2.ts";
import { gone, type Properties, withName, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const CHECKS = [
  "HealthCheckEnabled",
  "HealthCheckIntervalSeconds",
  "HealthCheckPath",
  "HealthCheckPort",
  "HealthCheckProtocol",
  "HealthCheckTimeoutSeconds",
  "HealthyThresholdCount",
  "UnhealthyThresholdCount",
  "Matcher",
];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-targetgroup.html */
export default defineType({
  type: "AWS::ElasticLoadBalancingV2::TargetGroup",
  replacedBy: ["IpAddressType", "Name", "Port", "Protocol", "ProtocolVersion", "TargetType", "VpcId"],
  isTagged: true,
  async create(properties, at) {
    const named = withName(properties, ["Name", 32], at);
    const made = firstIn(await call(at, "CreateTargetGroup", withTags(named, at)), "TargetGroups");
    const id = String(made?.["TargetGroupArn"]);
    at.made({ id });
    await configure(id, properties, at);
    await change("RegisterTargets", id, listOf(properties, "Targets"), at);
    return { id, attributes: await attributesOf(id, at) };
  },
  async update({ id, properties: before }, properties, at) {
    if (CHECKS.some((name) => !isSame(before[name], properties[name])))
      await call(at, "ModifyTargetGroup", { ...properties, TargetGroupArn: id });
    await configure(id, properties, at);
    const { added, removed } = listChanges(listOf(before, "Targets"), listOf(properties, "Targets"));
    await change("DeregisterTargets", id, removed, at);
    await change("RegisterTargets", id, added, at);
    await retagByArn(id, before, properties, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteTargetGroup", { TargetGroupArn: id })),
  attributes: (id, _properties, at) => attributesOf(id, at),
  async read({ id, properties }, at) {
    const group = await tagged(id, await describe(id, at), at);
    return group && shown(properties, { ...group, Name: group["TargetGroupName"] });
  },
});

const describe = (id: string, at: ResourceContext) =>
  describedBy("DescribeTargetGroups", { TargetGroupArns: [id] }, "TargetGroups", at);

const configure = (id: string, { TargetGroupAttributes }: Properties, at: ResourceContext) =>
  setAttributes("ModifyTargetGroupAttributes", { TargetGroupArn: id }, TargetGroupAttributes, at);

async function change(
  operation: "RegisterTargets" | "DeregisterTargets",
  id: string,
  Targets: readonly unknown[],
  at: ResourceContext,
): Promise<void> {
  if (Targets.length > 0) await call(at, operation, { TargetGroupArn: id, Targets });
}

async function attributesOf(id: string, at: ResourceContext): Promise<Properties> {
  const group = await describe(id, at);
  if (!group) return {};
  return {
    TargetGroupArn: id,
    TargetGroupName: group["TargetGroupName"],
    TargetGroupFullName: id.split(":").at(-1),
    LoadBalancerArns: group["LoadBalancerArns"],
  };
}
