import { callsOf, found, gone, type Properties, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("kinesis");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesis-streamconsumer.html */
export default defineType({
  type: "AWS::Kinesis::StreamConsumer",
  replacedBy: ["ConsumerName", "StreamARN"],
  required: ["ConsumerName", "StreamARN"],
  async create(properties, at) {
    const { Consumer } = await call(at, "RegisterStreamConsumer", withTags(properties, at));
    const { ConsumerARN, ConsumerName, ConsumerCreationTimestamp, ConsumerStatus } = Consumer as Properties;
    const id = String(ConsumerARN);
    at.made({ id });
    await at.until(async () => {
      return (await describe(id, at))?.["ConsumerStatus"] === "ACTIVE";
    });
    const { StreamARN } = properties;
    return {
      id,
      attributes: { ConsumerARN, ConsumerName, ConsumerCreationTimestamp, ConsumerStatus, StreamARN },
    };
  },
  async delete({ id }, at) {
    await gone(call(at, "DeregisterStreamConsumer", { ConsumerARN: id }));
    await at.until(async () => (await describe(id, at)) === undefined);
  },
  read: async ({ id, properties }, at) => shown(properties, await describe(id, at)),
});

async function describe(id: string, at: ResourceContext): Promise<Properties | undefined> {
  const output = await found(call(at, "DescribeStreamConsumer", { ConsumerARN: id }));
  return output?.["ConsumerDescription"] as Properties | undefined;
}
