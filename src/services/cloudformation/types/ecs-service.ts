import { retag } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("ecs");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html */
export default defineType({
  type: "AWS::ECS::Service",
  replacedBy: ["Cluster", "LaunchType", "SchedulingStrategy", "ServiceName"],
  async create(properties, at) {
    const made = await call(at, "CreateService", {
      ...withTags(properties, at),
      ServiceName: properties["ServiceName"] ?? at.name(255),
      DesiredCount: properties["DesiredCount"] ?? 1,
    });
    const { serviceArn: id, serviceName } = made["service"] as Properties;
    const service = { id: String(id), attributes: { ServiceArn: id, Name: serviceName } };
    at.made(service);
    await steady(service.id, properties, at);
    return service;
  },
  async update({ id, properties: before, attributes }, properties, at) {
    await call(at, "UpdateService", { ...properties, ...keyOf(id, properties) });
    await retag(before, properties, at, {
      untag: (TagKeys) => call(at, "UntagResource", { resourceArn: id, tagKeys: TagKeys }),
      tag: (tags) => call(at, "TagResource", { resourceArn: id, Tags: tags }),
    });
    await steady(id, properties, at);
    return { id, attributes };
  },
  async delete({ id, properties }, at) {
    const isGone = async () => {
      const service = await describe(id, properties, at);
      return service === undefined || service["status"] === "INACTIVE";
    };
    if (await isGone()) return;
    await gone(call(at, "DeleteService", { ...keyOf(id, properties), force: true }));
    await at.until(isGone);
  },
  async read({ id, properties }, at) {
    const service = await describe(id, properties, at);
    return shown(properties, service?.["status"] === "INACTIVE" ? undefined : service);
  },
});

const keyOf = (id: string, { Cluster }: Properties) => ({ service: id, cluster: Cluster });

async function describe(
  id: string,
  { Cluster }: Properties,
  at: ResourceContext,
): Promise<Properties | undefined> {
  const output = await found(call(at, "DescribeServices", { cluster: Cluster, services: [id] }));
  return (output?.["services"] as readonly Properties[] | undefined)?.[0];
}

/** CloudFormation waits until a service has what it is to have. @throws when ECS has given its deployment up */
async function steady(id: string, properties: Properties, at: ResourceContext): Promise<void> {
  await at.until(async () => {
    const service = await describe(id, properties, at);
    const [primary, ...others] = (service?.["deployments"] ?? []) as readonly Properties[];
    const hasFailed =
      others.some(({ rolloutState }) => rolloutState === "FAILED") || primary?.["rolloutState"] === "FAILED";
    if (hasFailed)
      throw new Error("Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.");
    return (
      others.length === 0 &&
      primary?.["rolloutState"] === "COMPLETED" &&
      service?.["runningCount"] === service?.["desiredCount"]
    );
  });
}
