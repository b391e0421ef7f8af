import { subnetPlaces } from "../../aws/subnets.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as MemoryDB from "../../models/generated/memorydb.ts";
import { clusterRecords } from "./cluster.ts";
import { pageBy } from "./describing.ts";
import { invalidSubnet, subnetGroupExists, subnetGroupInUse } from "./errors.ts";
import { checkName } from "./ids.ts";
import { findSubnetGroup, type SubnetGroupRecord, subnetGroupArn, subnetGroups } from "./subnet-group.ts";
import { tagging } from "./tags.ts";

const LONGEST_NAME = 255;

/** https://docs.aws.amazon.com/memorydb/latest/APIReference/API_CreateSubnetGroup.html and its neighbours */
export const subnetGroupHandlers: Handlers<MemoryDB.Operations> = {
  async CreateSubnetGroup(input, ctx) {
    const name = checkName(input.SubnetGroupName, "SubnetGroupName", LONGEST_NAME);
    const tags = tagging.read(input.Tags);
    const places = await subnetPlaces(input.SubnetIds, ctx, invalidSubnet);
    return ctx.store.transaction(() => {
      const groups = ctx.store.collection(subnetGroups);
      if (groups.get([name])) throw subnetGroupExists(name);
      const group: SubnetGroupRecord = { name, description: input.Description ?? "", ...places, tags };
      groups.put([name], group);
      return { SubnetGroup: describe(group, ctx) };
    });
  },

  DescribeSubnetGroups(input, ctx) {
    const { SubnetGroupName: name } = input;
    const named =
      name === undefined ? ctx.store.collection(subnetGroups).values() : [findSubnetGroup(name, ctx)];
    const { items, ...rest } = pageBy(named, (group) => [group.name], input, ctx.operation);
    return { SubnetGroups: items.map((group) => describe(group, ctx)), ...rest };
  },

  async UpdateSubnetGroup(input, ctx) {
    findSubnetGroup(input.SubnetGroupName, ctx);
    const places = input.SubnetIds && (await subnetPlaces(input.SubnetIds, ctx, invalidSubnet));
    return ctx.store.transaction(() => {
      const group = findSubnetGroup(input.SubnetGroupName, ctx);
      const changed = { ...group, description: input.Description ?? group.description, ...places };
      ctx.store.collection(subnetGroups).put([group.name], changed);
      return { SubnetGroup: describe(changed, ctx) };
    });
  },

  DeleteSubnetGroup({ SubnetGroupName }, ctx) {
    const group = findSubnetGroup(SubnetGroupName, ctx);
    const clusters = [...ctx.store.collection(clusterRecords).values()];
    if (clusters.some(({ subnetGroup }) => subnetGroup === group.name)) throw subnetGroupInUse(group.name);
    ctx.store.collection(subnetGroups).delete([group.name]);
    return { SubnetGroup: describe(group, ctx) };
  },
};

const describe = (group: SubnetGroupRecord, ctx: Context): MemoryDB.SubnetGroup => ({
  Name: group.name,
  Description: group.description,
  VpcId: group.vpcId,
  Subnets: group.subnets.map(({ id, zone }) => ({
    Identifier: id,
    AvailabilityZone: { Name: zone },
    SupportedNetworkTypes: ["ipv4"],
  })),
  ARN: subnetGroupArn(group.name, ctx),
  SupportedNetworkTypes: ["ipv4"],
});
