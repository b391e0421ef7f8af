import { call } from "../mapping/ec2.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkinterfaceattachment.html */
export default defineType({
  type: "AWS::EC2::NetworkInterfaceAttachment",
  replacedBy: ["DeviceIndex", "InstanceId", "NetworkInterfaceId"],
  required: ["DeviceIndex", "InstanceId", "NetworkInterfaceId"],
  async create(properties, at) {
    const { AttachmentId } = await call(at, "AttachNetworkInterface", properties);
    const id = String(AttachmentId);
    at.made({ id, attributes: { AttachmentId } });
    await keep(id, properties, at);
    return { id, attributes: { AttachmentId } };
  },
  async update({ id, attributes }, properties, at) {
    await keep(id, properties, at);
    return { id, attributes };
  },
  delete: ({ id }, at) => gone(call(at, "DetachNetworkInterface", { AttachmentId: id, Force: true })),
  attributes: async (id) => ({ AttachmentId: id }),
  async read({ id, properties }, at) {
    const NetworkInterfaceIds = [properties["NetworkInterfaceId"]];
    const output = await found(call(at, "DescribeNetworkInterfaces", { NetworkInterfaceIds }));
    const [eni] = (output?.["NetworkInterfaces"] ?? []) as Properties[];
    const attachment = eni?.["Attachment"] as Properties | undefined;
    return shown(properties, attachment?.["AttachmentId"] === id ? attachment : undefined);
  },
});

/** It goes with its instance, unless its template says otherwise. */
async function keep(
  AttachmentId: string,
  { NetworkInterfaceId, DeleteOnTermination = true }: Properties,
  at: ResourceContext,
): Promise<void> {
  const Attachment = { AttachmentId, DeleteOnTermination };
  await call(at, "ModifyNetworkInterfaceAttribute", { NetworkInterfaceId, Attachment });
}
