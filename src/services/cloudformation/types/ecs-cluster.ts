import { mapped, type Properties } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-cluster.html */
export default mapped({
  type: "AWS::ECS::Cluster",
  service: "ecs",
  replacedBy: ["ClusterName"],
  named: ["ClusterName", 255],
  keyOf: (id) => ({ clusterName: id, cluster: id, clusters: [id], include: ["TAGS", "SETTINGS"] }),
  input: ({ ClusterSettings, ...properties }) => ({
    ...properties,
    ...(ClusterSettings !== undefined && { settings: ClusterSettings }),
  }),
  attributesOf: (output) => ({ Arn: (output["cluster"] as Properties)["clusterArn"] }),
  describedIn: (output) => (output["clusters"] as readonly Properties[])[0],
  tags: ["TagResource", "UntagResource", (_id, attributes) => ({ resourceArn: attributes["Arn"] })],
  create: "CreateCluster",
  update: "UpdateCluster",
  delete: "DeleteCluster",
  read: "DescribeClusters",
});
