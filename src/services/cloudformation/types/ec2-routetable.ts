import { ec2Type } from "../mapping/ec2.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-routetable.html */
export default ec2Type({
  type: "AWS::EC2::RouteTable",
  replacedBy: ["VpcId"],
  required: ["VpcId"],
  create: "CreateRouteTable",
  delete: "DeleteRouteTable",
  made: ["RouteTable", "RouteTableId"],
  described: ["DescribeRouteTables", "RouteTableIds", "RouteTables"],
});
