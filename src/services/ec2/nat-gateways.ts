import type { Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { addresses } from "./address.ts";
import { associateAddress, dissociateAddress } from "./addresses.ts";
import { describePage } from "./describing.ts";
import { missingParameter, resourceAlreadyAssociated } from "./errors.ts";
import { once } from "./idempotency.ts";
import { find, idFor, look, remove, save } from "./kind.ts";
import { natGateways } from "./nat-gateway.ts";
import { ATTACHED_BY_AWS, makeInterface, networkInterfaces } from "./network-interface.ts";
import { subnets } from "./subnet.ts";
import { tagsFor } from "./tag-specifications.ts";

/** NAT gateways, as far as their state goes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html and its neighbours */
export const natGatewayOperations: Handlers<EC2.Operations> = {
  CreateNatGateway(input, ctx) {
    const gateway = once(natGateways, input, ctx, () => {
      if (input.SubnetId === undefined) throw missingParameter("subnetId");
      const subnet = find(subnets, input.SubnetId, ctx);
      const tags = tagsFor("natgateway", input.TagSpecifications);
      const isPublic = (input.ConnectivityType ?? "public") === "public";
      if (isPublic && input.AllocationId === undefined) throw missingParameter("allocationId");
      const address = isPublic ? find(addresses, String(input.AllocationId), ctx) : undefined;
      if (address?.associationId !== undefined)
        throw resourceAlreadyAssociated(
          `Elastic IP address [${address.id}] is already associated with another resource`,
        );
      const id = idFor(natGateways, ctx);
      const eni = makeInterface(
        subnet,
        {
          description: `Interface for NAT Gateway ${id}`,
          groups: [],
          interfaceType: "natGateway",
          requesterId: "amazon-aws",
          ...(input.PrivateIpAddress !== undefined && { addresses: [input.PrivateIpAddress] }),
          attachment: ATTACHED_BY_AWS,
        },
        ctx,
      );
      const associationId = address && associateAddress(address, eni, {}, ctx);
      return save(
        natGateways,
        {
          id,
          tags,
          vpcId: subnet.vpcId,
          subnetId: subnet.id,
          connectivityType: input.ConnectivityType ?? "public",
          addresses: [
            {
              NetworkInterfaceId: eni.id,
              PrivateIp: eni.addresses[0] ?? "",
              IsPrimary: true,
              Status: "succeeded",
              ...(address && { AllocationId: address.id, PublicIp: address.publicIp }),
              ...(associationId !== undefined && { AssociationId: associationId }),
            },
          ],
          createdAtMs: ctx.clock.now(),
        },
        ctx,
      );
    });
    return {
      NatGateway: { ...natGateways.describe(gateway, ctx), State: "pending" },
      ClientToken: input.ClientToken,
    };
  },

  DescribeNatGateways({ Filter, ...input }, ctx) {
    const asked = { ...input, ...(Filter && { Filters: Filter }) };
    const { items, nextToken } = describePage(natGateways, input.NatGatewayIds, asked, ctx);
    return { NatGateways: items, NextToken: nextToken };
  },

  DeleteNatGateway({ NatGatewayId }, ctx) {
    const gateway = find(natGateways, NatGatewayId, ctx);
    for (const { NetworkInterfaceId, AllocationId } of gateway.addresses) {
      const address = look(addresses, AllocationId, ctx);
      if (address) dissociateAddress(address, ctx);
      const eni = look(networkInterfaces, NetworkInterfaceId, ctx);
      if (eni) remove(networkInterfaces, eni, ctx);
    }
    remove(natGateways, gateway, ctx);
    return { NatGatewayId };
  },
};
