import { isSame, listChanges, listOf, retag } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties, withName, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("kinesis");

const DEFAULT_RETENTION_HOURS = 24;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesis-stream.html */
export default defineType({
  type: "AWS::Kinesis::Stream",
  replacedBy: ["Name"],
  isTagged: true,
  async create(properties, at) {
    const all = withTags(withName(properties, ["Name", 128], at), at);
    const id = String(all["Name"]);
    const shards = isOnDemand(properties) ? {} : { ShardCount: properties["ShardCount"] ?? 1 };
    await call(at, "CreateStream", { ...all, ...shards, StreamName: id });
    at.made({ id });
    await isActive(id, at);
    await change(id, {}, properties, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  async update({ id, properties: before }, properties, at) {
    await changeCapacity(id, before, properties, at);
    await change(id, before, properties, at);
    await retag(before, properties, at, {
      untag: (TagKeys) => call(at, "RemoveTagsFromStream", { StreamName: id, TagKeys }),
      tag: (tags) => call(at, "AddTagsToStream", { StreamName: id, Tags: tags }),
    });
    return { id, attributes: await attributesOf(id, at) };
  },
  async delete({ id }, at) {
    await gone(call(at, "DeleteStream", { StreamName: id, EnforceConsumerDeletion: true }));
    await at.until(
      async () => (await found(call(at, "DescribeStreamSummary", { StreamName: id }))) === undefined,
    );
  },
  attributes: (id, _properties, at) => attributesOf(id, at),
  async read({ id, properties }, at) {
    const output = await found(call(at, "DescribeStreamSummary", { StreamName: id }));
    const stream = output?.["StreamDescriptionSummary"] as Properties | undefined;
    return shown(properties, stream && { ...stream, ShardCount: stream["OpenShardCount"] });
  },
});

function isOnDemand(properties: Properties): boolean {
  return (properties["StreamModeDetails"] as Properties | undefined)?.["StreamMode"] === "ON_DEMAND";
}

async function attributesOf(id: string, at: ResourceContext): Promise<Properties> {
  const { StreamDescriptionSummary } = await call(at, "DescribeStreamSummary", { StreamName: id });
  return { Arn: (StreamDescriptionSummary as Properties)["StreamARN"] };
}

async function isActive(id: string, at: ResourceContext): Promise<void> {
  await at.until(async () => {
    const { StreamDescriptionSummary } = await call(at, "DescribeStreamSummary", { StreamName: id });
    return (StreamDescriptionSummary as Properties)["StreamStatus"] === "ACTIVE";
  });
}

async function changeCapacity(
  id: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  if (isOnDemand(before) !== isOnDemand(properties)) {
    const { Arn: StreamARN } = await attributesOf(id, at);
    const StreamMode = isOnDemand(properties) ? "ON_DEMAND" : "PROVISIONED";
    await call(at, "UpdateStreamMode", { StreamARN, StreamModeDetails: { StreamMode } });
    await isActive(id, at);
  }
  if (isOnDemand(properties) || isSame(before["ShardCount"], properties["ShardCount"])) return;
  await call(at, "UpdateShardCount", {
    StreamName: id,
    TargetShardCount: properties["ShardCount"] ?? 1,
    ScalingType: "UNIFORM_SCALING",
  });
  await isActive(id, at);
}

/** Retention, encryption and metrics by shard. */
async function change(
  StreamName: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const had = Number(before["RetentionPeriodHours"] ?? DEFAULT_RETENTION_HOURS);
  const RetentionPeriodHours = Number(properties["RetentionPeriodHours"] ?? DEFAULT_RETENTION_HOURS);
  if (RetentionPeriodHours !== had) {
    const operation =
      RetentionPeriodHours > had ? "IncreaseStreamRetentionPeriod" : "DecreaseStreamRetentionPeriod";
    await call(at, operation, { StreamName, RetentionPeriodHours });
    await isActive(StreamName, at);
  }
  const encryption = properties["StreamEncryption"] as Properties | undefined;
  if (!isSame(before["StreamEncryption"], encryption)) {
    const operation = encryption ? "StartStreamEncryption" : "StopStreamEncryption";
    await call(at, operation, {
      StreamName,
      ...(encryption ?? (before["StreamEncryption"] as Properties)),
    });
    await isActive(StreamName, at);
  }
  const metrics = listChanges(
    listOf(before, "DesiredShardLevelMetrics"),
    listOf(properties, "DesiredShardLevelMetrics"),
  );
  const monitoring = async (operation: string, ShardLevelMetrics: string[]) => {
    if (ShardLevelMetrics.length === 0) return;
    await call(at, operation, { StreamName, ShardLevelMetrics });
    await isActive(StreamName, at);
  };
  await monitoring("EnableEnhancedMonitoring", metrics.added);
  await monitoring("DisableEnhancedMonitoring", metrics.removed);
}
