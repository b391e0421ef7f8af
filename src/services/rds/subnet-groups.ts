import { type SubnetGroupRecord, subnetGroups } from "../../aws/subnet-groups.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { clusterRecords } from "./db-cluster.ts";
import { instanceRecords } from "./db-instance.ts";
import { pageBy, passes } from "./describing.ts";
import { invalidParameterValue, noSubnets, subnetGroupState } from "./errors.ts";
import { DEFAULT_GROUP, groups } from "./placement.ts";
import { describeSubnetGroup, subnetGroupArn } from "./subnet-group.ts";
import { tagging } from "./tags.ts";

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html and its neighbours */
export const dbSubnetGroups: Handlers<RDS.Operations> = {
  async CreateDBSubnetGroup(input, ctx) {
    const name = input.DBSubnetGroupName.toLowerCase();
    // The text is inferred.
    if (!/^[a-z][a-z0-9._ -]{0,254}$/.test(name) || name === DEFAULT_GROUP)
      throw invalidParameterValue(
        `The parameter DBSubnetGroupName is not a valid identifier: ${input.DBSubnetGroupName}. It begins with a letter, has up to 255 letters, digits, periods, underscores, spaces and hyphens, and is not "default".`,
      );
    if (input.SubnetIds.length === 0) throw noSubnets();
    const described = {
      name,
      description: input.DBSubnetGroupDescription,
      tags: tagging.read(input.Tags),
    };
    return { DBSubnetGroup: describe(await groups.create(described, input.SubnetIds, ctx), ctx) };
  },

  DescribeDBSubnetGroups(input, ctx) {
    const { DBSubnetGroupName: name, Filters } = input;
    const named =
      name === undefined ? [...ctx.store.collection(subnetGroups).values()] : [groups.find(name, ctx)];
    const { items, Marker } = pageBy(
      named.filter(passes<SubnetGroupRecord>(Filters, {})),
      (group) => group.name,
      input,
      [ctx.operation, name],
    );
    return { DBSubnetGroups: items.map((group) => describe(group, ctx)), Marker };
  },

  async ModifyDBSubnetGroup(input, ctx) {
    const { DBSubnetGroupName: name, DBSubnetGroupDescription: description, SubnetIds: subnetIds } = input;
    checkOwn(name);
    if (subnetIds.length === 0) throw noSubnets();
    return { DBSubnetGroup: describe(await groups.change(name, { description, subnetIds }, ctx), ctx) };
  },

  DeleteDBSubnetGroup({ DBSubnetGroupName }, ctx) {
    checkOwn(DBSubnetGroupName);
    const { name } = groups.find(DBSubnetGroupName, ctx);
    for (const [kind, records] of [
      ["instance", ctx.store.collection(instanceRecords)],
      ["cluster", ctx.store.collection(clusterRecords)],
    ] as const)
      for (const { id, subnetGroup } of records.values())
        if (subnetGroup === name)
          throw subnetGroupState(
            `Cannot delete the subnet group '${name}' because at least one database ${kind}: ${id} is still using it.`,
          );
    ctx.store.collection(subnetGroups).delete([name]);
  },
};

/** The text is inferred. @throws InvalidDBSubnetGroupStateFault for AWS's own */
function checkOwn(name: string): void {
  if (name.toLowerCase() === DEFAULT_GROUP)
    throw subnetGroupState("The default DB subnet group can be neither modified nor deleted.");
}

const describe = (group: SubnetGroupRecord, ctx: Context): RDS.DBSubnetGroup => ({
  ...describeSubnetGroup(group),
  DBSubnetGroupArn: subnetGroupArn(group.name, ctx),
  SupportedNetworkTypes: ["IPV4"],
});
