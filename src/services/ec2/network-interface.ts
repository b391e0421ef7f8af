import { zoneOf } from "../../aws/regions.ts";
import { tagList } from "../../aws/tags.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { contains, formatIpv4, parseAddress, parseCidr, sizeOf } from "./cidr.ts";
import { invalidParameterValue, ipInUse, malformed, noAddressLeft, notFound } from "./errors.ts";
import { newId } from "./ids.ts";
import { type At, idFor, type Kept, type Kind, save } from "./kind.ts";
import type { GroupIdentifier } from "./security-group.ts";
import type { SubnetRecord } from "./subnet.ts";

/** What an interface is attached to. */
export interface Attachment {
  readonly id: string;
  readonly instanceId?: string;
  readonly instanceOwnerId: string;
  readonly deviceIndex: number;
  readonly atMs: number;
  readonly deleteOnTermination: boolean;
}

export interface NetworkInterfaceRecord extends Kept {
  readonly subnetId: string;
  readonly vpcId: string;
  /** The zone's name. */
  readonly zone: string;
  readonly description: string;
  readonly groups: readonly GroupIdentifier[];
  /** The first is the primary one. */
  readonly addresses: readonly string[];
  readonly macAddress: string;
  readonly interfaceType: EC2.NetworkInterfaceType;
  /** The service that it is of; its users cannot delete it. */
  readonly requesterId?: string;
  readonly attachment?: Attachment | undefined;
  readonly sourceDestCheck: boolean;
  /** The elastic IP address that it has. */
  readonly association?: EC2.NetworkInterfaceAssociation | undefined;
}

export const networkInterfaces: Kind<NetworkInterfaceRecord, EC2.NetworkInterface> = {
  type: "network-interface",
  prefix: "eni",
  collection: defineCollection<NetworkInterfaceRecord>({
    name: "network-interfaces",
    indexes: {
      subnet: ({ subnetId }) => [subnetId],
      instance: ({ attachment }) =>
        attachment?.instanceId === undefined ? undefined : [attachment.instanceId],
    },
  }),
  notFound: notFound("InvalidNetworkInterfaceID.NotFound", "networkInterface"),
  malformed: malformed("InvalidNetworkInterfaceId.Malformed", "eni"),
  describe(eni, { account, region }) {
    const [primary = "", ...secondary] = eni.addresses;
    const dnsName = privateDnsName(primary, region);
    const address = (ip: string, isPrimary: boolean): EC2.NetworkInterfacePrivateIpAddress => ({
      Primary: isPrimary,
      PrivateIpAddress: ip,
      PrivateDnsName: privateDnsName(ip, region),
      ...(isPrimary && eni.association && { Association: eni.association }),
    });
    return {
      NetworkInterfaceId: eni.id,
      SubnetId: eni.subnetId,
      VpcId: eni.vpcId,
      AvailabilityZone: eni.zone,
      AvailabilityZoneId: zoneOf(region, eni.zone)?.id ?? "",
      OwnerId: account,
      Description: eni.description,
      Groups: [...eni.groups],
      InterfaceType: eni.interfaceType,
      MacAddress: eni.macAddress,
      PrivateIpAddress: primary,
      PrivateDnsName: dnsName,
      PrivateIpAddresses: [address(primary, true), ...secondary.map((ip) => address(ip, false))],
      Ipv6Addresses: [],
      ...(eni.requesterId !== undefined && { RequesterId: eni.requesterId }),
      RequesterManaged: eni.requesterId !== undefined,
      SourceDestCheck: eni.sourceDestCheck,
      Status: eni.attachment ? "in-use" : "available",
      ...(eni.attachment && { Attachment: describeAttachment(eni.attachment) }),
      ...(eni.association && { Association: eni.association }),
      TagSet: tagList(eni.tags),
    };
  },
  filters: {
    "addresses.association.public-ip": "PrivateIpAddresses.Association.PublicIp",
    "addresses.primary": "PrivateIpAddresses.Primary",
    "addresses.private-ip-address": "PrivateIpAddresses.PrivateIpAddress",
    "association.allocation-id": "Association.AllocationId",
    "association.association-id": "Association.AssociationId",
    "association.public-ip": "Association.PublicIp",
    "attachment.attachment-id": "Attachment.AttachmentId",
    "attachment.device-index": "Attachment.DeviceIndex",
    "attachment.instance-id": "Attachment.InstanceId",
    "attachment.instance-owner-id": "Attachment.InstanceOwnerId",
    "attachment.status": "Attachment.Status",
    "availability-zone": "AvailabilityZone",
    "availability-zone-id": "AvailabilityZoneId",
    description: "Description",
    "group-id": "Groups.GroupId",
    "group-name": "Groups.GroupName",
    "interface-type": "InterfaceType",
    "mac-address": "MacAddress",
    "network-interface-id": "NetworkInterfaceId",
    "owner-id": "OwnerId",
    "private-dns-name": "PrivateDnsName",
    "private-ip-address": "PrivateIpAddress",
    "requester-id": "RequesterId",
    "requester-managed": "RequesterManaged",
    "source-dest-check": "SourceDestCheck",
    status: "Status",
    "subnet-id": "SubnetId",
    "vpc-id": "VpcId",
  },
};

export const describeAttachment = (attachment: Attachment): EC2.NetworkInterfaceAttachment => ({
  AttachmentId: attachment.id,
  AttachTime: new Date(attachment.atMs),
  DeleteOnTermination: attachment.deleteOnTermination,
  DeviceIndex: attachment.deviceIndex,
  NetworkCardIndex: 0,
  InstanceOwnerId: attachment.instanceOwnerId,
  ...(attachment.instanceId !== undefined && { InstanceId: attachment.instanceId }),
  Status: "attached",
});

/** `ip-10-0-0-5.ec2.internal` */
export const privateDnsName = (ip: string, region: string): string =>
  `ip-${ip.replaceAll(".", "-")}.${region === "us-east-1" ? "ec2" : `${region}.compute`}.internal`;

/** What an interface is made with. */
export interface InterfaceWish {
  readonly description?: string;
  readonly groups: readonly GroupIdentifier[];
  readonly interfaceType?: EC2.NetworkInterfaceType;
  readonly requesterId?: string;
  /** Addresses that it is to have; default: the first that is free. */
  readonly addresses?: readonly string[];
  /** How many free addresses beside them. */
  readonly more?: number;
  readonly attachment?: Omit<Attachment, "atMs" | "id">;
  readonly tags?: Kept["tags"];
}

/** What an interface of AWS's own is attached to. */
export const ATTACHED_BY_AWS: NonNullable<InterfaceWish["attachment"]> = {
  instanceOwnerId: "amazon-aws",
  deviceIndex: 1,
  deleteOnTermination: false,
};

/** The interfaces in a subnet, however many there are in others. */
export const interfacesIn = (subnetId: string, { store }: At): Iterable<NetworkInterfaceRecord> =>
  store
    .collection(networkInterfaces.collection)
    .by("subnet")
    .values({ prefix: [subnetId] });

/** The interfaces that an instance has, the primary one first. */
export const interfacesOf = (instanceId: string, { store }: At): NetworkInterfaceRecord[] =>
  [
    ...store
      .collection(networkInterfaces.collection)
      .by("instance")
      .values({ prefix: [instanceId] }),
  ].sort((a, b) => (a.attachment?.deviceIndex ?? 0) - (b.attachment?.deviceIndex ?? 0));

/** Makes an interface in a subnet. @throws InvalidIPAddress.InUse, InsufficientFreeAddressesInSubnet */
export function makeInterface(
  subnet: SubnetRecord,
  wish: InterfaceWish,
  ctx: Context,
): NetworkInterfaceRecord {
  const { attachment } = wish;
  return save(
    networkInterfaces,
    {
      id: idFor(networkInterfaces, ctx),
      tags: wish.tags ?? {},
      subnetId: subnet.id,
      vpcId: subnet.vpcId,
      zone: subnet.zone,
      description: wish.description ?? "",
      groups: wish.groups,
      addresses: takeAddresses(subnet, wish.addresses ?? [], wish.more ?? 0, ctx),
      macAddress: `02:${[0, 1, 2, 3, 4].map(() => ctx.random.hex(2)).join(":")}`,
      interfaceType: wish.interfaceType ?? "interface",
      ...(wish.requesterId !== undefined && { requesterId: wish.requesterId }),
      ...(attachment && {
        attachment: {
          ...attachment,
          id: newId("ela-attach", ctx.random),
          atMs: ctx.clock.now(),
        },
      }),
      sourceDestCheck: true,
    },
    ctx,
  );
}

/** The addresses asked for and as many free ones; without any, one. */
export function takeAddresses(
  { id, cidr }: Pick<SubnetRecord, "id" | "cidr">,
  asked: readonly string[],
  more: number,
  at: At,
): string[] {
  const block = parseCidr(cidr);
  if (block === undefined) return [...asked];
  const taken = new Set<string>();
  for (const { addresses } of interfacesIn(id, at)) for (const ip of addresses) taken.add(ip);
  for (const ip of asked) {
    const address = parseAddress(ip);
    if (address === undefined || !contains(block, address))
      throw invalidParameterValue(`Address does not fall within the subnet's address range`);
    if (taken.has(ip)) throw ipInUse(ip);
    taken.add(ip);
  }
  const found: string[] = [...asked];
  const wanted = asked.length + more || 1;
  // The first four and the last are AWS's.
  for (let at = 4n; found.length < wanted && at < sizeOf(block) - 1n; at++) {
    const ip = formatIpv4(block.first + at);
    if (!taken.has(ip)) found.push(ip);
  }
  if (found.length < wanted) throw noAddressLeft(id);
  return found;
}
