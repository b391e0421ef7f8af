import { ec2Type } from "../mapping/ec2.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkacl.html */
export default ec2Type({
  type: "AWS::EC2::NetworkAcl",
  replacedBy: ["VpcId"],
  required: ["VpcId"],
  create: "CreateNetworkAcl",
  delete: "DeleteNetworkAcl",
  made: ["NetworkAcl", "NetworkAclId"],
  described: ["DescribeNetworkAcls", "NetworkAclIds", "NetworkAcls"],
});
