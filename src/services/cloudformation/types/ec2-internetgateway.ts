import { ec2Type } from "../mapping/ec2.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-internetgateway.html */
export default ec2Type({
  type: "AWS::EC2::InternetGateway",
  replacedBy: [],
  create: "CreateInternetGateway",
  delete: "DeleteInternetGateway",
  made: ["InternetGateway", "InternetGatewayId"],
  described: ["DescribeInternetGateways", "InternetGatewayIds", "InternetGateways"],
});
