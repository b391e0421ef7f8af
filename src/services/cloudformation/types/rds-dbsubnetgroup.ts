import { makeArn } from "../../../core/arn.ts";
import { inOwnOrder } from "../mapping/changes.ts";
import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbsubnetgroup.html */
export default mapped({
  type: "AWS::RDS::DBSubnetGroup",
  service: "rds",
  required: ["DBSubnetGroupDescription", "SubnetIds"],
  replacedBy: ["DBSubnetGroupName"],
  named: ["DBSubnetGroupName", 255],
  create: "CreateDBSubnetGroup",
  update: "ModifyDBSubnetGroup",
  delete: "DeleteDBSubnetGroup",
  read: "DescribeDBSubnetGroups",
  // Names are kept in lower case.
  idOf: (_output, { DBSubnetGroupName }) => String(DBSubnetGroupName).toLowerCase(),
  describedIn({ DBSubnetGroups }, { properties }) {
    const [group] = DBSubnetGroups as [Record<string, unknown>];
    const subnets = (group["Subnets"] as { SubnetIdentifier: string }[]).map(
      ({ SubnetIdentifier }) => SubnetIdentifier,
    );
    return { ...group, SubnetIds: inOwnOrder(properties, "SubnetIds", subnets) };
  },
  tags: [
    "AddTagsToResource",
    "RemoveTagsFromResource",
    (id, _attributes, _properties, { region, account }) => ({
      ResourceName: makeArn("rds", region, account, `subgrp:${id}`),
    }),
  ],
});
