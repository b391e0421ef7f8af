import { AwsError } from "../../core/aws-error.ts";
import type { Context } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { invalidConfiguration, invalidSecurityGroup, subnetNotFound, validationError } from "./errors.ts";
import type { LoadBalancerRecord } from "./load-balancer.ts";

/**
 * The zones of the subnets that are asked for, in the order of their names.
 * @throws ValidationError, SubnetNotFound, InvalidConfigurationRequest
 */
export async function placesIn(
  { Subnets, SubnetMappings }: Pick<ELB.CreateLoadBalancerInput, "Subnets" | "SubnetMappings">,
  type: LoadBalancerRecord["type"],
  ctx: Context,
): Promise<Pick<LoadBalancerRecord, "vpcId" | "zones">> {
  if (Subnets?.length && SubnetMappings?.length)
    throw validationError("You must specify either subnets or subnet mappings, not both");
  const mappings = SubnetMappings?.length
    ? SubnetMappings
    : (Subnets ?? []).map((SubnetId): ELB.SubnetMapping => ({ SubnetId }));
  if (mappings.length === 0) throw validationError("You must specify subnets");
  const found: { readonly mapping: ELB.SubnetMapping; readonly subnet: EC2.Subnet }[] = [];
  for (const mapping of mappings)
    found.push({ mapping, subnet: await subnetOf(mapping.SubnetId ?? "", ctx) });
  const vpcs = new Set(found.map(({ subnet }) => subnet.VpcId));
  if (vpcs.size > 1) throw invalidConfiguration("All subnets must belong to the same VPC");
  const zones = new Set(found.map(({ subnet }) => subnet.AvailabilityZone));
  if (zones.size < found.length)
    throw invalidConfiguration(
      "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
    );
  if (type === "application" && zones.size < 2)
    throw validationError("At least two subnets in two different Availability Zones must be specified");
  return {
    vpcId: found[0]?.subnet.VpcId ?? "",
    zones: found
      .map(({ mapping, subnet }) => ({
        zone: subnet.AvailabilityZone ?? "",
        subnetId: subnet.SubnetId ?? "",
        ...(mapping.AllocationId !== undefined && { allocationId: mapping.AllocationId }),
        ...(mapping.PrivateIPv4Address !== undefined && { privateAddress: mapping.PrivateIPv4Address }),
      }))
      .sort((a, b) => (a.zone < b.zone ? -1 : 1)),
  };
}

/** @throws SubnetNotFound */
async function subnetOf(id: string, ctx: Context): Promise<EC2.Subnet> {
  const { Subnets = [] } = await ctx
    .call<EC2.DescribeSubnetsResult>("ec2", "DescribeSubnets", { SubnetIds: [id] })
    .catch(orNothing);
  const [subnet] = Subnets;
  if (!subnet) throw subnetNotFound(id);
  return subnet;
}

/** @throws InvalidSecurityGroup */
export async function checkSecurityGroups(ids: readonly string[], ctx: Context): Promise<readonly string[]> {
  for (const id of ids) {
    const { SecurityGroups = [] } = await ctx
      .call<EC2.DescribeSecurityGroupsResult>("ec2", "DescribeSecurityGroups", { GroupIds: [id] })
      .catch(orNothing);
    if (SecurityGroups.length === 0) throw invalidSecurityGroup(id);
  }
  return ids;
}

/** The default security group of a VPC. */
export async function defaultGroup(vpcId: string, ctx: Context): Promise<readonly string[]> {
  const { SecurityGroups = [] } = await ctx.call<EC2.DescribeSecurityGroupsResult>(
    "ec2",
    "DescribeSecurityGroups",
    {
      Filters: [
        { Name: "vpc-id", Values: [vpcId] },
        { Name: "group-name", Values: ["default"] },
      ],
    },
  );
  return SecurityGroups.map(({ GroupId = "" }) => GroupId);
}

/** What EC2 does not know is nothing to it; all else that goes wrong there is the caller's to hear. */
function orNothing(error: unknown): Record<string, undefined> {
  if (error instanceof AwsError && /(?:NotFound|Malformed)$/.test(error.code)) return {};
  throw error;
}
