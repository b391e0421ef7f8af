import { call } from "../mapping/ec2.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcgatewayattachment.html */
export default defineType({
  type: "AWS::EC2::VPCGatewayAttachment",
  replacedBy: ["InternetGatewayId", "VpcId", "VpnGatewayId"],
  required: ["InternetGatewayId", "VpcId"],
  async create(properties, at) {
    const { InternetGatewayId, VpcId } = properties;
    await call(at, "AttachInternetGateway", { InternetGatewayId, VpcId });
    return { id: `IGW|${VpcId}`, attributes: { AttachmentType: "IGW" } };
  },
  delete: ({ properties: { InternetGatewayId, VpcId } }, at) =>
    gone(detached(call(at, "DetachInternetGateway", { InternetGatewayId, VpcId }))),
  async read({ properties }, at) {
    const { InternetGatewayId, VpcId } = properties;
    const output = await found(
      call(at, "DescribeInternetGateways", { InternetGatewayIds: [InternetGatewayId] }),
    );
    const [gateway] = (output?.["InternetGateways"] ?? []) as Properties[];
    const attachments = (gateway?.["Attachments"] ?? []) as Properties[];
    return shown(
      properties,
      attachments.some((one) => one["VpcId"] === VpcId) ? { InternetGatewayId, VpcId } : undefined,
    );
  },
});

/** A gateway that is not attached is detached. */
async function detached(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if ((error as { code?: string }).code !== "Gateway.NotAttached") throw error;
  }
}
