import { AwsError } from "../../core/aws-error.ts";
import { readJson } from "../../core/read-json.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { describePage } from "./describing.ts";
import {
  endpointServiceNotFound,
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  routeExistsForEndpoint,
  vpcEndpointPolicyMalformed,
} from "./errors.ts";
import { once } from "./idempotency.ts";
import { find, idFor, look, remove, save } from "./kind.ts";
import { ATTACHED_BY_AWS, makeInterface, networkInterfaces } from "./network-interface.ts";
import { listOfService } from "./prefix-list.ts";
import { routeTables } from "./route-table.ts";
import { groupsFor, groupsInVpc } from "./security-group.ts";
import { checkSubnets, subnets } from "./subnet.ts";
import { tagsFor } from "./tag-specifications.ts";
import { type VpcRecord, vpcs } from "./vpc.ts";
import { type VpcEndpointRecord, vpcEndpoints } from "./vpc-endpoint.ts";
import { hasGateway, serviceIn } from "./vpc-endpoint-services.ts";

/** What an endpoint lets through when nobody says otherwise. */
const FULL_ACCESS = JSON.stringify({
  Statement: [{ Action: "*", Effect: "Allow", Principal: "*", Resource: "*" }],
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html and its neighbours */
export const vpcEndpointOperations: Handlers<EC2.Operations> = {
  CreateVpcEndpoint(input, ctx) {
    const endpoint = once(vpcEndpoints, input, ctx, () => {
      const vpc = find(vpcs, input.VpcId, ctx);
      const made =
        input.VpcEndpointType === "Interface" ? asInterface(input, vpc, ctx) : asGateway(input, vpc, ctx);
      return save(vpcEndpoints, made, ctx);
    });
    return { VpcEndpoint: vpcEndpoints.describe(endpoint, ctx), ClientToken: input.ClientToken };
  },

  DescribeVpcEndpoints(input, ctx) {
    const { items, nextToken } = describePage(vpcEndpoints, input.VpcEndpointIds, input, ctx);
    return { VpcEndpoints: items, NextToken: nextToken };
  },

  ModifyVpcEndpoint(input, ctx) {
    const endpoint = find(vpcEndpoints, input.VpcEndpointId, ctx);
    const {
      AddRouteTableIds = [],
      RemoveRouteTableIds = [],
      AddSubnetIds = [],
      RemoveSubnetIds = [],
    } = input;
    const tables = without(endpoint.routeTableIds, RemoveRouteTableIds);
    unroute(endpoint, RemoveRouteTableIds, ctx);
    route(endpoint.id, serviceOf(endpoint, ctx), AddRouteTableIds, ctx);
    const interfaces = endpoint.interfaceIds.filter((id) => {
      const eni = look(networkInterfaces, id, ctx);
      const isGone = eni !== undefined && RemoveSubnetIds.includes(eni.subnetId);
      if (isGone) remove(networkInterfaces, eni, ctx);
      return !isGone;
    });
    const groups = [
      ...endpoint.groups.filter(({ GroupId }) => !input.RemoveSecurityGroupIds?.includes(GroupId)),
      ...groupsInVpc(input.AddSecurityGroupIds ?? [], endpoint.vpcId, ctx),
    ];
    save(
      vpcEndpoints,
      {
        ...endpoint,
        policyDocument: input.ResetPolicy
          ? FULL_ACCESS
          : policyOf(input.PolicyDocument ?? endpoint.policyDocument),
        routeTableIds: [...new Set([...tables, ...AddRouteTableIds])],
        subnetIds: [...new Set([...without(endpoint.subnetIds, RemoveSubnetIds), ...AddSubnetIds])],
        interfaceIds: [...interfaces, ...interfacesIn(AddSubnetIds, endpoint.id, groups, ctx)],
        groups,
        isPrivateDnsEnabled: input.PrivateDnsEnabled ?? endpoint.isPrivateDnsEnabled,
      },
      ctx,
    );
    return { Return: true };
  },

  /** What cannot be deleted is told, and the others are gone all the same. */
  DeleteVpcEndpoints({ VpcEndpointIds }, ctx) {
    const Unsuccessful: EC2.UnsuccessfulItem[] = [];
    for (const ResourceId of VpcEndpointIds) {
      try {
        deleteEndpoint(find(vpcEndpoints, ResourceId, ctx), ctx);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Unsuccessful.push({ ResourceId, Error: { Code: error.code, Message: error.message } });
      }
    }
    return { Unsuccessful };
  },
};

function asGateway(input: EC2.CreateVpcEndpointRequest, vpc: VpcRecord, ctx: Context): VpcEndpointRecord {
  const service = serviceNamed(input.ServiceName, ctx);
  const type = input.VpcEndpointType ?? "Gateway";
  if (type === "Gateway" && !hasGateway(service))
    throw invalidParameterValue(
      `Endpoint type (Gateway) does not match available service types ([Interface]).`,
    );
  const RouteTableIds = input.RouteTableIds ?? [];
  const id = idFor(vpcEndpoints, ctx);
  for (const tableId of RouteTableIds)
    if (find(routeTables, tableId, ctx).vpcId !== vpc.id)
      throw invalidParameterValue(`Route table ${tableId} does not belong to VPC ${vpc.id}`);
  route(id, service, RouteTableIds, ctx);
  return {
    ...common(id, input, vpc, ctx),
    endpointType: type,
    routeTableIds: RouteTableIds,
    subnetIds: [],
    groups: [],
    interfaceIds: [],
    isPrivateDnsEnabled: false,
  };
}

function asInterface(input: EC2.CreateVpcEndpointRequest, vpc: VpcRecord, ctx: Context): VpcEndpointRecord {
  serviceNamed(input.ServiceName, ctx);
  const isPrivateDnsEnabled = input.PrivateDnsEnabled ?? true;
  if (isPrivateDnsEnabled && !(vpc.dnsSupport && vpc.dnsHostnames))
    throw invalidParameterValue(
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpc.id}`,
    );
  const { SubnetIds = [] } = input;
  checkSubnets(SubnetIds, vpc.id, ctx);
  const groups = groupsFor(input.SecurityGroupIds, vpc.id, ctx);
  const id = idFor(vpcEndpoints, ctx);
  return {
    ...common(id, input, vpc, ctx),
    endpointType: "Interface",
    routeTableIds: [],
    subnetIds: SubnetIds,
    groups,
    interfaceIds: interfacesIn(SubnetIds, id, groups, ctx),
    isPrivateDnsEnabled,
  };
}

const common = (id: string, input: EC2.CreateVpcEndpointRequest, vpc: VpcRecord, ctx: Context) => ({
  id,
  tags: tagsFor("vpc-endpoint", input.TagSpecifications),
  vpcId: vpc.id,
  serviceName: String(input.ServiceName),
  policyDocument: policyOf(input.PolicyDocument ?? FULL_ACCESS),
  createdAtMs: ctx.clock.now(),
});

function serviceNamed(name: string | undefined, { region }: Context): string {
  if (name === undefined) throw missingParameter("serviceName");
  const service = serviceIn(region, name);
  if (service === undefined) throw endpointServiceNotFound(name);
  return service;
}

const serviceOf = ({ serviceName }: VpcEndpointRecord, { region }: Context): string =>
  serviceIn(region, serviceName) ?? "";

/** @throws InvalidPolicyDocument */
function policyOf(text: string): string {
  try {
    readJson(text);
  } catch {
    throw vpcEndpointPolicyMalformed();
  }
  return text;
}

const without = (all: readonly string[], gone: readonly string[]): string[] =>
  all.filter((one) => !gone.includes(one));

/** One interface in each subnet. */
function interfacesIn(
  subnetIds: readonly string[],
  endpointId: string,
  groups: VpcEndpointRecord["groups"],
  ctx: Context,
): string[] {
  return subnetIds.map((subnetId) => {
    const subnet = find(subnets, subnetId, ctx);
    const eni = makeInterface(
      subnet,
      {
        description: `VPC Endpoint Interface ${endpointId}`,
        groups,
        interfaceType: "vpc_endpoint",
        requesterId: "amazon-vpce",
        attachment: ATTACHED_BY_AWS,
      },
      ctx,
    );
    return eni.id;
  });
}

/** A gateway endpoint is a route to its service's prefix list. @throws RouteAlreadyExists */
function route(endpointId: string, service: string, tableIds: readonly string[], ctx: Context): void {
  const destination = listOfService(service, ctx)?.id;
  for (const tableId of tableIds) {
    const table = find(routeTables, tableId, ctx);
    if (destination === undefined) throw invalidParameterCombination(`${service} has no gateway endpoints`);
    if (table.routes.some((one) => one.destination === destination))
      throw routeExistsForEndpoint(tableId, destination);
    const added = { destination, target: { GatewayId: endpointId }, origin: "CreateRoute" as const };
    save(routeTables, { ...table, routes: [...table.routes, added] }, ctx);
  }
}

function unroute({ id }: VpcEndpointRecord, tableIds: readonly string[], ctx: Context): void {
  for (const tableId of tableIds) {
    const table = look(routeTables, tableId, ctx);
    if (!table) continue;
    save(
      routeTables,
      { ...table, routes: table.routes.filter(({ target }) => target.GatewayId !== id) },
      ctx,
    );
  }
}

function deleteEndpoint(endpoint: VpcEndpointRecord, ctx: Context): void {
  unroute(endpoint, endpoint.routeTableIds, ctx);
  for (const id of endpoint.interfaceIds) {
    const eni = look(networkInterfaces, id, ctx);
    if (eni) remove(networkInterfaces, eni, ctx);
  }
  remove(vpcEndpoints, endpoint, ctx);
}
