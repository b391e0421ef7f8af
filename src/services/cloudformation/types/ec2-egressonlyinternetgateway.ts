import { ec2Type } from "../mapping/ec2.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-egressonlyinternetgateway.html */
export default ec2Type({
  type: "AWS::EC2::EgressOnlyInternetGateway",
  replacedBy: ["VpcId"],
  required: ["VpcId"],
  create: "CreateEgressOnlyInternetGateway",
  delete: "DeleteEgressOnlyInternetGateway",
  made: ["EgressOnlyInternetGateway", "EgressOnlyInternetGatewayId"],
  described: [
    "DescribeEgressOnlyInternetGateways",
    "EgressOnlyInternetGatewayIds",
    "EgressOnlyInternetGateways",
  ],
});
