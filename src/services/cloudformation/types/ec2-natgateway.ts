import { ec2Type } from "../mapping/ec2.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-natgateway.html */
export default ec2Type({
  type: "AWS::EC2::NatGateway",
  replacedBy: ["AllocationId", "ConnectivityType", "PrivateIpAddress", "SubnetId", "VpcId"],
  create: "CreateNatGateway",
  delete: "DeleteNatGateway",
  made: ["NatGateway", "NatGatewayId"],
  described: ["DescribeNatGateways", "NatGatewayIds", "NatGateways"],
});
