import { threeZonesOf } from "../../aws/regions.ts";
import { type SubnetGroupRecord, subnetGroups, subnetGroupsOf } from "../../aws/subnet-groups.ts";
import type { Context } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { instanceRecords } from "./db-instance.ts";
import {
  invalidSubnets,
  networkState,
  noDefaultSubnet,
  subnetGroupCoverage,
  subnetGroupExists,
  subnetGroupNotFound,
  subnetInUse,
  tooManySubnetGroups,
  tooManySubnets,
} from "./errors.ts";

const LEAST_ZONES = 2;
/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html */
const MOST_GROUPS = 50;
const MOST_SUBNETS = 20;

/** Of databases that name none. AWS makes it with the first of them, of the default VPC's subnets. */
export const DEFAULT_GROUP = "default";

export const groups = subnetGroupsOf({
  notFound: subnetGroupNotFound,
  exists: subnetGroupExists,
  invalid: invalidSubnets,
  check({ subnets }, name, ctx) {
    const known = ctx.store.collection(subnetGroups);
    if (!known.get([name]) && known.count() >= MOST_GROUPS) throw tooManySubnetGroups(MOST_GROUPS);
    if (subnets.length > MOST_SUBNETS) throw tooManySubnets();
    const zones = new Set(subnets.map(({ zone }) => zone));
    if (zones.size < LEAST_ZONES) throw subnetGroupCoverage([...zones].join(", "));
    const instances = [...ctx.store.collection(instanceRecords).values()];
    const inUse = (known.get([name])?.subnets ?? []).filter(
      ({ zone }) =>
        !zones.has(zone) && instances.some((one) => one.subnetGroup === name && one.zone === zone),
    );
    if (inUse.length > 0) throw subnetInUse(inUse.map(({ id }) => id).join(", "));
  },
});

/**
 * The group that a database is to be in; `keepGroup` keeps it.
 * @throws DBSubnetGroupNotFoundFault, InvalidSubnet in a Region whose default subnets are gone
 */
export async function groupFor(name: string | undefined, ctx: Context): Promise<SubnetGroupRecord> {
  if (name !== undefined && name.toLowerCase() !== DEFAULT_GROUP) return groups.find(name, ctx);
  const known = ctx.store.collection(subnetGroups).get([DEFAULT_GROUP]);
  if (known) return known;
  const { Subnets = [] } = await ctx.call<EC2.DescribeSubnetsResult>("ec2", "DescribeSubnets", {
    Filters: [{ Name: "default-for-az", Values: ["true"] }],
  });
  const [first] = Subnets;
  if (!first) throw noDefaultSubnet();
  return {
    name: DEFAULT_GROUP,
    description: DEFAULT_GROUP,
    vpcId: first.VpcId ?? "",
    subnets: Subnets.map(({ SubnetId = "", AvailabilityZone = "" }) => ({
      id: SubnetId,
      zone: AvailabilityZone,
    })),
    tags: {},
  };
}

/** Keeps the group of a database that is kept: AWS's own is there from then on. */
export function keepGroup(group: SubnetGroupRecord, { store }: Context): void {
  store.collection(subnetGroups).add([group.name], group);
}

/** The zones that databases of a group are in, in turn: three at most. */
export function zonesIn(name: string | undefined, region: string, store: Store): readonly string[] {
  const group = name === undefined ? undefined : store.collection(subnetGroups).get([name]);
  return group ? zonesOf(group).slice(0, 3) : threeZonesOf(region);
}

/** The zone that a database of a group is in: as it was before, where the group has a subnet there. */
export function zoneIn(group: SubnetGroupRecord, before: string): string {
  const zones = zonesOf(group);
  return zones.includes(before) ? before : (zones[0] ?? before);
}

const zonesOf = ({ subnets }: SubnetGroupRecord): string[] =>
  [...new Set(subnets.map(({ zone }) => zone))].sort();

/** @throws InvalidVPCNetworkStateFault for a zone in which a group has no subnet */
export function checkZone(zone: string | undefined, { subnets }: SubnetGroupRecord): void {
  if (zone !== undefined && !subnets.some((subnet) => subnet.zone === zone))
    throw networkState(
      `Cannot create a database instance because there is not a subnet in ${zone}, the targeted availability zone.`,
    );
}
