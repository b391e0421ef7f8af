import { listOf } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("logs");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-destination.html */
export default defineType({
  type: "AWS::Logs::Destination",
  replacedBy: ["DestinationName"],
  required: ["DestinationName", "RoleArn", "TargetArn"],
  create: async (properties, at) => ({
    id: String(properties["DestinationName"]),
    attributes: await put(withTags(properties, at), at),
  }),
  async update({ id }, properties, at) {
    const attributes = await put(properties, at);
    // Logs keeps no tags of destinations.
    return { id, attributes };
  },
  delete: ({ id }, at) => gone(call(at, "DeleteDestination", { DestinationName: id })),
  async read({ id, properties }, at) {
    const output = await found(call(at, "DescribeDestinations", { DestinationNamePrefix: id }));
    const all = listOf<Properties>(output ?? {}, "destinations");
    return shown(
      properties,
      all.find(({ destinationName }) => destinationName === id),
    );
  },
});

async function put(properties: Properties, at: ResourceContext): Promise<Properties> {
  const { DestinationName, DestinationPolicy } = properties;
  const { destination } = await call(at, "PutDestination", properties);
  if (DestinationPolicy !== undefined) {
    await call(at, "PutDestinationPolicy", { DestinationName, AccessPolicy: DestinationPolicy });
  }
  return { Arn: (destination as Properties)["arn"] };
}
