import { listOf } from "../mapping/changes.ts";
import { call, ec2Type } from "../mapping/ec2.ts";
import { changeRules, EVERYWHERE, permissionOf } from "../mapping/ec2-rules.ts";
import type { ResourceContext } from "../resource-type.ts";
import { defineType } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

async function settle(id: string, before: Values, after: Values, at: ResourceContext): Promise<void> {
  await changeRules(id, "Ingress", [before, after], at);
  // A group lets everything out until its template says what it lets out.
  const [had, has] = [before, after].map((one) => listOf(one, "SecurityGroupEgress").length > 0);
  const all = { GroupId: id, IpPermissions: [permissionOf(EVERYWHERE)] };
  if (has && !had) await call(at, "RevokeSecurityGroupEgress", all);
  await changeRules(id, "Egress", [before, after], at);
  if (had && !has) await call(at, "AuthorizeSecurityGroupEgress", all);
}

const group = ec2Type({
  type: "AWS::EC2::SecurityGroup",
  replacedBy: ["GroupDescription", "GroupName", "VpcId"],
  required: ["GroupDescription"],
  create: "CreateSecurityGroup",
  delete: "DeleteSecurityGroup",
  made: [undefined, "GroupId"],
  described: ["DescribeSecurityGroups", "GroupIds", "SecurityGroups"],
  input: ({ GroupDescription, GroupName, VpcId }) => ({ Description: GroupDescription, GroupName, VpcId }),
  attributesOf: ({ VpcId }) => ({ VpcId }),
  settle,
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html */
export default defineType({
  ...group,
  create: (properties, at) =>
    group.create({ ...properties, GroupName: properties["GroupName"] ?? at.name(255) }, at),
});
