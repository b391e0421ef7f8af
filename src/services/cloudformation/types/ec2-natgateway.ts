import { listOf } from "../mapping/changes.ts";
import { ec2Type } from "../mapping/ec2.ts";
import type { Properties } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-natgateway.html */
export default ec2Type({
  type: "AWS::EC2::NatGateway",
  replacedBy: ["AllocationId", "ConnectivityType", "PrivateIpAddress", "SubnetId", "VpcId"],
  create: "CreateNatGateway",
  delete: "DeleteNatGateway",
  made: ["NatGateway", "NatGatewayId"],
  attributesOf: (gateway) => ({
    EniId: listOf<Properties>(gateway, "NatGatewayAddresses")[0]?.["NetworkInterfaceId"],
  }),
  described: ["DescribeNatGateways", "NatGatewayIds", "NatGateways"],
});
