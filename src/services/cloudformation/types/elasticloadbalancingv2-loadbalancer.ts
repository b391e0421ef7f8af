import { isSame } from "../mapping/changes.ts";
import { call, describedBy, firstIn, retagByArn, setAttributes, tagged } from "../mapping/elbv2.ts";
import { gone, type Properties, withName, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html */
export default defineType({
  type: "AWS::ElasticLoadBalancingV2::LoadBalancer",
  replacedBy: ["Name", "Scheme", "Type"],
  isTagged: true,
  async create(properties, at) {
    const named = withName(properties, ["Name", 32], at);
    const made = firstIn(await call(at, "CreateLoadBalancer", withTags(named, at)), "LoadBalancers");
    const id = String(made?.["LoadBalancerArn"]);
    at.made({ id });
    await at.until(async () => {
      const { Code } = ((await describe(id, at))?.["State"] ?? {}) as { Code?: string };
      if (Code === "failed") throw new Error(`Load balancer ${id} could not be created.`);
      return Code === "active";
    });
    await configure(id, properties, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  async update({ id, properties: before }, properties, at) {
    const where = { LoadBalancerArn: id };
    const changes = (...names: string[]) => names.some((name) => !isSame(before[name], properties[name]));
    if (changes("Subnets", "SubnetMappings")) await call(at, "SetSubnets", { ...properties, ...where });
    if (changes("SecurityGroups")) await call(at, "SetSecurityGroups", { ...properties, ...where });
    if (changes("IpAddressType"))
      await call(at, "SetIpAddressType", { IpAddressType: properties["IpAddressType"] ?? "ipv4", ...where });
    await configure(id, properties, at);
    await retagByArn(id, before, properties, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteLoadBalancer", { LoadBalancerArn: id })),
  attributes: (id, _properties, at) => attributesOf(id, at),
  async read({ id, properties }, at) {
    const balancer = await tagged(id, await describe(id, at), at);
    if (!balancer) return undefined;
    const zones = balancer["AvailabilityZones"] as { SubnetId: string }[];
    return shown(properties, {
      ...balancer,
      Name: balancer["LoadBalancerName"],
      Subnets: zones.map(({ SubnetId }) => SubnetId),
    });
  },
});

const describe = (id: string, at: ResourceContext) =>
  describedBy("DescribeLoadBalancers", { LoadBalancerArns: [id] }, "LoadBalancers", at);

const configure = (id: string, { LoadBalancerAttributes }: Properties, at: ResourceContext) =>
  setAttributes("ModifyLoadBalancerAttributes", { LoadBalancerArn: id }, LoadBalancerAttributes, at);

async function attributesOf(id: string, at: ResourceContext): Promise<Properties> {
  const balancer = await describe(id, at);
  if (!balancer) return {};
  return {
    LoadBalancerArn: id,
    LoadBalancerName: balancer["LoadBalancerName"],
    LoadBalancerFullName: id.split(":loadbalancer/")[1],
    DNSName: balancer["DNSName"],
    CanonicalHostedZoneID: balancer["CanonicalHostedZoneId"],
    SecurityGroups: balancer["SecurityGroups"],
  };
}
