import { zoneOf } from "../../../aws/regions.ts";
import { tagList } from "../../../aws/tags.ts";
import { makeArn } from "../../../core/arn.ts";
import { defineCollection } from "../../../core/storage.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";
import { malformed, volumeNotFound } from "../errors.ts";
import { type At, among, type Kept, type Kind } from "../kind.ts";
import { instances } from "./instance.ts";

/** A volume, as a record: what is attached to an instance is its scratch folder, whatever its size. */
export interface VolumeRecord extends Kept {
  readonly zone: string;
  readonly sizeGiB: number;
  readonly volumeType: EC2.VolumeType;
  readonly iops?: number;
  readonly throughput?: number;
  readonly isEncrypted: boolean;
  readonly kmsKeyId?: string;
  readonly snapshotId: string;
  readonly createdMs: number;
}

export const volumeArn = (id: string, { account, region }: Pick<At, "account" | "region">): string =>
  makeArn("ec2", region, account, `volume/${id}`);

/** Which instance has a volume, and as which device. */
export function attachmentOf(volumeId: string, at: At) {
  const [instance] = among(instances, at, ({ devices }) => devices.some((one) => one.volumeId === volumeId));
  const device = instance?.devices.find((one) => one.volumeId === volumeId);
  return instance && device ? { instance, device } : undefined;
}

export const volumes: Kind<VolumeRecord, EC2.Volume> = {
  type: "volume",
  prefix: "vol",
  collection: defineCollection<VolumeRecord>({ name: "volumes" }),
  notFound: volumeNotFound,
  malformed: malformed("InvalidParameterValue", "vol"),
  describe(volume, at) {
    const attached = attachmentOf(volume.id, at);
    return {
      VolumeId: volume.id,
      Size: volume.sizeGiB,
      SnapshotId: volume.snapshotId,
      AvailabilityZone: volume.zone,
      AvailabilityZoneId: zoneOf(at.region, volume.zone)?.id ?? "",
      State: attached ? "in-use" : "available",
      CreateTime: new Date(volume.createdMs),
      VolumeType: volume.volumeType,
      ...(volume.iops !== undefined && { Iops: volume.iops }),
      ...(volume.throughput !== undefined && { Throughput: volume.throughput }),
      Encrypted: volume.isEncrypted,
      ...(volume.kmsKeyId !== undefined && { KmsKeyId: volume.kmsKeyId }),
      MultiAttachEnabled: false,
      Attachments: attached
        ? [
            {
              VolumeId: volume.id,
              InstanceId: attached.instance.id,
              Device: attached.device.device,
              State: "attached",
              AttachTime: new Date(attached.device.attachedMs),
              DeleteOnTermination: attached.device.deleteOnTermination,
            },
          ]
        : [],
      Operator: { Managed: false },
      Tags: tagList(volume.tags),
    };
  },
  filters: {
    "attachment.attach-time": ({ Attachments = [] }) =>
      Attachments.map(({ AttachTime }) => AttachTime?.toISOString()),
    "attachment.delete-on-termination": "Attachments.DeleteOnTermination",
    "attachment.device": "Attachments.Device",
    "attachment.instance-id": "Attachments.InstanceId",
    "attachment.status": "Attachments.State",
    "availability-zone": "AvailabilityZone",
    "availability-zone-id": "AvailabilityZoneId",
    "create-time": ({ CreateTime }) => CreateTime?.toISOString(),
    encrypted: "Encrypted",
    "multi-attach-enabled": "MultiAttachEnabled",
    size: "Size",
    "snapshot-id": "SnapshotId",
    status: "State",
    "volume-id": "VolumeId",
    "volume-type": "VolumeType",
  },
};

const DEFAULT_SIZE_GIB = 8;

/** What a new volume is, of what is said of it. */
export function volumeFields(
  asked: EC2.EbsBlockDevice & { readonly Size?: number },
): Pick<
  VolumeRecord,
  "sizeGiB" | "volumeType" | "iops" | "throughput" | "isEncrypted" | "kmsKeyId" | "snapshotId"
> {
  const volumeType = asked.VolumeType ?? "gp3";
  const sizeGiB = asked.VolumeSize ?? asked.Size ?? DEFAULT_SIZE_GIB;
  const iops = asked.Iops ?? defaultIops(volumeType, sizeGiB);
  const throughput = asked.Throughput ?? (volumeType === "gp3" ? 125 : undefined);
  return {
    sizeGiB,
    volumeType,
    ...(iops !== undefined && { iops }),
    ...(throughput !== undefined && { throughput }),
    isEncrypted: asked.Encrypted ?? false,
    ...(asked.KmsKeyId !== undefined && { kmsKeyId: asked.KmsKeyId }),
    snapshotId: asked.SnapshotId ?? "",
  };
}

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
function defaultIops(type: EC2.VolumeType, sizeGiB: number): number | undefined {
  if (type === "gp3") return 3000;
  if (type === "gp2") return Math.min(16_000, Math.max(100, 3 * sizeGiB));
  return undefined;
}
