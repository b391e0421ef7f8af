import { type SubnetGroupRecord, subnetGroups } from "../../aws/subnet-groups.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as ElastiCache from "../../models/generated/elasticache.ts";
import { cacheClusters } from "./cache-cluster.ts";
import { pageBy } from "./describing.ts";
import { invalidParameterValue, subnetGroupInUse } from "./errors.ts";
import { groups, subnetGroupArn } from "./subnet-group.ts";
import { tagging } from "./tags.ts";

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheSubnetGroup.html and its neighbours */
export const subnetGroupHandlers: Handlers<ElastiCache.Operations> = {
  async CreateCacheSubnetGroup(input, ctx) {
    const name = input.CacheSubnetGroupName.toLowerCase();
    if (!/^[a-z0-9._-]{1,255}$/.test(name) || name === "default")
      throw invalidParameterValue(
        `The parameter CacheSubnetGroupName must be provided and must not be blank, of up to 255 letters, digits, hyphens, dots and underscores, and not "default": ${input.CacheSubnetGroupName}`,
      );
    const described = {
      name,
      description: input.CacheSubnetGroupDescription,
      tags: tagging.read(input.Tags),
    };
    return { CacheSubnetGroup: describe(await groups.create(described, input.SubnetIds, ctx), ctx) };
  },

  DescribeCacheSubnetGroups(input, ctx) {
    const { CacheSubnetGroupName: name } = input;
    const named = name === undefined ? ctx.store.collection(subnetGroups).values() : [groups.find(name, ctx)];
    const { items, Marker } = pageBy(named, (group) => group.name, input, ctx.operation);
    return { CacheSubnetGroups: items.map((group) => describe(group, ctx)), Marker };
  },

  async ModifyCacheSubnetGroup(input, ctx) {
    const change = { description: input.CacheSubnetGroupDescription, subnetIds: input.SubnetIds };
    return { CacheSubnetGroup: describe(await groups.change(input.CacheSubnetGroupName, change, ctx), ctx) };
  },

  DeleteCacheSubnetGroup({ CacheSubnetGroupName }, ctx) {
    const { name } = groups.find(CacheSubnetGroupName, ctx);
    const clusters = [...ctx.store.collection(cacheClusters).values()];
    if (clusters.some(({ subnetGroup }) => subnetGroup === name)) throw subnetGroupInUse(name);
    ctx.store.collection(subnetGroups).delete([name]);
  },
};

const describe = (group: SubnetGroupRecord, ctx: Context): ElastiCache.CacheSubnetGroup => ({
  CacheSubnetGroupName: group.name,
  CacheSubnetGroupDescription: group.description,
  VpcId: group.vpcId,
  Subnets: group.subnets.map(({ id, zone }) => ({
    SubnetIdentifier: id,
    SubnetAvailabilityZone: { Name: zone },
    SupportedNetworkTypes: ["ipv4"],
  })),
  ARN: subnetGroupArn(group.name, ctx),
  SupportedNetworkTypes: ["ipv4"],
});
