import type { Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { addresses } from "./address.ts";
import { describePage } from "./describing.ts";
import {
  gatewayNotAttached,
  hasDependencies,
  hasMappedAddresses,
  resourceAlreadyAssociated,
} from "./errors.ts";
import { once } from "./idempotency.ts";
import { egressOnlyGateways, internetGateways } from "./internet-gateway.ts";
import { all, find, has, idFor, look, remove, save } from "./kind.ts";
import { networkInterfaces } from "./network-interface.ts";
import { tagsFor } from "./tag-specifications.ts";
import { vpcs } from "./vpc.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html and its neighbours */
export const internetGatewayOperations: Handlers<EC2.Operations> = {
  CreateInternetGateway({ TagSpecifications }, ctx) {
    const tags = tagsFor("internet-gateway", TagSpecifications);
    const gateway = save(internetGateways, { id: idFor(internetGateways, ctx), tags }, ctx);
    return { InternetGateway: internetGateways.describe(gateway, ctx) };
  },

  DescribeInternetGateways(input, ctx) {
    const { items, nextToken } = describePage(internetGateways, input.InternetGatewayIds, input, ctx);
    return { InternetGateways: items, NextToken: nextToken };
  },

  AttachInternetGateway({ InternetGatewayId, VpcId }, ctx) {
    const gateway = find(internetGateways, InternetGatewayId, ctx);
    const vpc = find(vpcs, VpcId, ctx);
    if (gateway.vpcId !== undefined)
      throw resourceAlreadyAssociated(
        `resource ${gateway.id} is already attached to network ${gateway.vpcId}`,
      );
    const other = all(internetGateways, ctx).find(({ vpcId }) => vpcId === vpc.id);
    if (other) throw resourceAlreadyAssociated(`Network ${vpc.id} already has an internet gateway attached`);
    save(internetGateways, { ...gateway, vpcId: vpc.id }, ctx);
    return {};
  },

  DetachInternetGateway({ InternetGatewayId, VpcId }, ctx) {
    const gateway = find(internetGateways, InternetGatewayId, ctx);
    find(vpcs, VpcId, ctx);
    if (gateway.vpcId !== VpcId) throw gatewayNotAttached(InternetGatewayId, VpcId);
    const isMapped = (interfaceId: string | undefined) =>
      look(networkInterfaces, interfaceId, ctx)?.vpcId === VpcId;
    if (has(addresses, ctx, ({ interfaceId }) => isMapped(interfaceId))) throw hasMappedAddresses(VpcId);
    save(internetGateways, { ...gateway, vpcId: undefined }, ctx);
    return {};
  },

  DeleteInternetGateway({ InternetGatewayId }, ctx) {
    const gateway = find(internetGateways, InternetGatewayId, ctx);
    if (gateway.vpcId !== undefined) throw hasDependencies("internetGateway", InternetGatewayId);
    remove(internetGateways, gateway, ctx);
    return {};
  },

  CreateEgressOnlyInternetGateway(input, ctx) {
    const gateway = once(egressOnlyGateways, input, ctx, () =>
      save(
        egressOnlyGateways,
        {
          id: idFor(egressOnlyGateways, ctx),
          tags: tagsFor("egress-only-internet-gateway", input.TagSpecifications),
          vpcId: find(vpcs, input.VpcId, ctx).id,
        },
        ctx,
      ),
    );
    return {
      EgressOnlyInternetGateway: egressOnlyGateways.describe(gateway, ctx),
      ClientToken: input.ClientToken,
    };
  },

  DescribeEgressOnlyInternetGateways(input, ctx) {
    const { items, nextToken } = describePage(
      egressOnlyGateways,
      input.EgressOnlyInternetGatewayIds,
      input,
      ctx,
    );
    return { EgressOnlyInternetGateways: items, NextToken: nextToken };
  },

  DeleteEgressOnlyInternetGateway({ EgressOnlyInternetGatewayId }, ctx) {
    remove(egressOnlyGateways, find(egressOnlyGateways, EgressOnlyInternetGatewayId, ctx), ctx);
    return { ReturnCode: true };
  },
};
