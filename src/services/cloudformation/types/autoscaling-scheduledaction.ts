import { listOf } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";

const call = callsOf("autoscaling");
const MISSING = /not found/;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-scheduledaction.html */
export default defineType({
  type: "AWS::AutoScaling::ScheduledAction",
  replacedBy: ["AutoScalingGroupName"],
  required: ["AutoScalingGroupName"],
  async create(properties, at) {
    const id = at.name(255);
    await call(at, "PutScheduledUpdateGroupAction", { ...properties, ScheduledActionName: id });
    return { id, attributes: { ScheduledActionName: id } };
  },
  async update({ id }, properties, at) {
    await call(at, "PutScheduledUpdateGroupAction", { ...properties, ScheduledActionName: id });
    return { id, attributes: { ScheduledActionName: id } };
  },
  delete: ({ id, properties }, at) =>
    gone(call(at, "DeleteScheduledAction", { ...groupOf(properties), ScheduledActionName: id }), MISSING),
  attributes: async (id) => ({ ScheduledActionName: id }),
  async read({ id, properties }, at) {
    const asked = { ...groupOf(properties), ScheduledActionNames: [id] };
    const output = await found(call(at, "DescribeScheduledActions", asked));
    return shown(properties, listOf<Properties>(output ?? {}, "ScheduledUpdateGroupActions")[0]);
  },
});

const groupOf = ({ AutoScalingGroupName }: Properties): Properties => ({ AutoScalingGroupName });
