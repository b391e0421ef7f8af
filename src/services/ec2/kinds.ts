import { addresses } from "./address.ts";
import { dhcpOptions } from "./dhcp-options-set.ts";
import { instances } from "./instances/instance.ts";
import { keyPairs } from "./instances/key-pair.ts";
import { launchTemplates } from "./instances/launch-template.ts";
import { spotRequests } from "./instances/spot-request.ts";
import { volumes } from "./instances/volume.ts";
import { egressOnlyGateways, internetGateways } from "./internet-gateway.ts";
import type { Kind } from "./kind.ts";
import { natGateways } from "./nat-gateway.ts";
import { networkAcls } from "./network-acl.ts";
import { networkInterfaces } from "./network-interface.ts";
import { prefixLists } from "./prefix-list.ts";
import { routeTables } from "./route-table.ts";
import { securityGroups } from "./security-group.ts";
import { securityGroupRules } from "./security-group-rule.ts";
import { subnets } from "./subnet.ts";
import { transitGateways } from "./transit-gateway.ts";
import { peeringAttachments, vpcAttachments } from "./transit-gateway-attachment.ts";
import { transitGatewayRouteTables } from "./transit-gateway-route-table.ts";
import { vpcs } from "./vpc.ts";
import { vpcEndpoints } from "./vpc-endpoint.ts";
import { vpcPeerings } from "./vpc-peering.ts";

/** Every kind of resource that is kept here; what an id is of, and what can be tagged, comes from it. */
// biome-ignore lint/suspicious/noExplicitAny: kinds of every record meet here; each is typed where it is written
export const KINDS: readonly Kind<any, any>[] = [
  vpcs,
  subnets,
  routeTables,
  internetGateways,
  egressOnlyGateways,
  natGateways,
  addresses,
  securityGroups,
  securityGroupRules,
  networkAcls,
  networkInterfaces,
  prefixLists,
  vpcEndpoints,
  vpcPeerings,
  dhcpOptions,
  transitGateways,
  transitGatewayRouteTables,
  vpcAttachments,
  peeringAttachments,
  instances,
  volumes,
  launchTemplates,
  keyPairs,
  spotRequests,
];

/** The kinds whose ids look so: attachments of transit gateways are of two. */
export const kindsOf = (id: string): readonly (typeof KINDS)[number][] =>
  KINDS.filter(({ prefix }) => id.slice(0, id.lastIndexOf("-")) === prefix);
