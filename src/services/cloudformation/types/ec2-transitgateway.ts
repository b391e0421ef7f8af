import { isSame, listChanges, listOf } from "../mapping/changes.ts";
import { call, ec2Type } from "../mapping/ec2.ts";
import type { Properties } from "../mapping/mapped.ts";
import type { ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

/** All but its description and tags are options of a gateway. */
const optionsOf = ({ Description: _, Tags: __, ...options }: Properties): Properties => options;

async function settle(
  TransitGatewayId: string,
  before: Values,
  after: Values,
  at: ResourceContext,
): Promise<void> {
  if (Object.keys(before).length === 0) return;
  const { added, removed } = listChanges(
    listOf(before, "TransitGatewayCidrBlocks"),
    listOf(after, "TransitGatewayCidrBlocks"),
  );
  const changed = Object.entries(optionsOf(after)).filter(([name, value]) => !isSame(before[name], value));
  const Options = {
    ...Object.fromEntries(changed),
    ...(added.length > 0 && { AddTransitGatewayCidrBlocks: added }),
    ...(removed.length > 0 && { RemoveTransitGatewayCidrBlocks: removed }),
  };
  const isDescribed = isSame(before["Description"], after["Description"]);
  if (isDescribed && Object.keys(Options).length === 0) return;
  await call(at, "ModifyTransitGateway", { TransitGatewayId, Description: after["Description"], Options });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-transitgateway.html */
export default ec2Type({
  type: "AWS::EC2::TransitGateway",
  replacedBy: ["AmazonSideAsn", "MulticastSupport"],
  create: "CreateTransitGateway",
  delete: "DeleteTransitGateway",
  made: ["TransitGateway", "TransitGatewayId"],
  described: ["DescribeTransitGateways", "TransitGatewayIds", "TransitGateways"],
  input: (properties) => ({ Description: properties["Description"], Options: optionsOf(properties) }),
  attributesOf: ({ TransitGatewayId, TransitGatewayArn }) => ({ Id: TransitGatewayId, TransitGatewayArn }),
  asProperties: ({ Options }) => Options as Properties,
  settle,
});
