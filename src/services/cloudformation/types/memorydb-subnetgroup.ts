import { inOwnOrder } from "../mapping/changes.ts";
import { mapped } from "../mapping/mapped.ts";
import { arnOf, nameIn, tagsOf } from "../mapping/memorydb.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-memorydb-subnetgroup.html */
export default mapped({
  type: "AWS::MemoryDB::SubnetGroup",
  service: "memorydb",
  required: ["SubnetGroupName", "SubnetIds"],
  replacedBy: ["SubnetGroupName"],
  create: "CreateSubnetGroup",
  update: "UpdateSubnetGroup",
  delete: "DeleteSubnetGroup",
  read: "DescribeSubnetGroups",
  idOf: (_output, properties) => nameIn(properties, "SubnetGroupName"),
  keyOf: (SubnetGroupName) => ({ SubnetGroupName }),
  attributesOf: (_output, _properties, id, at) => ({
    ARN: arnOf("subnetgroup", id, at),
    SupportedNetworkTypes: ["ipv4"],
  }),
  describedIn({ SubnetGroups }, { properties }) {
    const [group] = SubnetGroups as [Record<string, unknown>];
    const subnets = (group["Subnets"] as { Identifier: string }[]).map(({ Identifier }) => Identifier);
    return { ...group, SubnetIds: inOwnOrder(properties, "SubnetIds", subnets) };
  },
  tags: tagsOf("subnetgroup"),
});
