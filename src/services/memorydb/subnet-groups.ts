import { type SubnetGroupRecord, subnetGroups } from "../../aws/subnet-groups.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as MemoryDB from "../../models/generated/memorydb.ts";
import { clusterRecords } from "./cluster.ts";
import { pageBy } from "./describing.ts";
import { subnetGroupInUse } from "./errors.ts";
import { checkName } from "./ids.ts";
import { groups, subnetGroupArn } from "./subnet-group.ts";
import { tagging } from "./tags.ts";

const LONGEST_NAME = 255;

/** https://docs.aws.amazon.com/memorydb/latest/APIReference/API_CreateSubnetGroup.html and its neighbours */
export const subnetGroupHandlers: Handlers<MemoryDB.Operations> = {
  async CreateSubnetGroup(input, ctx) {
    const name = checkName(input.SubnetGroupName, "SubnetGroupName", LONGEST_NAME);
    const described = { name, description: input.Description ?? "", tags: tagging.read(input.Tags) };
    return { SubnetGroup: describe(await groups.create(described, input.SubnetIds, ctx), ctx) };
  },

  DescribeSubnetGroups(input, ctx) {
    const { SubnetGroupName: name } = input;
    const named = name === undefined ? ctx.store.collection(subnetGroups).values() : [groups.find(name, ctx)];
    const { items, ...rest } = pageBy(named, (group) => [group.name], input, ctx.operation);
    return { SubnetGroups: items.map((group) => describe(group, ctx)), ...rest };
  },

  async UpdateSubnetGroup(input, ctx) {
    const change = { description: input.Description, subnetIds: input.SubnetIds };
    return { SubnetGroup: describe(await groups.change(input.SubnetGroupName, change, ctx), ctx) };
  },

  DeleteSubnetGroup({ SubnetGroupName }, ctx) {
    const group = groups.find(SubnetGroupName, ctx);
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
