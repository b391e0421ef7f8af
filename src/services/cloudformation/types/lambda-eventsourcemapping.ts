import { callsOf, found, mapped } from "../mapping/mapped.ts";
import { defineType } from "../resource-type.ts";

const call = callsOf("lambda");

const mapping = mapped({
  type: "AWS::Lambda::EventSourceMapping",
  service: "lambda",
  replacedBy: ["EventSourceArn", "SelfManagedEventSource", "StartingPosition", "StartingPositionTimestamp"],
  required: ["FunctionName"],
  idOf: (output) => output["UUID"],
  keyOf: (id) => ({ UUID: id }),
  attributesOf: (output, _properties, id) => ({
    Id: id,
    EventSourceMappingArn: output["EventSourceMappingArn"],
  }),
  // What the service has is an ARN, whatever the template names the function by.
  describedIn: (output) => ({ ...output, FunctionName: undefined }),
  tags: [
    "TagResource",
    "UntagResource",
    (_id, attributes) => ({ Resource: attributes["EventSourceMappingArn"] }),
  ],
  create: "CreateEventSourceMapping",
  update: "UpdateEventSourceMapping",
  delete: "DeleteEventSourceMapping",
  read: "GetEventSourceMapping",
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html */
export default defineType({
  ...mapping,
  async create(properties, at) {
    const made = await mapping.create(properties, at);
    await at.until(async () => {
      const output = await call(at, "GetEventSourceMapping", { UUID: made.id });
      return !["Creating", "Enabling", "Disabling"].includes(String(output["State"]));
    });
    return made;
  },
  async delete(existing, at) {
    await mapping.delete(existing, at);
    await at.until(
      async () => (await found(call(at, "GetEventSourceMapping", { UUID: existing.id }))) === undefined,
    );
  },
});
