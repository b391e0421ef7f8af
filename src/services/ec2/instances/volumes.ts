import { zonesOf } from "../../../aws/regions.ts";
import type { Handlers } from "../../../core/service.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";
import { describePage } from "../describing.ts";
import {
  deviceInUse,
  incorrectState,
  missingParameter,
  noSuchZone,
  volumeInUse,
  volumeZoneMismatch,
} from "../errors.ts";
import { once } from "../idempotency.ts";
import { find, idFor, remove, save } from "../kind.ts";
import { tagsFor } from "../tag-specifications.ts";
import { instances } from "./instance.ts";
import type { Hypervisor } from "./running/hypervisor.ts";
import { attachmentOf, volumeFields, volumes } from "./volume.ts";

/** Volumes, as records: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html and its neighbours */
export const volumeOperations = (hypervisor: Hypervisor): Handlers<EC2.Operations> => ({
  CreateVolume(input, ctx) {
    const volume = once(volumes, input, ctx, () => {
      const asked = input.AvailabilityZone ?? input.AvailabilityZoneId;
      if (asked === undefined) throw missingParameter("AvailabilityZone");
      const zone = zonesOf(ctx.region).find(({ name, id }) => name === asked || id === asked);
      if (!zone) throw noSuchZone(asked);
      if (input.Size === undefined && input.SnapshotId === undefined) throw missingParameter("size/snapshot");
      return save(
        volumes,
        {
          id: idFor(volumes, ctx),
          tags: tagsFor("volume", input.TagSpecifications),
          zone: zone.name,
          ...volumeFields({ ...input, VolumeType: input.VolumeType ?? "gp2" }),
          createdMs: ctx.clock.now(),
        },
        ctx,
      );
    });
    return { ...volumes.describe(volume, ctx), State: "creating" };
  },

  DescribeVolumes(input, ctx) {
    const { items, nextToken } = describePage(volumes, input.VolumeIds, input, ctx);
    return { Volumes: items, NextToken: nextToken };
  },

  DeleteVolume({ VolumeId }, ctx) {
    const volume = find(volumes, VolumeId, ctx);
    const attached = attachmentOf(VolumeId, ctx);
    if (attached) throw volumeInUse(VolumeId, attached.instance.id);
    remove(volumes, volume, ctx);
    return {};
  },

  AttachVolume({ VolumeId, InstanceId, Device }, ctx) {
    const volume = find(volumes, VolumeId, ctx);
    const instance = find(instances, InstanceId, ctx);
    const attached = attachmentOf(VolumeId, ctx);
    if (attached) throw volumeInUse(VolumeId, attached.instance.id);
    if (volume.zone !== instance.zone) throw volumeZoneMismatch(VolumeId, InstanceId);
    if (instance.devices.some(({ device }) => device === Device)) throw deviceInUse(Device);
    const device = {
      device: Device,
      volumeId: VolumeId,
      deleteOnTermination: false,
      attachedMs: ctx.clock.now(),
    };
    save(instances, { ...instance, devices: [...instance.devices, device] }, ctx);
    hypervisor.lookForFaults();
    return {
      VolumeId,
      InstanceId,
      Device,
      State: "attaching",
      AttachTime: new Date(device.attachedMs),
      DeleteOnTermination: false,
    };
  },

  DetachVolume({ VolumeId, InstanceId }, ctx) {
    find(volumes, VolumeId, ctx);
    const attached = attachmentOf(VolumeId, ctx);
    if (!attached || (InstanceId !== undefined && attached.instance.id !== InstanceId))
      throw incorrectState(`Volume '${VolumeId}' is in the 'available' state.`);
    const { instance, device } = attached;
    save(instances, { ...instance, devices: instance.devices.filter((one) => one !== device) }, ctx);
    return {
      VolumeId,
      InstanceId: instance.id,
      Device: device.device,
      State: "detaching",
      AttachTime: new Date(device.attachedMs),
      DeleteOnTermination: device.deleteOnTermination,
    };
  },
});
