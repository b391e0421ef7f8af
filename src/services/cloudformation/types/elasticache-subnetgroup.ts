import { inOwnOrder } from "../mapping/changes.ts";
import { tagged } from "../mapping/elasticache.ts";
import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-subnetgroup.html */
export default mapped({
  type: "AWS::ElastiCache::SubnetGroup",
  service: "elasticache",
  required: ["Description", "SubnetIds"],
  replacedBy: ["CacheSubnetGroupName"],
  named: ["CacheSubnetGroupName", 255],
  create: "CreateCacheSubnetGroup",
  update: "ModifyCacheSubnetGroup",
  delete: "DeleteCacheSubnetGroup",
  read: "DescribeCacheSubnetGroups",
  // Names are kept in lower case.
  idOf: (_output, { CacheSubnetGroupName }) => String(CacheSubnetGroupName).toLowerCase(),
  input: ({ Description, ...others }) => ({ ...others, CacheSubnetGroupDescription: Description }),
  describedIn({ CacheSubnetGroups }, { properties }) {
    const [group] = CacheSubnetGroups as [Record<string, unknown>];
    const subnets = (group["Subnets"] as { SubnetIdentifier: string }[]).map(
      ({ SubnetIdentifier }) => SubnetIdentifier,
    );
    return {
      ...group,
      Description: group["CacheSubnetGroupDescription"],
      SubnetIds: inOwnOrder(properties, "SubnetIds", subnets),
    };
  },
  tags: [
    "AddTagsToResource",
    "RemoveTagsFromResource",
    (id, _attributes, _properties, at) => tagged("subnetgroup", id, at),
  ],
});
