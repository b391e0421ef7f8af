import { routeTableRelation } from "../mapping/ec2-transit.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-transitgatewayroutetablepropagation.html */
export default routeTableRelation("AWS::EC2::TransitGatewayRouteTablePropagation", {
  begin: "EnableTransitGatewayRouteTablePropagation",
  end: "DisableTransitGatewayRouteTablePropagation",
  listed: ["GetTransitGatewayRouteTablePropagations", "TransitGatewayRouteTablePropagations"],
});
