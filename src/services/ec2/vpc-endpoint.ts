import { zoneOf } from "../../aws/regions.ts";
import { tagList } from "../../aws/tags.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { malformed, notFound } from "./errors.ts";
import type { At, Kept, Kind } from "./kind.ts";
import { look } from "./kind.ts";
import type { GroupIdentifier } from "./security-group.ts";
import { subnets } from "./subnet.ts";

export interface VpcEndpointRecord extends Kept {
  readonly vpcId: string;
  readonly endpointType: EC2.VpcEndpointType;
  /** `com.amazonaws.us-east-1.s3` */
  readonly serviceName: string;
  readonly policyDocument: string;
  /** Of a gateway endpoint. */
  readonly routeTableIds: readonly string[];
  /** Of an interface endpoint. */
  readonly subnetIds: readonly string[];
  readonly groups: readonly GroupIdentifier[];
  readonly interfaceIds: readonly string[];
  readonly isPrivateDnsEnabled: boolean;
  readonly createdAtMs: number;
}

export const vpcEndpoints: Kind<VpcEndpointRecord, EC2.VpcEndpoint> = {
  type: "vpc-endpoint",
  prefix: "vpce",
  collection: defineCollection<VpcEndpointRecord>({ name: "vpc-endpoints" }),
  notFound: notFound("InvalidVpcEndpointId.NotFound", "Vpc Endpoint"),
  malformed: malformed("InvalidVpcEndpointId.Malformed", "vpce"),
  describe(endpoint, at) {
    const isGateway = endpoint.endpointType === "Gateway";
    return {
      VpcEndpointId: endpoint.id,
      VpcEndpointType: endpoint.endpointType,
      VpcId: endpoint.vpcId,
      ServiceName: endpoint.serviceName,
      State: "available",
      PolicyDocument: endpoint.policyDocument,
      RouteTableIds: [...endpoint.routeTableIds],
      SubnetIds: [...endpoint.subnetIds],
      Groups: [...endpoint.groups],
      NetworkInterfaceIds: [...endpoint.interfaceIds],
      PrivateDnsEnabled: endpoint.isPrivateDnsEnabled,
      RequesterManaged: false,
      DnsEntries: isGateway ? [] : dnsEntries(endpoint, at),
      IpAddressType: "ipv4",
      ...(!isGateway && { DnsOptions: { DnsRecordIpType: "ipv4" } }),
      CreationTimestamp: new Date(endpoint.createdAtMs),
      OwnerId: at.account,
      Tags: tagList(endpoint.tags),
    };
  },
  filters: {
    "ip-address-type": "IpAddressType",
    "service-name": "ServiceName",
    "vpc-endpoint-id": "VpcEndpointId",
    "vpc-endpoint-state": "State",
    "vpc-endpoint-type": "VpcEndpointType",
    "vpc-id": "VpcId",
  },
};

/** `vpce-0123-abc.sqs.us-east-1.vpce.amazonaws.com`, one of each zone, and the service's own name where it leads here. */
function dnsEntries(endpoint: VpcEndpointRecord, at: At): EC2.DnsEntry[] {
  const service = endpoint.serviceName.split(".").slice(3).join(".");
  const base = `${endpoint.id}-${endpoint.id.slice(-8)}`;
  const suffix = `${service}.${at.region}.vpce.amazonaws.com`;
  const zones = endpoint.subnetIds
    .map((id) => look(subnets, id, at)?.zone)
    .filter((zone) => zone !== undefined && zoneOf(at.region, zone) !== undefined);
  const names = [`${base}.${suffix}`, ...zones.map((zone) => `${base}-${zone}.${suffix}`)];
  if (endpoint.isPrivateDnsEnabled) names.push(`${service}.${at.region}.amazonaws.com`);
  return names.map((DnsName) => ({ DnsName, HostedZoneId: "Z7HUB22UULQXV" }));
}
