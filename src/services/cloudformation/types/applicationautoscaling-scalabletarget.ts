import { isSame, listOf } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("application-autoscaling");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalabletarget.html */
export default defineType({
  type: "AWS::ApplicationAutoScaling::ScalableTarget",
  replacedBy: ["ResourceId", "ScalableDimension", "ServiceNamespace"],
  required: ["MaxCapacity", "MinCapacity", "ResourceId", "ScalableDimension", "ServiceNamespace"],
  async create(properties, at) {
    await call(at, "RegisterScalableTarget", properties);
    const { ResourceId, ScalableDimension, ServiceNamespace } = properties;
    const id = [ResourceId, ScalableDimension, ServiceNamespace].join("|");
    at.made({ id });
    await schedule({}, properties, at);
    return { id, attributes: { Id: id } };
  },
  async update({ id, properties: before }, properties, at) {
    await call(at, "RegisterScalableTarget", properties);
    await schedule(before, properties, at);
    return { id, attributes: { Id: id } };
  },
  delete: ({ id }, at) => gone(call(at, "DeregisterScalableTarget", targetOf(id))),
  attributes: async (id) => ({ Id: id }),
  async read({ id, properties }, at) {
    const { ServiceNamespace, ResourceId, ScalableDimension } = targetOf(id);
    const asked = { ServiceNamespace, ResourceIds: [ResourceId], ScalableDimension };
    const output = await found(call(at, "DescribeScalableTargets", asked));
    return shown(properties, listOf<Properties>(output ?? {}, "ScalableTargets")[0]);
  },
});

/** The members of an input that a target's `Ref` says. */
export function targetOf(id: string): Properties {
  const [ResourceId, ScalableDimension, ServiceNamespace] = id.split("|");
  return { ResourceId, ScalableDimension, ServiceNamespace };
}

/** What is scheduled stands in the target, and is put and deleted by its name. */
async function schedule(before: Properties, properties: Properties, at: ResourceContext): Promise<void> {
  const { ResourceId, ScalableDimension, ServiceNamespace } = properties;
  const of = { ResourceId, ScalableDimension, ServiceNamespace };
  const byName = (from: Properties) =>
    new Map(listOf<Properties>(from, "ScheduledActions").map((one) => [one["ScheduledActionName"], one]));
  const [was, is] = [byName(before), byName(properties)];
  for (const ScheduledActionName of was.keys())
    if (!is.has(ScheduledActionName))
      await gone(call(at, "DeleteScheduledAction", { ...of, ScheduledActionName }));
  for (const [name, action] of is)
    if (!isSame(was.get(name), action)) await call(at, "PutScheduledAction", { ...of, ...action });
}
