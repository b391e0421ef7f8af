import { settingChanges } from "../mapping/changes.ts";
import { call, retagCache } from "../mapping/elasticache.ts";
import { found, gone, type Properties, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-parametergroup.html */
export default defineType({
  type: "AWS::ElastiCache::ParameterGroup",
  required: ["CacheParameterGroupFamily", "Description"],
  replacedBy: ["CacheParameterGroupFamily", "CacheParameterGroupName", "Description"],
  isTagged: true,
  async create(properties, at) {
    const name = String(properties["CacheParameterGroupName"] ?? at.name(255, { lower: true })).toLowerCase();
    await call(
      at,
      "CreateCacheParameterGroup",
      withTags({ ...properties, CacheParameterGroupName: name }, at),
    );
    at.made({ id: name });
    await setParameters(name, {}, properties, at);
    return { id: name, attributes: { CacheParameterGroupName: name } };
  },
  async update({ id, attributes, properties: before }, properties, at) {
    await setParameters(id, before, properties, at);
    await retagCache("parametergroup", id, before, properties, at);
    return { id, attributes };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteCacheParameterGroup", { CacheParameterGroupName: id })),
  attributes: async (id) => ({ CacheParameterGroupName: id }),
  async read({ id, properties }, at) {
    const output = await found(call(at, "DescribeCacheParameterGroups", { CacheParameterGroupName: id }));
    if (!output) return undefined;
    const [group] = output["CacheParameterGroups"] as [Properties];
    const { Parameters } = await call(at, "DescribeCacheParameters", {
      CacheParameterGroupName: id,
      Source: "user",
    });
    const set = Parameters as { ParameterName: string; ParameterValue: string }[];
    return shown(properties, {
      ...group,
      Properties: Object.fromEntries(
        set.map(({ ParameterName, ParameterValue }) => [ParameterName, ParameterValue]),
      ),
    });
  },
});

async function setParameters(
  CacheParameterGroupName: string,
  before: Properties,
  after: Properties,
  at: ResourceContext,
): Promise<void> {
  const { removed, changed } = settingChanges(before, after, "Properties");
  const named = ([ParameterName, ParameterValue]: [string, string]) => ({ ParameterName, ParameterValue });
  if (removed.length > 0)
    await call(at, "ResetCacheParameterGroup", {
      CacheParameterGroupName,
      ParameterNameValues: removed.map((name) => named([name, ""])),
    });
  if (changed.length > 0)
    await call(at, "ModifyCacheParameterGroup", {
      CacheParameterGroupName,
      ParameterNameValues: changed.map(named),
    });
}
