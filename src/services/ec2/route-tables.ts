import type { Context, Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { formatCidr } from "./cidr.ts";
import { describePage } from "./describing.ts";
import {
  associationNotFound,
  hasDependencies,
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  resourceAlreadyAssociated,
  routeExists,
  routeNotFound,
  routeWithoutRoute,
} from "./errors.ts";
import { once } from "./idempotency.ts";
import { newId } from "./ids.ts";
import { egressOnlyGateways, internetGateways } from "./internet-gateway.ts";
import { all, find, idFor, type Kept, type KeptKind, remove, save } from "./kind.ts";
import { natGateways } from "./nat-gateway.ts";
import { networkInterfaces } from "./network-interface.ts";
import { prefixLists } from "./prefix-list.ts";
import {
  localRoute,
  type RouteTableRecord,
  type RouteTarget,
  routeTables,
  type TableAssociation,
} from "./route-table.ts";
import { subnets } from "./subnet.ts";
import { tagsFor } from "./tag-specifications.ts";
import { transitGateways } from "./transit-gateway.ts";
import { vpcs } from "./vpc.ts";
import { readBlock } from "./vpc-blocks.ts";
import { vpcPeerings } from "./vpc-peering.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html and its neighbours */
export const routeTableOperations: Handlers<EC2.Operations> = {
  CreateRouteTable(input, ctx) {
    const table = once(routeTables, input, ctx, () => {
      const vpc = find(vpcs, input.VpcId, ctx);
      return save(
        routeTables,
        {
          id: idFor(routeTables, ctx),
          tags: tagsFor("route-table", input.TagSpecifications),
          vpcId: vpc.id,
          routes: [...vpc.blocks, ...vpc.ipv6Blocks].map(({ cidr }) => localRoute(cidr)),
          associations: [],
        },
        ctx,
      );
    });
    return { RouteTable: routeTables.describe(table, ctx), ClientToken: input.ClientToken };
  },

  DescribeRouteTables(input, ctx) {
    const { items, nextToken } = describePage(routeTables, input.RouteTableIds, input, ctx);
    return { RouteTables: items, NextToken: nextToken };
  },

  DeleteRouteTable({ RouteTableId }, ctx) {
    const table = find(routeTables, RouteTableId, ctx);
    if (table.associations.length > 0) throw hasDependencies("routeTable", RouteTableId);
    remove(routeTables, table, ctx);
    return {};
  },

  CreateRoute(input, ctx) {
    const table = find(routeTables, input.RouteTableId, ctx);
    const destination = destinationOf(input, ctx);
    if (table.routes.some((route) => route.destination === destination)) throw routeExists(destination);
    const route = { destination, target: targetOf(input, ctx), origin: "CreateRoute" as const };
    save(routeTables, { ...table, routes: [...table.routes, route] }, ctx);
    return { Return: true };
  },

  ReplaceRoute(input, ctx) {
    const table = find(routeTables, input.RouteTableId, ctx);
    const destination = destinationOf(input, ctx);
    if (!table.routes.some((route) => route.destination === destination))
      throw routeWithoutRoute(destination, table.id);
    const target = input.LocalTarget ? { GatewayId: "local" } : targetOf(input, ctx);
    const routes = table.routes.map((route) =>
      route.destination === destination ? { ...route, target } : route,
    );
    save(routeTables, { ...table, routes }, ctx);
    return {};
  },

  DeleteRoute(input, ctx) {
    const table = find(routeTables, input.RouteTableId, ctx);
    const destination = destinationOf(input, ctx);
    const route = table.routes.find((one) => one.destination === destination);
    if (route === undefined) throw routeNotFound(destination, table.id);
    if (route.target.GatewayId === "local")
      throw invalidParameterValue(`cannot remove local route ${destination} in route table ${table.id}`);
    save(routeTables, { ...table, routes: table.routes.filter((one) => one !== route) }, ctx);
    return {};
  },

  AssociateRouteTable(input, ctx) {
    const { RouteTableId, SubnetId, GatewayId } = input;
    const table = find(routeTables, RouteTableId, ctx);
    if ((SubnetId === undefined) === (GatewayId === undefined))
      throw invalidParameterCombination("Exactly one of subnetId or gatewayId must be specified");
    if (SubnetId !== undefined) checkSubnet(SubnetId, table, ctx);
    else find(internetGateways, String(GatewayId), ctx);
    const [other] = all(routeTables, ctx)
      .flatMap(({ associations }) => associations)
      .filter(({ subnetId, gatewayId }) => subnetId === SubnetId && gatewayId === GatewayId)
      .filter((association) => !association.isMain);
    const same = table.associations.find((one) => one.id === other?.id);
    if (same) return { AssociationId: same.id, AssociationState: { State: "associated" } };
    if (other)
      throw resourceAlreadyAssociated(
        `the specified association for route table ${RouteTableId} conflicts with an existing association`,
      );
    const association: TableAssociation = {
      id: newId("rtbassoc", ctx.random),
      isMain: false,
      ...(SubnetId !== undefined ? { subnetId: SubnetId } : { gatewayId: String(GatewayId) }),
    };
    save(routeTables, { ...table, associations: [...table.associations, association] }, ctx);
    return { AssociationId: association.id, AssociationState: { State: "associated" } };
  },

  DisassociateRouteTable({ AssociationId }, ctx) {
    const { table, association } = findAssociation(AssociationId, ctx);
    if (association.isMain)
      throw invalidParameterValue(`cannot disassociate the main route table association ${AssociationId}`);
    detach(table, association, ctx);
    return {};
  },

  ReplaceRouteTableAssociation({ AssociationId, RouteTableId }, ctx) {
    const { table, association } = findAssociation(AssociationId, ctx);
    find(routeTables, RouteTableId, ctx);
    detach(table, association, ctx);
    // Read after the association has gone: it may be the same table.
    const now = find(routeTables, RouteTableId, ctx);
    const moved = { ...association, id: newId("rtbassoc", ctx.random) };
    save(routeTables, { ...now, associations: [...now.associations, moved] }, ctx);
    return { NewAssociationId: moved.id, AssociationState: { State: "associated" } };
  },
};

function checkSubnet(subnetId: string, { id, vpcId }: RouteTableRecord, ctx: Context): void {
  const subnet = find(subnets, subnetId, ctx);
  if (subnet.vpcId !== vpcId)
    throw invalidParameterValue(`Route table ${id} and subnet ${subnetId} belong to different networks`);
}

function findAssociation(
  id: string,
  ctx: Context,
): { table: RouteTableRecord; association: TableAssociation } {
  for (const table of all(routeTables, ctx)) {
    const association = table.associations.find((one) => one.id === id);
    if (association) return { table, association };
  }
  throw associationNotFound(id);
}

function detach(table: RouteTableRecord, association: TableAssociation, ctx: Context): void {
  save(routeTables, { ...table, associations: table.associations.filter((one) => one !== association) }, ctx);
}

type Destination = Pick<
  EC2.CreateRouteRequest,
  "DestinationCidrBlock" | "DestinationIpv6CidrBlock" | "DestinationPrefixListId"
>;

function destinationOf(input: Destination, ctx: Context): string {
  const { DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId } = input;
  if (DestinationPrefixListId !== undefined) return find(prefixLists, DestinationPrefixListId, ctx).id;
  const cidr = DestinationCidrBlock ?? DestinationIpv6CidrBlock;
  if (cidr === undefined) throw missingParameter("destinationCidrBlock");
  return formatCidr(readBlock(cidr, "destinationCidrBlock"));
}

/** What each target's member names, where it is kept here. */
// biome-ignore lint/suspicious/noExplicitAny: kinds of every record meet here, and only their ids are asked
const TARGETS: Readonly<Record<keyof RouteTarget, readonly KeptKind<any>[]>> = {
  GatewayId: [internetGateways],
  NatGatewayId: [natGateways],
  NetworkInterfaceId: [networkInterfaces],
  TransitGatewayId: [transitGateways],
  VpcPeeringConnectionId: [vpcPeerings],
  EgressOnlyInternetGatewayId: [egressOnlyGateways],
  InstanceId: [],
  CarrierGatewayId: [],
  LocalGatewayId: [],
  CoreNetworkArn: [],
};

/** @throws the target's NotFound; InvalidParameterCombination for none or two of them */
function targetOf(input: EC2.CreateRouteRequest, ctx: Context): RouteTarget {
  const names = (Object.keys(TARGETS) as (keyof RouteTarget)[]).filter((name) => input[name] !== undefined);
  const { VpcEndpointId } = input;
  if (VpcEndpointId !== undefined && names.length === 0) return { GatewayId: VpcEndpointId };
  const [name] = names;
  if (name === undefined || names.length > 1)
    throw invalidParameterCombination(
      "The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, vpcPeeringConnectionId, egressOnlyInternetGatewayId, transitGatewayId or vpcEndpointId",
    );
  const id = String(input[name]);
  // A virtual private gateway is a gateway, too, and none of ours.
  if (!id.startsWith("vgw-")) for (const kind of TARGETS[name]) find<Kept>(kind, id, ctx);
  return { [name]: id };
}
