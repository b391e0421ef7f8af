import { subnetPlaces } from "../../aws/subnets.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as ElastiCache from "../../models/generated/elasticache.ts";
import { cacheClusters } from "./cache-cluster.ts";
import { pageBy } from "./describing.ts";
import { invalidParameterValue, invalidSubnet, subnetGroupExists, subnetGroupInUse } from "./errors.ts";
import { findSubnetGroup, type SubnetGroupRecord, subnetGroupArn, subnetGroups } from "./subnet-group.ts";
import { tagging } from "./tags.ts";

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheSubnetGroup.html and its neighbours */
export const subnetGroupHandlers: Handlers<ElastiCache.Operations> = {
  async CreateCacheSubnetGroup(input, ctx) {
    const name = input.CacheSubnetGroupName.toLowerCase();
    if (!/^[a-z0-9._-]{1,255}$/.test(name) || name === "default")
      throw invalidParameterValue(
        `The parameter CacheSubnetGroupName must be provided and must not be blank, of up to 255 letters, digits, hyphens, dots and underscores, and not "default": ${input.CacheSubnetGroupName}`,
      );
    const tags = tagging.read(input.Tags);
    const places = await subnetPlaces(input.SubnetIds, ctx, invalidSubnet);
    return ctx.store.transaction(() => {
      const groups = ctx.store.collection(subnetGroups);
      if (groups.get([name])) throw subnetGroupExists(name);
      const group: SubnetGroupRecord = {
        name,
        description: input.CacheSubnetGroupDescription,
        ...places,
        tags,
      };
      groups.put([name], group);
      return { CacheSubnetGroup: describe(group, ctx) };
    });
  },

  DescribeCacheSubnetGroups(input, ctx) {
    const { CacheSubnetGroupName: name } = input;
    const named =
      name === undefined ? ctx.store.collection(subnetGroups).values() : [findSubnetGroup(name, ctx)];
    const { items, Marker } = pageBy(named, (group) => group.name, input, ctx.operation);
    return { CacheSubnetGroups: items.map((group) => describe(group, ctx)), Marker };
  },

  async ModifyCacheSubnetGroup(input, ctx) {
    findSubnetGroup(input.CacheSubnetGroupName, ctx);
    const places = input.SubnetIds && (await subnetPlaces(input.SubnetIds, ctx, invalidSubnet));
    return ctx.store.transaction(() => {
      const group = findSubnetGroup(input.CacheSubnetGroupName, ctx);
      const changed: SubnetGroupRecord = {
        ...group,
        description: input.CacheSubnetGroupDescription ?? group.description,
        ...places,
      };
      ctx.store.collection(subnetGroups).put([group.name], changed);
      return { CacheSubnetGroup: describe(changed, ctx) };
    });
  },

  DeleteCacheSubnetGroup({ CacheSubnetGroupName }, ctx) {
    const { name } = findSubnetGroup(CacheSubnetGroupName, ctx);
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
