import { call } from "../mapping/ec2.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-volumeattachment.html */
export default defineType({
  type: "AWS::EC2::VolumeAttachment",
  replacedBy: ["Device", "InstanceId", "VolumeId"],
  required: ["InstanceId", "VolumeId"],
  async create(properties, at) {
    await call(at, "AttachVolume", properties);
    return { id: `${properties["VolumeId"]}|${properties["InstanceId"]}` };
  },
  async delete({ properties }, at) {
    if (await attached(properties, at)) await gone(call(at, "DetachVolume", properties));
  },
  read: async ({ properties }, at) => shown(properties, await attached(properties, at)),
});

async function attached(
  { VolumeId, InstanceId }: Properties,
  at: ResourceContext,
): Promise<Properties | undefined> {
  const output = await found(call(at, "DescribeVolumes", { VolumeIds: [VolumeId] }));
  const [volume] = (output?.["Volumes"] ?? []) as Properties[];
  const attachments = (volume?.["Attachments"] ?? []) as Properties[];
  return attachments.find((one) => one["InstanceId"] === InstanceId);
}
