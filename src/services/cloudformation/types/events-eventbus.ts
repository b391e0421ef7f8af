import { isSame } from "../mapping/changes.ts";
import { callsOf, mapped } from "../mapping/mapped.ts";
import { defineType } from "../resource-type.ts";

const call = callsOf("events");

const bus = mapped({
  type: "AWS::Events::EventBus",
  service: "events",
  replacedBy: ["EventSourceName", "Name"],
  required: ["Name"],
  named: ["Name", 256],
  attributesOf: (_output, _properties, id, { partition, region, account }) => ({
    Arn: `arn:${partition}:events:${region}:${account}:event-bus/${id}`,
    Name: id,
  }),
  tags: ["TagResource", "UntagResource", (_id, attributes) => ({ ResourceARN: attributes["Arn"] })],
  create: "CreateEventBus",
  update: "UpdateEventBus",
  delete: "DeleteEventBus",
  read: "DescribeEventBus",
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbus.html */
export default defineType({
  ...bus,
  async create(properties, at) {
    const made = await bus.create(properties, at);
    const { Policy } = properties;
    if (Policy !== undefined) await call(at, "PutPermission", { EventBusName: made.id, Policy });
    return made;
  },
  async update(existing, properties, at) {
    const { Policy } = properties;
    const { id: EventBusName, properties: before } = existing;
    if (!isSame(before["Policy"], Policy)) {
      if (Policy !== undefined) await call(at, "PutPermission", { EventBusName, Policy });
      else await call(at, "RemovePermission", { EventBusName, RemoveAllPermissions: true });
    }
    return bus.update?.(existing, properties, at);
  },
});
