import { tagList } from "../../aws/tags.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { malformed, notFound } from "./errors.ts";
import { type At, among, type Kept, type Kind } from "./kind.ts";

/** Where a route leads: one member of `CreateRoute`'s, with its value. */
export type RouteTarget = Pick<
  EC2.Route,
  | "GatewayId"
  | "NatGatewayId"
  | "NetworkInterfaceId"
  | "InstanceId"
  | "TransitGatewayId"
  | "VpcPeeringConnectionId"
  | "EgressOnlyInternetGatewayId"
  | "CarrierGatewayId"
  | "LocalGatewayId"
  | "CoreNetworkArn"
>;

export interface RouteRecord {
  /** A block of addresses or a prefix list. */
  readonly destination: string;
  readonly target: RouteTarget;
  readonly origin: EC2.RouteOrigin;
}

export interface TableAssociation {
  readonly id: string;
  readonly isMain: boolean;
  readonly subnetId?: string;
  readonly gatewayId?: string;
}

export interface RouteTableRecord extends Kept {
  readonly vpcId: string;
  readonly routes: readonly RouteRecord[];
  readonly associations: readonly TableAssociation[];
}

export const routeTables: Kind<RouteTableRecord, EC2.RouteTable> = {
  type: "route-table",
  prefix: "rtb",
  collection: defineCollection<RouteTableRecord>({ name: "route-tables" }),
  notFound: notFound("InvalidRouteTableID.NotFound", "routeTable"),
  malformed: malformed("InvalidRouteTableId.Malformed", "rtb"),
  describe: ({ id, tags, vpcId, routes, associations }, { account }) => ({
    RouteTableId: id,
    VpcId: vpcId,
    OwnerId: account,
    Routes: routes.map(describeRoute),
    Associations: associations.map((association) => describeAssociation(association, id)),
    PropagatingVgws: [],
    Tags: tagList(tags),
  }),
  filters: {
    "association.gateway-id": "Associations.GatewayId",
    "association.main": "Associations.Main",
    "association.route-table-association-id": "Associations.RouteTableAssociationId",
    "association.route-table-id": "Associations.RouteTableId",
    "association.subnet-id": "Associations.SubnetId",
    "owner-id": "OwnerId",
    "route-table-id": "RouteTableId",
    "route.destination-cidr-block": "Routes.DestinationCidrBlock",
    "route.destination-ipv6-cidr-block": "Routes.DestinationIpv6CidrBlock",
    "route.destination-prefix-list-id": "Routes.DestinationPrefixListId",
    "route.egress-only-internet-gateway-id": "Routes.EgressOnlyInternetGatewayId",
    "route.gateway-id": "Routes.GatewayId",
    "route.instance-id": "Routes.InstanceId",
    "route.nat-gateway-id": "Routes.NatGatewayId",
    "route.origin": "Routes.Origin",
    "route.state": "Routes.State",
    "route.transit-gateway-id": "Routes.TransitGatewayId",
    "route.vpc-peering-connection-id": "Routes.VpcPeeringConnectionId",
    "vpc-id": "VpcId",
  },
};

const describeRoute = ({ destination, target, origin }: RouteRecord): EC2.Route => ({
  ...destinationMember(destination),
  ...target,
  Origin: origin,
  State: "active",
});

function destinationMember(destination: string): EC2.Route {
  if (destination.startsWith("pl-")) return { DestinationPrefixListId: destination };
  return destination.includes(":")
    ? { DestinationIpv6CidrBlock: destination }
    : { DestinationCidrBlock: destination };
}

const describeAssociation = (
  { id, isMain, subnetId, gatewayId }: TableAssociation,
  tableId: string,
): EC2.RouteTableAssociation => ({
  RouteTableAssociationId: id,
  RouteTableId: tableId,
  Main: isMain,
  ...(subnetId !== undefined && { SubnetId: subnetId }),
  ...(gatewayId !== undefined && { GatewayId: gatewayId }),
  AssociationState: { State: "associated" },
});

export const localRoute = (cidr: string): RouteRecord => ({
  destination: cidr,
  target: { GatewayId: "local" },
  origin: "CreateRouteTable",
});

export const tablesOf = (vpcId: string, at: At): RouteTableRecord[] =>
  among(routeTables, at, (table) => table.vpcId === vpcId);

export const isMain = ({ associations }: RouteTableRecord): boolean =>
  associations.some((association) => association.isMain);
