import { isSame, listOf, retag } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties, withName, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("dynamodb");

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html */
export default defineType({
  type: "AWS::DynamoDB::Table",
  replacedBy: ["ImportSourceSpecification", "KeySchema", "LocalSecondaryIndexes", "TableName"],
  required: ["KeySchema"],
  isTagged: true,
  async create(properties, at) {
    const all = withTags(withName(properties, ["TableName", 255], at), at);
    const id = String(all["TableName"]);
    await call(at, "CreateTable", {
      ...all,
      SSESpecification: encryption(properties),
      StreamSpecification: stream(properties),
    });
    at.made({ id });
    await isActive(id, at);
    await change(id, {}, properties, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  attributes: (id, _properties, at) => attributesOf(id, at),
  async update({ id, properties: before }, properties, at) {
    await deleteIndexes(id, before, properties, at);
    await changeTable(id, before, properties, at);
    await changeIndexes(id, before, properties, at);
    await change(id, before, properties, at);
    const { TableArn: ResourceArn } = await describe(id, at);
    await retag(before, properties, at, {
      untag: (TagKeys) => call(at, "UntagResource", { ResourceArn, TagKeys }),
      tag: (tags) => call(at, "TagResource", { ResourceArn, Tags: tags }),
    });
    return { id, attributes: await attributesOf(id, at) };
  },
  async delete({ id }, at) {
    await gone(call(at, "DeleteTable", { TableName: id }));
    await at.until(async () => (await found(call(at, "DescribeTable", { TableName: id }))) === undefined);
  },
  async read({ id, properties }, at) {
    const output = await found(call(at, "DescribeTable", { TableName: id }));
    return shown(properties, output?.["Table"] as Properties | undefined);
  },
});

async function describe(TableName: string, at: ResourceContext): Promise<Properties> {
  return (await call(at, "DescribeTable", { TableName }))["Table"] as Properties;
}

async function attributesOf(id: string, at: ResourceContext): Promise<Properties> {
  const { TableArn, LatestStreamArn } = await describe(id, at);
  return { Arn: TableArn, ...(LatestStreamArn === undefined ? {} : { StreamArn: LatestStreamArn }) };
}

/** A table and all its indexes are in use. */
async function isActive(id: string, at: ResourceContext): Promise<void> {
  await at.until(async () => {
    const table = await describe(id, at);
    const indexes = listOf<Properties>(table, "GlobalSecondaryIndexes");
    return table["TableStatus"] === "ACTIVE" && indexes.every(({ IndexStatus }) => IndexStatus === "ACTIVE");
  });
}

/** A stream is on when there is a specification of it. */
function stream(properties: Properties): Properties | undefined {
  const specification = properties["StreamSpecification"] as Properties | undefined;
  return specification && { ...specification, StreamEnabled: true };
}

/** Templates call `SSEEnabled` what the service calls `Enabled`. */
function encryption(properties: Properties): Properties | undefined {
  const specification = properties["SSESpecification"] as Properties | undefined;
  return specification && { ...specification, Enabled: specification["SSEEnabled"] };
}

async function changeTable(
  TableName: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const differs = (name: string) => !isSame(before[name], properties[name]);
  const pick = (...names: string[]) =>
    names.some(differs) ? Object.fromEntries(names.map((name) => [name, properties[name]])) : {};
  const changes: Properties = {
    ...pick("BillingMode", "ProvisionedThroughput", "OnDemandThroughput"),
    ...pick("DeletionProtectionEnabled"),
    ...pick("TableClass"),
  };
  if (Object.keys(changes).length > 0) {
    const BillingMode = billingOf(properties);
    const indexes = isSame(billingOf(before), BillingMode) ? undefined : throughputs(before, properties);
    await call(at, "UpdateTable", {
      TableName,
      ...changes,
      BillingMode,
      GlobalSecondaryIndexUpdates: indexes,
    });
    await isActive(TableName, at);
  }
  if (differs("SSESpecification")) {
    const SSESpecification = encryption(properties) ?? { Enabled: false };
    await call(at, "UpdateTable", { TableName, SSESpecification });
    await isActive(TableName, at);
  }
  if (!differs("StreamSpecification")) return;
  // A stream that shows something else is another stream.
  if (before["StreamSpecification"]) {
    await call(at, "UpdateTable", { TableName, StreamSpecification: { StreamEnabled: false } });
    await isActive(TableName, at);
  }
  if (!properties["StreamSpecification"]) return;
  await call(at, "UpdateTable", { TableName, StreamSpecification: stream(properties) });
  await isActive(TableName, at);
}

/** With the way of billing, the throughput of the indexes that stay changes, too. */
function throughputs(before: Properties, properties: Properties): Properties[] | undefined {
  const had = byName(before);
  const stay = [...byName(properties)].filter(
    ([name, index]) => had.has(name) && index["ProvisionedThroughput"] !== undefined,
  );
  if (stay.length === 0) return undefined;
  return stay.map(([IndexName, index]) => ({ Update: { IndexName, ...throughputOf(index) } }));
}

/** An index that is to be another goes first: what is no longer there needs no throughput. */
async function deleteIndexes(
  TableName: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const wanted = byName(properties);
  for (const [IndexName, index] of byName(before)) {
    const now = wanted.get(IndexName);
    if (now && isSame(shapeOf(index), shapeOf(now))) continue;
    await call(at, "UpdateTable", { TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] });
    await isActive(TableName, at);
  }
}

/** One index is made or changed at a time. */
async function changeIndexes(
  TableName: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const had = byName(before);
  const { AttributeDefinitions } = properties;
  const update = async (change: Properties) => {
    await call(at, "UpdateTable", { TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates: [change] });
    await isActive(TableName, at);
  };
  for (const [IndexName, index] of byName(properties)) {
    const then = had.get(IndexName);
    if (!then || !isSame(shapeOf(then), shapeOf(index))) await update({ Create: index });
    else if (
      !isSame(throughputOf(then), throughputOf(index)) &&
      isSame(billingOf(before), billingOf(properties))
    ) {
      await update({ Update: { IndexName, ...throughputOf(index) } });
    }
  }
}

function throughputOf({ ProvisionedThroughput, OnDemandThroughput }: Properties): Properties {
  return { ProvisionedThroughput, OnDemandThroughput };
}

function billingOf(properties: Properties): unknown {
  return properties["BillingMode"] ?? "PROVISIONED";
}

function byName(properties: Properties): Map<string, Properties> {
  return new Map(
    listOf<Properties>(properties, "GlobalSecondaryIndexes").map((index) => [
      String(index["IndexName"]),
      index,
    ]),
  );
}

/** What of an index cannot be changed. */
function shapeOf({ KeySchema, Projection }: Properties): Properties {
  return { KeySchema, Projection };
}

/** Settings that have operations of their own. */
async function change(
  TableName: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const differs = (name: string) => !isSame(before[name], properties[name]);
  if (differs("PointInTimeRecoverySpecification")) {
    const specification = properties["PointInTimeRecoverySpecification"] ?? {
      PointInTimeRecoveryEnabled: false,
    };
    await call(at, "UpdateContinuousBackups", {
      TableName,
      PointInTimeRecoverySpecification: specification,
    });
  }
  if (differs("TimeToLiveSpecification")) {
    const had = before["TimeToLiveSpecification"] as Properties | undefined;
    const wanted = properties["TimeToLiveSpecification"] as Properties | undefined;
    const isOn = (specification: Properties | undefined) =>
      specification !== undefined && String(specification["Enabled"]) === "true";
    if (isOn(had)) {
      await call(at, "UpdateTimeToLive", {
        TableName,
        TimeToLiveSpecification: { ...had, Enabled: false },
      });
    }
    if (isOn(wanted)) await call(at, "UpdateTimeToLive", { TableName, TimeToLiveSpecification: wanted });
  }
  if (differs("ContributorInsightsSpecification")) {
    const specification = properties["ContributorInsightsSpecification"] as Properties | undefined;
    const isEnabled = specification !== undefined && String(specification["Enabled"]) === "true";
    await call(at, "UpdateContributorInsights", {
      TableName,
      ContributorInsightsAction: isEnabled ? "ENABLE" : "DISABLE",
    });
  }
  if (differs("KinesisStreamSpecification")) {
    const had = before["KinesisStreamSpecification"] as Properties | undefined;
    const wanted = properties["KinesisStreamSpecification"] as Properties | undefined;
    const input = (specification: Properties) => ({
      TableName,
      ...specification,
      EnableKinesisStreamingConfiguration: specification,
    });
    if (had) await call(at, "DisableKinesisStreamingDestination", input(had));
    if (wanted) await call(at, "EnableKinesisStreamingDestination", input(wanted));
  }
  if (differs("ResourcePolicy")) {
    const { TableArn: ResourceArn } = await describe(TableName, at);
    const policy = properties["ResourcePolicy"] as Properties | undefined;
    if (policy) await call(at, "PutResourcePolicy", { ResourceArn, Policy: policy["PolicyDocument"] });
    else await gone(call(at, "DeleteResourcePolicy", { ResourceArn }));
  }
}
