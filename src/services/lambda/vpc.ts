import { AwsError } from "../../core/aws-error.ts";
import type { Context } from "../../core/service.ts";
import type * as Lambda from "../../models/generated/lambda.ts";
import { invalidParameter } from "./errors.ts";

/** A function's place in a network: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */

/** The VPC of subnets that nobody has made here. */
export const UNKNOWN_VPC = "vpc-00000000";

interface Subnets {
  readonly Subnets?: readonly { readonly SubnetId: string; readonly VpcId: string }[];
}

/**
 * The network that a request puts a function in, with the VPC that it means; undefined when it says nothing of one.
 * @throws InvalidParameterValueException under `--strict` for a subnet or security group that is not there. Otherwise a function
 * may name any, as programs written for LocalStack do.
 */
export async function vpcConfigOf(
  config: Lambda.VpcConfig | undefined,
  ctx: Context,
): Promise<Lambda.VpcConfigResponse | undefined> {
  if (config === undefined) return undefined;
  const { SubnetIds = [], SecurityGroupIds = [], Ipv6AllowedForDualStack = false } = config;
  if (SubnetIds.length === 0) return { SubnetIds, SecurityGroupIds };
  return {
    SubnetIds,
    SecurityGroupIds,
    VpcId: await vpcOf(SubnetIds, SecurityGroupIds, ctx),
    Ipv6AllowedForDualStack,
  };
}

async function vpcOf(
  subnetIds: readonly string[],
  groupIds: readonly string[],
  ctx: Context,
): Promise<string> {
  if (!ctx.host.serves("ec2")) return UNKNOWN_VPC;
  if (!ctx.host.strict) {
    const Filters = [{ Name: "subnet-id", Values: subnetIds }];
    const { Subnets = [] } = await ctx.call<Subnets>("ec2", "DescribeSubnets", { Filters });
    const unknown = subnetIds.filter((id) => !Subnets.some(({ SubnetId }) => SubnetId === id));
    if (unknown.length > 0)
      ctx.log.warn(
        `A function is put in subnets that are not here: ${unknown.join(", ")}. --strict refuses it, as AWS does.`,
      );
    return Subnets[0]?.VpcId ?? UNKNOWN_VPC;
  }
  const { Subnets = [] } = await told<Subnets>(ctx, "DescribeSubnets", { SubnetIds: subnetIds });
  if (groupIds.length > 0) await told(ctx, "DescribeSecurityGroups", { GroupIds: groupIds });
  return Subnets[0]?.VpcId ?? UNKNOWN_VPC;
}

/** What EC2 refuses, Lambda tells in its own words. */
async function told<O>(ctx: Context, operation: string, input: object): Promise<O> {
  try {
    return await ctx.call<O>("ec2", operation, input);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidParameter(
      `Error occurred while ${operation}. EC2 Error Code: ${error.code}. EC2 Error Message: ${error.message}`,
    );
  }
}
