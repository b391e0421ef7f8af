import { callsOf, found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("ecs");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-clustercapacityproviderassociations.html */
export default defineType({
  type: "AWS::ECS::ClusterCapacityProviderAssociations",
  replacedBy: ["Cluster"],
  required: ["Cluster", "DefaultCapacityProviderStrategy"],
  async create(properties, at) {
    await put(properties, at);
    return { id: String(properties["Cluster"]) };
  },
  async update({ id }, properties, at) {
    await put(properties, at);
    return { id };
  },
  delete: ({ id }, at) => gone(put({ Cluster: id }, at)),
  async read({ id, properties }, at) {
    const output = await found(call(at, "DescribeClusters", { Clusters: [id] }));
    const [cluster] = (output?.["clusters"] ?? []) as Properties[];
    const providers = (cluster?.["capacityProviders"] ?? []) as unknown[];
    return shown(properties, providers.length > 0 ? cluster : undefined);
  },
});

const put = (
  { Cluster, CapacityProviders = [], DefaultCapacityProviderStrategy = [] }: Properties,
  at: ResourceContext,
): Promise<Properties> =>
  call(at, "PutClusterCapacityProviders", { Cluster, CapacityProviders, DefaultCapacityProviderStrategy });
