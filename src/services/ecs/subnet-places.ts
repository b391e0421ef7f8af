import type { Context } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import type * as ECS from "../../models/generated/ecs.ts";

/** Where subnets are, by their ids. */
export type SubnetPlaces = Readonly<Record<string, { readonly zone: string; readonly vpc: string }>>;

/**
 * Where the subnets are that tasks are to run in. Those that EC2 here does not know are left out: their tasks are in the zones in
 * turn.
 */
export async function placesOf(
  network: ECS.NetworkConfiguration | undefined,
  ctx: Context,
): Promise<SubnetPlaces> {
  const Values = network?.awsvpcConfiguration?.subnets ?? [];
  if (Values.length === 0) return {};
  const { Subnets = [] } = await ctx.call<EC2.DescribeSubnetsResult>(
    "ec2",
    "DescribeSubnets",
    { Filters: [{ Name: "subnet-id", Values }] },
    { as: "ecs.amazonaws.com" },
  );
  return Object.fromEntries(
    Subnets.map(({ SubnetId = "", AvailabilityZone: zone = "", VpcId: vpc = "" }) => [
      SubnetId,
      { zone, vpc },
    ]),
  );
}
