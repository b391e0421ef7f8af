import type { ResourceContext, ResourceType } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";
import { isSame, listChanges, listOf } from "./changes.ts";
import { call, ec2Type } from "./ec2.ts";

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
