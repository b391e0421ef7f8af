import { vpcAttachment } from "../mapping/ec2-transit.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-transitgatewayvpcattachment.html */
export default vpcAttachment("AWS::EC2::TransitGatewayVpcAttachment", ["SubnetIds"]);
