import { defineType, type ResourceContext, type ResourceType } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";
import { isSame, listChanges, listOf } from "./changes.ts";
import { call, ec2Type } from "./ec2.ts";
import { found, gone, type Properties } from "./mapped.ts";
import { shown } from "./shown.ts";

/** A VPC's attachment to a transit gateway, which CloudFormation has under two names. */
export const vpcAttachment = (type: string, replacedBy: readonly string[] = []): ResourceType =>
  ec2Type({
    type,
    replacedBy: ["TransitGatewayId", "VpcId", ...replacedBy],
    required: ["SubnetIds", "TransitGatewayId", "VpcId"],
    create: "CreateTransitGatewayVpcAttachment",
    delete: "DeleteTransitGatewayVpcAttachment",
    made: ["TransitGatewayVpcAttachment", "TransitGatewayAttachmentId"],
    described: [
      "DescribeTransitGatewayVpcAttachments",
      "TransitGatewayAttachmentIds",
      "TransitGatewayVpcAttachments",
    ],
    attributesOf: ({ TransitGatewayAttachmentId }) => ({ Id: TransitGatewayAttachmentId }),
    settle,
  });

async function settle(
  TransitGatewayAttachmentId: string,
  before: Values,
  after: Values,
  at: ResourceContext,
): Promise<void> {
  if (Object.keys(before).length === 0) return;
  const subnets = listChanges(listOf(before, "SubnetIds"), listOf(after, "SubnetIds"));
  const AddSubnetIds = [...subnets.added, ...listOf(after, "AddSubnetIds")];
  const RemoveSubnetIds = [...subnets.removed, ...listOf(after, "RemoveSubnetIds")];
  const { Options } = after;
  if (AddSubnetIds.length + RemoveSubnetIds.length === 0 && isSame(before["Options"], Options)) return;
  await call(at, "ModifyTransitGatewayVpcAttachment", {
    TransitGatewayAttachmentId,
    AddSubnetIds,
    RemoveSubnetIds,
    Options,
  });
}

/** What an attachment is to a route table: how it becomes that, is that no more, and where it is listed. */
interface Relation {
  readonly begin: string;
  readonly end: string;
  readonly listed: readonly [operation: string, list: string];
}

/** An attachment's relation to a route table, which has no name of its own. */
export function routeTableRelation(type: string, { begin, end, listed }: Relation): ResourceType {
  const [list, items] = listed;
  const names = ["TransitGatewayAttachmentId", "TransitGatewayRouteTableId"];
  const isThere = async (properties: Values, at: ResourceContext) => {
    const { TransitGatewayRouteTableId, TransitGatewayAttachmentId } = properties;
    const output = await found(call(at, list, { TransitGatewayRouteTableId }));
    return ((output?.[items] ?? []) as Properties[]).find(
      (one) => one["TransitGatewayAttachmentId"] === TransitGatewayAttachmentId,
    );
  };
  return defineType({
    type,
    replacedBy: names,
    required: names,
    async create(properties, at) {
      await call(at, begin, properties);
      return {
        id: `${properties["TransitGatewayRouteTableId"]}|${properties["TransitGatewayAttachmentId"]}`,
      };
    },
    async delete({ properties }, at) {
      if (await isThere(properties, at)) await gone(call(at, end, properties));
    },
    read: async ({ properties }, at) => shown(properties, await isThere(properties, at)),
  });
}
