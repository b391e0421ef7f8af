import { ec2Type } from "../mapping/ec2.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-transitgatewayroutetable.html */
export default ec2Type({
  type: "AWS::EC2::TransitGatewayRouteTable",
  replacedBy: ["TransitGatewayId"],
  required: ["TransitGatewayId"],
  create: "CreateTransitGatewayRouteTable",
  delete: "DeleteTransitGatewayRouteTable",
  made: ["TransitGatewayRouteTable", "TransitGatewayRouteTableId"],
  described: [
    "DescribeTransitGatewayRouteTables",
    "TransitGatewayRouteTableIds",
    "TransitGatewayRouteTables",
  ],
});
