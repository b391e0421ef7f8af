import type { Context } from "../core/service.ts";

/** Where the subnets of a subnet group are. */
export interface SubnetPlaces {
  readonly vpcId: string;
  readonly subnets: readonly { readonly id: string; readonly zone: string }[];
}

/** Subnets of one VPC. @param invalid the service's error for those that are not there, or not of one VPC */
export async function subnetPlaces(
  ids: readonly string[],
  ctx: Context,
  invalid: (ids: readonly string[]) => Error,
): Promise<SubnetPlaces> {
  type Found = { Subnets: { SubnetId: string; VpcId: string; AvailabilityZone: string }[] };
  const found = await ctx
    .call<Found>("ec2", "DescribeSubnets", { SubnetIds: [...ids] })
    .catch(() => undefined);
  const vpcs = new Set(found?.Subnets.map(({ VpcId }) => VpcId));
  const [vpcId] = vpcs;
  if (!found || vpcId === undefined || vpcs.size > 1) throw invalid(ids);
  return {
    vpcId,
    subnets: found.Subnets.map(({ SubnetId, AvailabilityZone }) => ({
      id: SubnetId,
      zone: AvailabilityZone,
    })),
  };
}
