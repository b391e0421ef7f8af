import { isSame } from "../mapping/changes.ts";
import { call, ec2Type } from "../mapping/ec2.ts";
import type { ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const MODIFIABLE = ["Iops", "MultiAttachEnabled", "Size", "Throughput", "VolumeType"];

async function settle(VolumeId: string, before: Values, after: Values, at: ResourceContext): Promise<void> {
  const isNew = Object.keys(before).length === 0;
  const changed = (name: string) => after[name] !== undefined && !isSame(before[name], after[name]);
  if (changed("AutoEnableIO"))
    await call(at, "ModifyVolumeAttribute", { VolumeId, AutoEnableIO: { Value: after["AutoEnableIO"] } });
  const names = isNew ? [] : MODIFIABLE.filter(changed);
  if (names.length > 0)
    await call(at, "ModifyVolume", {
      VolumeId,
      ...Object.fromEntries(names.map((name) => [name, after[name]])),
    });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-volume.html */
export default ec2Type({
  type: "AWS::EC2::Volume",
  replacedBy: [],
  create: "CreateVolume",
  delete: "DeleteVolume",
  made: [undefined, "VolumeId"],
  described: ["DescribeVolumes", "VolumeIds", "Volumes"],
  settle,
});
