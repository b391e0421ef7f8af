import { tagList } from "../../aws/tags.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { malformed, notFound } from "./errors.ts";
import type { Kept, Kind } from "./kind.ts";

/** An elastic IP address. */
export interface AddressRecord extends Kept {
  readonly publicIp: string;
  readonly associationId?: string | undefined;
  readonly interfaceId?: string | undefined;
  readonly privateIp?: string | undefined;
  readonly instanceId?: string | undefined;
}

export const addresses: Kind<AddressRecord, EC2.Address> = {
  type: "elastic-ip",
  prefix: "eipalloc",
  collection: defineCollection<AddressRecord>({ name: "addresses" }),
  notFound: notFound("InvalidAllocationID.NotFound", "allocation"),
  malformed: malformed("InvalidAllocationID.Malformed", "eipalloc"),
  describe: (
    { id, tags, publicIp, associationId, interfaceId, privateIp, instanceId },
    { account, region },
  ) => ({
    AllocationId: id,
    PublicIp: publicIp,
    Domain: "vpc",
    PublicIpv4Pool: "amazon",
    NetworkBorderGroup: region,
    ...(associationId !== undefined && { AssociationId: associationId }),
    ...(interfaceId !== undefined && { NetworkInterfaceId: interfaceId, NetworkInterfaceOwnerId: account }),
    ...(privateIp !== undefined && { PrivateIpAddress: privateIp }),
    ...(instanceId !== undefined && { InstanceId: instanceId }),
    Tags: tagList(tags),
  }),
  filters: {
    "allocation-id": "AllocationId",
    "association-id": "AssociationId",
    domain: "Domain",
    "instance-id": "InstanceId",
    "network-border-group": "NetworkBorderGroup",
    "network-interface-id": "NetworkInterfaceId",
    "network-interface-owner-id": "NetworkInterfaceOwnerId",
    "private-ip-address": "PrivateIpAddress",
    "public-ip": "PublicIp",
  },
};
