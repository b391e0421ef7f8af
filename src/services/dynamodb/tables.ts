import type { Handlers } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Database } from "./database.ts";
import { invalid, invalidParameter, tableExists, tableInUse, tableProtected } from "./errors.ts";
import { putPolicy } from "./policies.ts";
import { closeStream } from "./stream-records.ts";
import { createTable, settling } from "./table-creation.ts";
import { describeCreation, describeDeletion, describeTable } from "./table-description.ts";
import { checkTableSchema } from "./table-schema.ts";
import { tagging } from "./tags.ts";

const MOST_LISTED = 100;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html and its neighbours */
export const tables = (database: Database): Handlers<DynamoDB.Operations> => ({
  CreateTable(input, ctx) {
    const { region, name } = database.locate(input.TableName, ctx);
    const { AttributeDefinitions: attributes, KeySchema: keySchema } = checkTableSchema(input);
    const { StreamSpecification: stream } = input;
    if (stream) checkStream(stream);
    const tags = tagging.read(input.Tags);
    if (region.find(name)) throw tableExists(name);
    const record = createTable(region, {
      name,
      attributes,
      keySchema,
      locals: input.LocalSecondaryIndexes,
      globals: input.GlobalSecondaryIndexes,
      billingMode: input.BillingMode,
      throughput: input.ProvisionedThroughput,
      onDemand: input.OnDemandThroughput,
      warm: input.WarmThroughput,
      stream,
      sse: input.SSESpecification,
      tableClass: input.TableClass,
      deletionProtection: input.DeletionProtectionEnabled,
      tags,
    });
    if (input.ResourcePolicy !== undefined) putPolicy(region, record, record.arn, input.ResourcePolicy);
    return { TableDescription: describeCreation(region, record) };
  },

  DescribeTable(input, ctx) {
    const { region, table } = database.table(input.TableName, ctx);
    return { Table: describeTable(region, table.record) };
  },

  DeleteTable(input, ctx) {
    const { region, table } = database.table(input.TableName, ctx);
    const { record } = table;
    if (record.deletionProtection) throw tableProtected(record.arn);
    if (record.settling?.status === "CREATING") throw tableInUse(record.name, "created");
    if (record.settling?.status === "UPDATING") throw tableInUse(record.name, "updated");
    if (record.replicas?.some(({ settling }) => settling?.status !== "DELETING"))
      throw invalid(
        "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the table in the last 24 hours.",
      );
    if (record.settling?.status === "DELETING") return { TableDescription: describeDeletion(region, record) };
    const description = describeDeletion(region, record);
    closeStream(region, record);
    const deletion = settling(region, "DELETING", record.arn);
    if (deletion) region.save({ ...record, settling: deletion });
    else region.remove(record);
    return { TableDescription: description };
  },

  ListTables(input, ctx) {
    const region = database.region(ctx);
    const limit = input.Limit ?? MOST_LISTED;
    const names: string[] = [];
    for (const { name } of region.records(input.ExclusiveStartTableName)) {
      if (names.length === limit) return { TableNames: names, LastEvaluatedTableName: names.at(-1) };
      names.push(name);
    }
    return { TableNames: names };
  },
});

export function checkStream(stream: DynamoDB.StreamSpecification): void {
  if (stream.StreamEnabled && stream.StreamViewType === undefined)
    throw invalidParameter(
      "StreamSpecification: StreamViewType must be specified when StreamEnabled is true",
    );
  if (!stream.StreamEnabled && stream.StreamViewType !== undefined)
    throw invalidParameter(
      "StreamSpecification: StreamViewType cannot be specified when StreamEnabled is false",
    );
}
