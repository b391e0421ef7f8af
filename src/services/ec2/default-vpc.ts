import { zonesOf } from "../../aws/regions.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import { formatCidr } from "./cidr.ts";
import { dhcpOptions } from "./dhcp-options-set.ts";
import { givenId } from "./ids.ts";
import { internetGateways } from "./internet-gateway.ts";
import { save } from "./kind.ts";
import { associateWithDefault } from "./network-acl.ts";
import { givePrefixLists } from "./prefix-list.ts";
import { routeTables } from "./route-table.ts";
import { type SubnetRecord, subnets } from "./subnet.ts";
import { type VpcRecord, vpcs } from "./vpc.ts";
import { furnish } from "./vpc-furniture.ts";

/** Notes that an account has been given what AWS gives it: what it deletes of it stays deleted. */
const given = defineCollection<true>({ name: "given" });

const DEFAULT_BLOCK = "172.31.0.0/16";

/**
 * What AWS has made in every Region of an account before its first call: the default VPC with a subnet in each zone.
 * https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html
 */
export function giveDefaults(ctx: Context): void {
  const notes = ctx.store.collection(given);
  if (notes.look(["defaults"])) return;
  notes.put(["defaults"], true);
  givePrefixLists(ctx);
  makeDefaultVpc(ctx, (prefix, ...of) => givenId(prefix, ctx.account, ctx.region, ...of));
}

/** @param idOf ids of what is made, by prefix and what it is of */
export function makeDefaultVpc(ctx: Context, idOf: (prefix: string, ...of: string[]) => string): VpcRecord {
  const options = save(
    dhcpOptions,
    {
      id: idOf("dopt"),
      tags: {},
      configurations: [
        {
          key: "domain-name",
          values: [ctx.region === "us-east-1" ? "ec2.internal" : `${ctx.region}.compute.internal`],
        },
        { key: "domain-name-servers", values: ["AmazonProvidedDNS"] },
      ],
    },
    ctx,
  );
  const vpc: VpcRecord = {
    id: idOf("vpc"),
    tags: {},
    blocks: [{ id: idOf("vpc-cidr-assoc"), cidr: DEFAULT_BLOCK }],
    ipv6Blocks: [],
    dhcpOptionsId: options.id,
    tenancy: "default",
    isDefault: true,
    dnsSupport: true,
    dnsHostnames: true,
    networkAddressUsageMetrics: false,
  };
  save(vpcs, vpc, ctx);
  const { table } = furnish(vpc, ctx, idOf);
  const gateway = save(internetGateways, { id: idOf("igw"), tags: {}, vpcId: vpc.id }, ctx);
  const toGateway = {
    destination: "0.0.0.0/0",
    target: { GatewayId: gateway.id },
    origin: "CreateRoute" as const,
  };
  save(routeTables, { ...table, routes: [...table.routes, toGateway] }, ctx);
  for (const [at, zone] of zonesOf(ctx.region).entries()) {
    const subnet = save(subnets, defaultSubnet(vpc, zone.name, at, idOf("subnet", zone.name)), ctx);
    associateWithDefault(subnet.id, vpc.id, idOf("aclassoc", zone.name), ctx);
  }
  return vpc;
}

/** The subnet of a zone: the n-th twentieth bit of the default VPC. */
export const defaultSubnet = (vpc: VpcRecord, zone: string, at: number, id: string): SubnetRecord => ({
  id,
  tags: {},
  vpcId: vpc.id,
  cidr: formatCidr({ family: 4, first: (172n << 24n) + (31n << 16n) + BigInt(at * 4096), bits: 20 }),
  ipv6Blocks: [],
  zone,
  isDefault: true,
  mapPublicIpOnLaunch: true,
  assignIpv6AddressOnCreation: false,
  enableDns64: false,
  isIpv6Native: false,
  privateDnsNames: PRIVATE_DNS_NAMES,
});

export const PRIVATE_DNS_NAMES = {
  HostnameType: "ip-name",
  EnableResourceNameDnsARecord: false,
  EnableResourceNameDnsAAAARecord: false,
} as const;
