import type { Context, Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { type AddressRecord, addresses } from "./address.ts";
import { describePage, pageBy } from "./describing.ts";
import {
  addressInUse,
  addressLimitExceeded,
  addressNotFound,
  associationNotFound,
  invalidParameterCombination,
  missingParameter,
  resourceAlreadyAssociated,
} from "./errors.ts";
import { newId } from "./ids.ts";
import { all, find, idFor, look, remove, save } from "./kind.ts";
import { type NetworkInterfaceRecord, networkInterfaces } from "./network-interface.ts";
import { tagsFor } from "./tag-specifications.ts";

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html: five, which AWS raises for the asking; here nobody has to ask. */
const MOST_ADDRESSES = 5000;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html and its neighbours */
export const addressOperations: Handlers<EC2.Operations> = {
  AllocateAddress({ TagSpecifications, Address }, ctx) {
    const tags = tagsFor("elastic-ip", TagSpecifications);
    const there = all(addresses, ctx);
    if (there.length >= MOST_ADDRESSES) throw addressLimitExceeded();
    const publicIp = Address ?? freePublicIp(there, ctx);
    const address = save(addresses, { id: idFor(addresses, ctx), tags, publicIp }, ctx);
    return {
      AllocationId: address.id,
      PublicIp: publicIp,
      PublicIpv4Pool: "amazon",
      NetworkBorderGroup: ctx.region,
      Domain: "vpc",
    };
  },

  DescribeAddresses(input, ctx) {
    const { PublicIps = [] } = input;
    const there = all(addresses, ctx);
    const unknown = PublicIps.find((ip) => !there.some(({ publicIp }) => publicIp === ip));
    if (unknown !== undefined) throw addressNotFound(unknown);
    const { items } = describePage(
      addresses,
      input.AllocationIds,
      { Filters: input.Filters },
      ctx,
      ({ publicIp }) => PublicIps.length === 0 || PublicIps.includes(publicIp),
    );
    return { Addresses: items };
  },

  DescribeAddressesAttribute({ AllocationIds, ...asked }, ctx) {
    const named = AllocationIds?.length
      ? AllocationIds.map((id) => find(addresses, id, ctx))
      : all(addresses, ctx);
    // Nobody has asked for a name of its own for an address.
    const { items, nextToken } = pageBy(named, ({ id }) => id, asked, AllocationIds);
    return {
      Addresses: items.map(({ id, publicIp }) => ({ AllocationId: id, PublicIp: publicIp })),
      NextToken: nextToken,
    };
  },

  AssociateAddress(input, ctx) {
    const address = named(input, ctx);
    const { NetworkInterfaceId, InstanceId } = input;
    if (NetworkInterfaceId === undefined && InstanceId === undefined)
      throw missingParameter("networkInterfaceId");
    const eni =
      NetworkInterfaceId !== undefined
        ? find(networkInterfaces, NetworkInterfaceId, ctx)
        : all(networkInterfaces, ctx).find(({ attachment }) => attachment?.instanceId === InstanceId);
    if (address.associationId !== undefined && input.AllowReassociation === false)
      throw resourceAlreadyAssociated(
        `resource ${address.id} is already associated with associate-id ${address.associationId}`,
      );
    dissociateAddress(address, ctx);
    return { AssociationId: associateAddress(address, eni, { ...input }, ctx) };
  },

  DisassociateAddress({ AssociationId, PublicIp }, ctx) {
    const address = all(addresses, ctx).find(({ associationId, publicIp }) =>
      AssociationId === undefined ? publicIp === PublicIp : associationId === AssociationId,
    );
    if (address === undefined)
      throw AssociationId === undefined
        ? addressNotFound(String(PublicIp))
        : associationNotFound(AssociationId);
    dissociateAddress(address, ctx);
    return {};
  },

  ReleaseAddress(input, ctx) {
    const address = named(input, ctx);
    if (address.associationId !== undefined) throw addressInUse(address.publicIp);
    remove(addresses, address, ctx);
    return {};
  },
};

function named(
  { AllocationId, PublicIp }: { readonly AllocationId?: string; readonly PublicIp?: string },
  ctx: Context,
): AddressRecord {
  if (AllocationId !== undefined && PublicIp !== undefined)
    throw invalidParameterCombination(
      "You may specify public IP or allocation id, but not both in the same call",
    );
  if (AllocationId !== undefined) return find(addresses, AllocationId, ctx);
  const address = all(addresses, ctx).find(({ publicIp }) => publicIp === PublicIp);
  if (PublicIp === undefined) throw missingParameter("allocationId");
  if (address === undefined) throw addressNotFound(PublicIp);
  return address;
}

/** Gives an address to an interface. @returns the association's id */
export function associateAddress(
  address: AddressRecord,
  eni: NetworkInterfaceRecord | undefined,
  { InstanceId, PrivateIpAddress }: { readonly InstanceId?: string; readonly PrivateIpAddress?: string },
  ctx: Context,
): string {
  const associationId = newId("eipassoc", ctx.random);
  save(
    addresses,
    {
      ...address,
      associationId,
      interfaceId: eni?.id,
      privateIp: PrivateIpAddress ?? eni?.addresses[0],
      instanceId: InstanceId ?? eni?.attachment?.instanceId,
    },
    ctx,
  );
  if (eni) {
    const association = {
      AllocationId: address.id,
      AssociationId: associationId,
      IpOwnerId: ctx.account,
      PublicIp: address.publicIp,
      PublicDnsName: "",
    };
    save(networkInterfaces, { ...eni, association }, ctx);
  }
  return associationId;
}

/** Takes an address from what has it. */
export function dissociateAddress(address: AddressRecord, ctx: Context): void {
  const eni = look(networkInterfaces, address.interfaceId, ctx);
  if (eni) save(networkInterfaces, { ...eni, association: undefined }, ctx);
  const { id, tags, publicIp } = address;
  save(addresses, { id, tags, publicIp }, ctx);
}

/** Of the block that is for measurements, and reaches nobody: https://www.rfc-editor.org/rfc/rfc2544 (198.18.0.0/15) */
function freePublicIp(there: readonly AddressRecord[], { random }: Context): string {
  for (;;) {
    const ip = `198.${18 + random.integer(2)}.${random.integer(256)}.${1 + random.integer(254)}`;
    if (!there.some(({ publicIp }) => publicIp === ip)) return ip;
  }
}
