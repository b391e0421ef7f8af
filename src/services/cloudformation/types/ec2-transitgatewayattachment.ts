import { vpcAttachment } from "../mapping/ec2-transit.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-transitgatewayattachment.html */
export default vpcAttachment("AWS::EC2::TransitGatewayAttachment");
