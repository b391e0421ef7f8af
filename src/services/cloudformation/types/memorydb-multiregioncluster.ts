import { mapped, type Properties } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-memorydb-multiregioncluster.html */
export default mapped({
  type: "AWS::MemoryDB::MultiRegionCluster",
  service: "memorydb",
  required: ["NodeType"],
  replacedBy: [
    "EngineVersion",
    "MultiRegionClusterNameSuffix",
    "MultiRegionParameterGroupName",
    "TLSEnabled",
  ],
  create: "CreateMultiRegionCluster",
  update: "UpdateMultiRegionCluster",
  delete: "DeleteMultiRegionCluster",
  read: "DescribeMultiRegionClusters",
  // AWS puts letters of its own before the suffix.
  idOf: ({ MultiRegionCluster }) => (MultiRegionCluster as Properties)["MultiRegionClusterName"],
  keyOf: (MultiRegionClusterName) => ({ MultiRegionClusterName }),
  input: ({ NumShards, ...others }, at) => ({
    MultiRegionClusterNameSuffix: at.name(34, { lower: true }),
    ...others,
    ...(NumShards !== undefined && { NumShards, ShardConfiguration: { ShardCount: NumShards } }),
  }),
  attributesOf: (output, _properties, id) => {
    const { ARN, Status } = (output["MultiRegionCluster"] ?? output) as Properties;
    return { ARN, MultiRegionClusterName: id, Status };
  },
  describedIn({ MultiRegionClusters }) {
    const [cluster] = MultiRegionClusters as [Properties];
    return { ...cluster, NumShards: cluster["NumberOfShards"] };
  },
  tags: ["TagResource", "UntagResource", (_id, { ARN }) => ({ ResourceArn: ARN })],
});
