import { routeTableRelation } from "../mapping/ec2-transit.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-transitgatewayroutetableassociation.html */
export default routeTableRelation("AWS::EC2::TransitGatewayRouteTableAssociation", {
  begin: "AssociateTransitGatewayRouteTable",
  end: "DisassociateTransitGatewayRouteTable",
  listed: ["GetTransitGatewayRouteTableAssociations", "Associations"],
});
