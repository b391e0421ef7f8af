import { isSame, listOf } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties, withName } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";
import { isMap, type Value, type Values } from "../sam/value.ts";
import table from "./dynamodb-table.ts";

const call = callsOf("dynamodb");

/** A table in several regions. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html */
export default defineType({
  type: "AWS::DynamoDB::GlobalTable",
  replacedBy: ["KeySchema", "LocalSecondaryIndexes", "TableName"],
  required: ["AttributeDefinitions", "KeySchema", "Replicas"],
  async create(properties, at) {
    const named = withName(properties, ["TableName", 255], at) as Values;
    const made = await table.create(asTable(named, at), at);
    await changeReplicas(made.id, [], regionsOf(named, at), at);
    return { id: made.id, attributes: { ...made.attributes, TableId: await idOf(made.id, at) } };
  },
  async update(existing, properties, at) {
    const { id, properties: before, attributes } = existing;
    const [was, is] = [asTable(before, at), asTable({ ...properties, TableName: id } as Values, at)];
    if (!isSame(was, is)) await table.update?.({ id, attributes, properties: was }, is, at);
    await changeReplicas(id, regionsOf(before, at), regionsOf(properties, at), at);
    return { id, attributes };
  },
  async delete(existing, at) {
    // One that has not been made whole lacks some.
    const output = await found(call(at, "DescribeTable", { TableName: existing.id }));
    const there = listOf<Properties>((output?.["Table"] ?? {}) as Properties, "Replicas").map(
      ({ RegionName }) => String(RegionName),
    );
    const replicas = regionsOf(existing.properties, at).filter((region) => there.includes(region));
    await gone(changeReplicas(existing.id, replicas, [], at));
    await table.delete(existing, at);
  },
  async read({ id, properties }, at) {
    const output = await found(call(at, "DescribeTable", { TableName: id }));
    // Replicas stand in the template with the settings of each, and in the service with their states.
    return shown(properties, output && { ...(output["Table"] as Properties), Replicas: undefined });
  },
});

/** The table in this region: what all replicas have, and what this one has. */
function asTable(properties: Values, at: ResourceContext): Values {
  const own = listOf<Values>(properties, "Replicas").find(({ Region }) => Region === at.region) ?? {};
  const hasOthers = regionsOf(properties, at).length > 0;
  const { Replicas: _, GlobalSecondaryIndexes, ...shared } = properties;
  const { Region: ___, GlobalSecondaryIndexes: ____, ...replica } = own;
  const isProvisioned = properties["BillingMode"] === "PROVISIONED";
  const indexes = new Map(
    listOf<Values>(own, "GlobalSecondaryIndexes").map((one) => [one["IndexName"], one]),
  );
  const ownIndex = ({ IndexName = "" }: Values): Values => indexes.get(IndexName) ?? {};
  return {
    // Replicas follow each other by their streams.
    ...(hasOthers ? { StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" } } : {}),
    ...withoutSettings(shared),
    ...withoutSettings(replica),
    ...throughputOf(properties, own, isProvisioned),
    ...(GlobalSecondaryIndexes !== undefined && {
      GlobalSecondaryIndexes: listOf<Values>(properties, "GlobalSecondaryIndexes").map((index) => ({
        ...withoutSettings(index),
        ...throughputOf(index, ownIndex(index), isProvisioned),
      })),
    }),
    BillingMode: properties["BillingMode"] ?? "PAY_PER_REQUEST",
  };
}

/** Writes are all replicas', reads each replica's own; with auto scaling they begin where that does. Scaling itself is not done here. */
function throughputOf(writes: Values, reads: Values, isProvisioned: boolean): Values {
  const unitsOf = (of: Values, kind: "Read" | "Write"): Value => {
    const settings = mapOf(of[`${kind}ProvisionedThroughputSettings`]);
    const scaling = mapOf(settings[`${kind}CapacityAutoScalingSettings`]);
    return settings[`${kind}CapacityUnits`] ?? scaling["SeedCapacity"] ?? scaling["MinCapacity"] ?? "";
  };
  if (isProvisioned)
    return {
      ProvisionedThroughput: {
        ReadCapacityUnits: unitsOf(reads, "Read"),
        WriteCapacityUnits: unitsOf(writes, "Write"),
      },
    };
  const most = {
    ...mapOf(writes["WriteOnDemandThroughputSettings"]),
    ...mapOf(reads["ReadOnDemandThroughputSettings"]),
  };
  if (Object.keys(most).length === 0) return {};
  const { MaxReadRequestUnits = -1, MaxWriteRequestUnits = -1 } = most;
  // Without a limit it is -1.
  return { OnDemandThroughput: { MaxReadRequestUnits, MaxWriteRequestUnits } };
}

const mapOf = (value: Value | undefined): Values => (isMap(value) ? value : {});

const withoutSettings = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !name.endsWith("ThroughputSettings")));

function regionsOf(properties: Properties, at: ResourceContext): string[] {
  return listOf<Properties>(properties, "Replicas")
    .map(({ Region }) => String(Region))
    .filter((region) => region !== at.region);
}

async function idOf(TableName: string, at: ResourceContext): Promise<unknown> {
  return ((await call(at, "DescribeTable", { TableName }))["Table"] as Properties)["TableId"];
}

/** One replica is made or deleted at a time. */
async function changeReplicas(
  TableName: string,
  before: string[],
  regions: string[],
  at: ResourceContext,
): Promise<void> {
  const update = async (change: Properties) => {
    await call(at, "UpdateTable", { TableName, ReplicaUpdates: [change] });
    await at.until(async () => {
      const { Table } = (await call(at, "DescribeTable", { TableName })) as { Table: Properties };
      return (
        Table["TableStatus"] === "ACTIVE" &&
        listOf<Properties>(Table, "Replicas").every(({ ReplicaStatus }) => ReplicaStatus === "ACTIVE")
      );
    });
  };
  for (const RegionName of before)
    if (!regions.includes(RegionName)) await update({ Delete: { RegionName } });
  for (const RegionName of regions)
    if (!before.includes(RegionName)) await update({ Create: { RegionName } });
}
