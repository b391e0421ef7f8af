import type { Context, Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { addresses } from "./address.ts";
import { dissociateAddress } from "./addresses.ts";
import { describePage } from "./describing.ts";
import {
  attachmentNotFound,
  interfaceInUse,
  interfaceIsManaged,
  invalidParameterCombination,
  missingParameter,
} from "./errors.ts";
import { once } from "./idempotency.ts";
import { newId } from "./ids.ts";
import { all, find, remove, save } from "./kind.ts";
import {
  ATTACHED_BY_AWS,
  describeAttachment,
  makeInterface,
  type NetworkInterfaceRecord,
  networkInterfaces,
  takeAddresses,
} from "./network-interface.ts";
import { groupsFor, groupsInVpc } from "./security-group.ts";
import { subnets } from "./subnet.ts";
import { tagsFor } from "./tag-specifications.ts";

/** Services that make interfaces of a type of their own. */
const MANAGED: Readonly<Record<string, EC2.NetworkInterfaceType>> = {
  "lambda.amazonaws.com": "lambda",
  "ecs.amazonaws.com": "interface",
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html and its neighbours */
export const networkInterfaceOperations: Handlers<EC2.Operations> = {
  CreateNetworkInterface(input, ctx) {
    const eni = once(networkInterfaces, input, ctx, () => {
      const subnet = find(subnets, input.SubnetId, ctx);
      const wanted = [...(input.PrivateIpAddresses ?? [])].sort(
        (a, b) => Number(b.Primary) - Number(a.Primary),
      );
      const asked = wanted.map(({ PrivateIpAddress }) => String(PrivateIpAddress));
      const primary = input.PrivateIpAddress ?? asked[0];
      const secondary = input.SecondaryPrivateIpAddressCount ?? 0;
      return makeInterface(
        subnet,
        {
          ...(input.Description !== undefined && { description: input.Description }),
          groups: groupsFor(input.Groups, subnet.vpcId, ctx, subnet.id),
          addresses: primary === undefined ? [] : [...new Set([primary, ...asked])],
          more: primary === undefined ? secondary + 1 : secondary,
          tags: tagsFor("network-interface", input.TagSpecifications),
          ...managedBy(ctx),
        },
        ctx,
      );
    });
    return {
      NetworkInterface: {
        ...networkInterfaces.describe(eni, ctx),
        Status: eni.attachment ? "in-use" : "pending",
      },
      ClientToken: input.ClientToken,
    };
  },

  DescribeNetworkInterfaces(input, ctx) {
    const { items, nextToken } = describePage(networkInterfaces, input.NetworkInterfaceIds, input, ctx);
    return { NetworkInterfaces: items, NextToken: nextToken };
  },

  DeleteNetworkInterface({ NetworkInterfaceId }, ctx) {
    const eni = find(networkInterfaces, NetworkInterfaceId, ctx);
    const isOwner = managedBy(ctx).requesterId !== undefined;
    if (eni.requesterId !== undefined && !isOwner) throw interfaceIsManaged(NetworkInterfaceId);
    if (eni.attachment && !isOwner) throw interfaceInUse(NetworkInterfaceId);
    const address = all(addresses, ctx).find(({ interfaceId }) => interfaceId === NetworkInterfaceId);
    if (address) dissociateAddress(address, ctx);
    remove(networkInterfaces, eni, ctx);
    return {};
  },

  DescribeNetworkInterfaceAttribute({ NetworkInterfaceId, Attribute }, ctx) {
    const eni = find(networkInterfaces, NetworkInterfaceId, ctx);
    switch (Attribute) {
      case "description":
        return { NetworkInterfaceId, Description: { Value: eni.description } };
      case "groupSet":
        return { NetworkInterfaceId, Groups: [...eni.groups] };
      case "sourceDestCheck":
        return { NetworkInterfaceId, SourceDestCheck: { Value: eni.sourceDestCheck } };
      case "attachment":
        return {
          NetworkInterfaceId,
          ...(eni.attachment && { Attachment: describeAttachment(eni.attachment) }),
        };
      case undefined:
        throw missingParameter("attribute");
      default:
        return { NetworkInterfaceId };
    }
  },

  ModifyNetworkInterfaceAttribute(input, ctx) {
    const eni = own(find(networkInterfaces, input.NetworkInterfaceId, ctx));
    const { Description, SourceDestCheck, Groups, Attachment } = input;
    const given = [Description, SourceDestCheck, Groups?.length ? Groups : undefined, Attachment].filter(
      Boolean,
    );
    if (given.length > 1) throw invalidParameterCombination("Fields for multiple attribute types specified");
    const { attachment } = eni;
    save(
      networkInterfaces,
      {
        ...eni,
        description: Description?.Value ?? eni.description,
        sourceDestCheck: SourceDestCheck?.Value ?? eni.sourceDestCheck,
        groups: Groups?.length ? groupsInVpc(Groups, eni.vpcId, ctx) : eni.groups,
        ...(attachment &&
          Attachment?.DeleteOnTermination !== undefined && {
            attachment: { ...attachment, deleteOnTermination: Attachment.DeleteOnTermination },
          }),
      },
      ctx,
    );
    return {};
  },

  ResetNetworkInterfaceAttribute({ NetworkInterfaceId }, ctx) {
    save(
      networkInterfaces,
      { ...own(find(networkInterfaces, NetworkInterfaceId, ctx)), sourceDestCheck: true },
      ctx,
    );
    return {};
  },

  AttachNetworkInterface({ NetworkInterfaceId, InstanceId, DeviceIndex }, ctx) {
    const eni = own(find(networkInterfaces, NetworkInterfaceId, ctx));
    if (eni.attachment) throw interfaceInUse(NetworkInterfaceId);
    const attachment = {
      id: newId("eni-attach", ctx.random),
      instanceId: InstanceId,
      instanceOwnerId: ctx.account,
      deviceIndex: DeviceIndex,
      atMs: ctx.clock.now(),
      deleteOnTermination: false,
    };
    save(networkInterfaces, { ...eni, attachment }, ctx);
    return { AttachmentId: attachment.id, NetworkCardIndex: 0 };
  },

  DetachNetworkInterface({ AttachmentId }, ctx) {
    const eni = all(networkInterfaces, ctx).find(({ attachment }) => attachment?.id === AttachmentId);
    if (eni === undefined) throw attachmentNotFound(AttachmentId);
    save(networkInterfaces, { ...own(eni), attachment: undefined }, ctx);
    return {};
  },

  AssignPrivateIpAddresses(input, ctx) {
    const eni = find(networkInterfaces, input.NetworkInterfaceId, ctx);
    const subnet = find(subnets, eni.subnetId, ctx);
    const { PrivateIpAddresses = [], SecondaryPrivateIpAddressCount = 0 } = input;
    const asked = PrivateIpAddresses.filter((ip) => !eni.addresses.includes(ip));
    const added = takeAddresses(subnet, asked, SecondaryPrivateIpAddressCount, ctx);
    save(networkInterfaces, { ...eni, addresses: [...eni.addresses, ...added] }, ctx);
    return {
      NetworkInterfaceId: eni.id,
      AssignedPrivateIpAddresses: added.map((PrivateIpAddress) => ({ PrivateIpAddress })),
    };
  },

  UnassignPrivateIpAddresses({ NetworkInterfaceId, PrivateIpAddresses = [] }, ctx) {
    const eni = find(networkInterfaces, NetworkInterfaceId, ctx);
    const [primary, ...secondary] = eni.addresses;
    const kept = secondary.filter((ip) => !PrivateIpAddresses.includes(ip));
    save(
      networkInterfaces,
      { ...eni, addresses: [...(primary === undefined ? [] : [primary]), ...kept] },
      ctx,
    );
    return {};
  },
};

function own(eni: NetworkInterfaceRecord): NetworkInterfaceRecord {
  if (eni.requesterId !== undefined) throw interfaceIsManaged(eni.id);
  return eni;
}

/** What an interface has that a service makes for itself: its users can look at it, and no more. */
function managedBy({ caller }: Context) {
  const service = /(?:^|[/:])([a-z0-9-]+\.amazonaws\.com)(?:$|\/)/.exec(caller.arn)?.[1] ?? "";
  const interfaceType = MANAGED[service];
  if (interfaceType === undefined) return {};
  return {
    interfaceType,
    requesterId: service,
    attachment: ATTACHED_BY_AWS,
  };
}
