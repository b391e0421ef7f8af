import { awsError } from "../../core/aws-error.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { invalidParameter } from "./errors.ts";
import { itemOf, textSize } from "./item-text.ts";
import { ItemWrite } from "./item-write.ts";
import type { Region } from "./region.ts";
import { createTable, encryption } from "./table-creation.ts";
import { describeTable } from "./table-description.ts";
import type { GlobalIndexRecord, IndexRecord, TableRecord } from "./table-record.ts";

const targetExists = awsError(
  "TableAlreadyExistsException",
  400,
  (name: string) => `Table already exists: ${name}`,
);

type RestoreInput = Pick<
  DynamoDB.RestoreTableFromBackupInput,
  | "TargetTableName"
  | "BillingModeOverride"
  | "GlobalSecondaryIndexOverride"
  | "LocalSecondaryIndexOverride"
  | "ProvisionedThroughputOverride"
  | "OnDemandThroughputOverride"
  | "SSESpecificationOverride"
>;

/**
 * A new table with another's schema and given items. As in AWS, it starts without tags, stream, time to live, policies
 * and recovery of its own.
 */
export function restore(
  region: Region,
  source: TableRecord,
  texts: Iterable<string>,
  input: RestoreInput,
  restored: NonNullable<TableRecord["restored"]>,
): DynamoDB.TableDescription {
  const name = input.TargetTableName;
  if (region.find(name)) throw targetExists(name);
  refuseOtherIndexes(input.LocalSecondaryIndexOverride, source.locals);
  refuseOtherIndexes(input.GlobalSecondaryIndexOverride, source.globals);
  const billingMode = input.BillingModeOverride ?? source.billingMode;
  const rows = [...texts];
  const record = createTable(region, {
    name,
    attributes: source.attributes,
    keySchema: source.keySchema,
    locals: input.LocalSecondaryIndexOverride ?? source.locals.map(indexInput),
    globals: input.GlobalSecondaryIndexOverride ?? source.globals.map(globalIndexInput),
    billingMode,
    throughput:
      billingMode === "PROVISIONED" ? (input.ProvisionedThroughputOverride ?? source.throughput) : undefined,
    onDemand: input.OnDemandThroughputOverride ?? source.onDemand,
  });
  record.sse = input.SSESpecificationOverride
    ? encryption(region, input.SSESpecificationOverride)
    : source.sse;
  record.restored = restored;
  const table = region.save(record);
  for (const text of rows) {
    const item = itemOf(text);
    new ItemWrite(region, table, item).commit(item, textSize(text));
  }
  return describeTable(region, record, "CREATING");
}

/** Indexes may be left out, but not made: those that are named are the source's, and so are their keys. */
function refuseOtherIndexes(
  asked: readonly DynamoDB.LocalSecondaryIndex[] | undefined,
  known: readonly IndexRecord[],
): void {
  for (const { IndexName, KeySchema } of asked ?? []) {
    const index = known.find(({ name }) => name === IndexName);
    if (!index || keysOf(index.keySchema) !== keysOf(KeySchema))
      throw invalidParameter(`The index ${IndexName} does not match an index of the table that is restored`);
  }
}

const keysOf = (schema: DynamoDB.KeySchema): string =>
  JSON.stringify(schema.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]));

function indexInput({ name, keySchema, projection }: IndexRecord): DynamoDB.LocalSecondaryIndex {
  return { IndexName: name, KeySchema: keySchema, Projection: projection };
}

function globalIndexInput(index: GlobalIndexRecord): DynamoDB.GlobalSecondaryIndex {
  const { ReadCapacityUnits, WriteCapacityUnits } = index.throughput;
  return {
    ...indexInput(index),
    ...(ReadCapacityUnits > 0 && { ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits } }),
    ...(index.onDemand && { OnDemandThroughput: index.onDemand }),
  };
}
