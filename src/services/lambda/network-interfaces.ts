import { AwsError } from "../../core/aws-error.ts";
import type { Context } from "../../core/service.ts";
import { versions } from "./records.ts";
import { UNKNOWN_VPC } from "./vpc.ts";

/*
 * Functions with the same subnet and security groups share one network interface, which Lambda makes and deletes:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-enis
 */

interface Interface {
  readonly NetworkInterfaceId: string;
  readonly SubnetId: string;
  readonly Groups: readonly { readonly GroupId: string }[];
}

/** A subnet and the groups before it, as one text. */
const placeOf = (subnetId: string, groupIds: readonly string[]): string =>
  [subnetId, ...groupIds.toSorted()].join(" ");

/** Is any version of a function in a VPC? */
export const isInVpc = (name: string, { store }: Pick<Context, "store">): boolean =>
  [...store.collection(versions).values({ prefix: [name] })].some(
    ({ configuration }) => configuration.VpcConfig,
  );

/** Makes the interfaces that versions in a VPC need, and deletes those that none needs any more. */
export async function settleInterfaces(ctx: Context): Promise<void> {
  if (!ctx.host.serves("ec2")) return;
  const wanted = new Map<string, { SubnetId: string; Groups: readonly string[]; name: string }>();
  for (const { configuration } of ctx.store.collection(versions).values()) {
    const { SubnetIds = [], SecurityGroupIds = [], VpcId = UNKNOWN_VPC } = configuration.VpcConfig ?? {};
    // In a VPC that is not here there is nothing to make one in.
    if (VpcId === UNKNOWN_VPC) continue;
    for (const SubnetId of SubnetIds)
      wanted.set(placeOf(SubnetId, SecurityGroupIds), {
        SubnetId,
        Groups: SecurityGroupIds,
        name: configuration.FunctionName,
      });
  }
  const { NetworkInterfaces = [] } = await ctx.call<{ NetworkInterfaces?: readonly Interface[] }>(
    "ec2",
    "DescribeNetworkInterfaces",
    { Filters: [{ Name: "interface-type", Values: ["lambda"] }] },
  );
  for (const { NetworkInterfaceId, SubnetId, Groups } of NetworkInterfaces) {
    const isWanted = wanted.delete(
      placeOf(
        SubnetId,
        Groups.map(({ GroupId }) => GroupId),
      ),
    );
    if (!isWanted) await ctx.call("ec2", "DeleteNetworkInterface", { NetworkInterfaceId });
  }
  for (const { SubnetId, Groups, name } of wanted.values()) await make(SubnetId, Groups, name, ctx);
}

/** A subnet or group that is not there has no interface: the function runs all the same. */
async function make(SubnetId: string, Groups: readonly string[], name: string, ctx: Context): Promise<void> {
  const Description = `AWS Lambda VPC ENI-${name}-${ctx.random.uuid()}`;
  try {
    await ctx.call("ec2", "CreateNetworkInterface", { SubnetId, Groups, Description });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    ctx.log.debug(() => `No network interface for ${name} in ${SubnetId}: ${error.message}`);
  }
}
