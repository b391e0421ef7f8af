import type { Handlers } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Database } from "./database.ts";
import { invalid, invalidParameter, limitExceeded, resourceNotFound, tableInUse } from "./errors.ts";
import { createGlobalIndex } from "./index-creation.ts";
import type { Region } from "./region.ts";
import { type ReplicaChanges, updateReplicas } from "./replicas.ts";
import { closeStream, openStream } from "./stream-records.ts";
import { encryption, newGlobalIndex, settling, settlingIndex } from "./table-creation.ts";
import { describeUpdate } from "./table-description.ts";
import type { TableRecord, Throughput } from "./table-record.ts";
import { checkGlobalIndexes, checkUnits } from "./table-schema.ts";
import { checkStream } from "./tables.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html */
export const tableUpdate = (database: Database): Handlers<DynamoDB.Operations> => ({
  UpdateTable(input, ctx) {
    checkInput(input);
    const { region, table } = database.table(input.TableName, ctx);
    if (table.record.settling?.status === "CREATING") throw tableInUse(table.name, "created");
    if (table.record.settling?.status === "UPDATING") throw tableInUse(table.name, "updated");
    if (table.record.settling?.status === "DELETING") throw tableInUse(table.name, "deleted");
    const record: TableRecord = {
      ...table.record,
      globals: table.record.globals.map(({ wasThroughput: _, ...index }) => index),
    };
    delete record.wasThroughput;
    const nowMs = ctx.clock.now();

    changeBilling(record, input, nowMs);
    const indexes = changeIndexes(region, record, input, nowMs);
    if (input.StreamSpecification) changeStream(region, record, input.StreamSpecification);
    if (input.SSESpecification) record.sse = encryption(region, input.SSESpecification);
    if (input.TableClass !== undefined) {
      record.tableClass = input.TableClass;
      record.tableClassChangedMs = nowMs;
    }
    if (input.DeletionProtectionEnabled !== undefined)
      record.deletionProtection = input.DeletionProtectionEnabled;
    if (input.OnDemandThroughput) record.onDemand = { ...record.onDemand, ...input.OnDemandThroughput };
    if (input.WarmThroughput) record.warm = { ...record.warm, ...input.WarmThroughput };
    const replicas: ReplicaChanges | undefined =
      input.ReplicaUpdates && updateReplicas(database, region, record, input.ReplicaUpdates);

    const changing = settling(region, "UPDATING", record.arn);
    if (changing) record.settling = changing;
    const saved = region.save(record);
    for (const fill of indexes) fill();
    replicas?.carryOut();
    return {
      TableDescription: describeUpdate(region, (region.find(record.name) ?? saved).record, {
        isWarming: input.WarmThroughput !== undefined,
      }),
    };
  },
});

const CHANGES = [
  "ProvisionedThroughput",
  "BillingMode",
  "GlobalSecondaryIndexUpdates",
  "StreamSpecification",
  "SSESpecification",
  "ReplicaUpdates",
  "TableClass",
  "DeletionProtectionEnabled",
  "OnDemandThroughput",
  "WarmThroughput",
  "MultiRegionConsistency",
  "GlobalTableWitnessUpdates",
  "GlobalTableSettingsReplicationMode",
] as const;

function checkInput(input: DynamoDB.UpdateTableInput): void {
  const asks = CHANGES.some((name) => {
    const value = input[name];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  if (!asks)
    throw invalid(
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
    );
  if (input.BillingMode === "PROVISIONED" && !input.ProvisionedThroughput)
    throw invalidParameter("ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
  if (input.ProvisionedThroughput) checkUnits(input.ProvisionedThroughput);
  if (input.StreamSpecification) checkStream(input.StreamSpecification);
  const seen = new Set<string>();
  for (const { Create, Update, Delete } of input.GlobalSecondaryIndexUpdates ?? []) {
    const [only, second] = [Update, Create, Delete].filter((action) => action !== undefined);
    if (second)
      throw invalidParameter(
        "Only one of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete may be non-null",
      );
    const name = only?.IndexName;
    if (name === undefined)
      throw invalidParameter(
        "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null",
      );
    if (seen.has(name))
      throw invalidParameter(
        `Only one global secondary index update per index is allowed simultaneously. Index: ${name}`,
      );
    seen.add(name);
  }
}

function changeBilling(record: TableRecord, input: DynamoDB.UpdateTableInput, nowMs: number): void {
  const mode = input.BillingMode ?? record.billingMode;
  if (input.BillingMode !== undefined || input.ProvisionedThroughput)
    record.wasThroughput = record.throughput;
  const was = record.billingMode;
  if (input.ProvisionedThroughput && mode === "PAY_PER_REQUEST")
    throw invalidParameter(
      "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
    );
  if (mode === "PAY_PER_REQUEST" && was === "PROVISIONED") {
    record.billingMode = "PAY_PER_REQUEST";
    record.payPerRequestSinceMs = nowMs;
    record.throughput = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };
    for (const index of record.globals) index.throughput = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };
  }
  if (!input.ProvisionedThroughput) return;
  if (mode === "PROVISIONED" && was === "PAY_PER_REQUEST") {
    const given = (input.GlobalSecondaryIndexUpdates ?? []).map(({ Update }) => Update?.IndexName);
    const missing = record.globals.filter(({ name }) => !given.includes(name)).map(({ name }) => name);
    if (missing.length > 0)
      throw invalidParameter(`ProvisionedThroughput must be specified for index: ${missing.join(",")}`);
    record.billingMode = "PROVISIONED";
    record.throughput = { ...input.ProvisionedThroughput };
    return;
  }
  record.throughput = changedThroughput(record.throughput, input.ProvisionedThroughput, nowMs);
}

function changedThroughput(was: Throughput, is: DynamoDB.ProvisionedThroughput, nowMs: number): Throughput {
  const reads = is.ReadCapacityUnits - was.ReadCapacityUnits;
  const writes = is.WriteCapacityUnits - was.WriteCapacityUnits;
  if (reads === 0 && writes === 0)
    throw invalid(
      `The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: ${was.ReadCapacityUnits}. Requested ReadCapacityUnits: ${is.ReadCapacityUnits}. Current WriteCapacityUnits provisioned for the table: ${was.WriteCapacityUnits}. Requested WriteCapacityUnits: ${is.WriteCapacityUnits}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
    );
  const rises = reads > 0 || writes > 0;
  const falls = reads < 0 || writes < 0;
  return {
    ...was,
    ReadCapacityUnits: is.ReadCapacityUnits,
    WriteCapacityUnits: is.WriteCapacityUnits,
    ...(rises && { lastIncreaseMs: nowMs }),
    ...(falls && { lastDecreaseMs: nowMs, decreasesToday: (was.decreasesToday ?? 0) + 1 }),
  };
}

/** Changes the record's indexes and returns what is left to do when it is saved: filling and emptying. */
function changeIndexes(
  region: Region,
  record: TableRecord,
  input: DynamoDB.UpdateTableInput,
  nowMs: number,
): (() => void)[] {
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  const structural = updates.filter(({ Create, Delete }) => Create || Delete);
  if (structural.length > 1)
    throw limitExceeded(
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    );
  return updates.flatMap(({ Create: create, Update: update, Delete: remove }) => {
    if (create) {
      if ([...record.globals, ...record.locals].some(({ name }) => name === create.IndexName))
        throw invalid("Attempting to create an index which already exists");
      if (input.AttributeDefinitions)
        record.attributes = mergedAttributes(record, input.AttributeDefinitions);
      checkGlobalIndexes(
        [create],
        (input.AttributeDefinitions ?? []).map(({ AttributeName }) => AttributeName),
        new Set(),
        record.billingMode,
      );
      const index = newGlobalIndex(region, create);
      index.settling = settlingIndex(region, "CREATING", record.arn, index.name);
      record.globals.push(index);
      return [() => createGlobalIndex(region, record.name, index.id)];
    }
    const name = (update ?? remove)?.IndexName;
    const index = record.globals.find((candidate) => candidate.name === name);
    if (!index) throw resourceNotFound(`Index: ${name} not found`);
    if (remove) {
      const deletion = settlingIndex(region, "DELETING", record.arn, index.name);
      if (deletion) {
        index.settling = deletion;
        return [];
      }
      record.globals = record.globals.filter((candidate) => candidate !== index);
      dropUnusedAttributes(record);
      return [() => region.removeIndex(index.id)];
    }
    const {
      ProvisionedThroughput: throughput,
      OnDemandThroughput: onDemand,
      WarmThroughput: warm,
    } = update ?? {};
    if (throughput) {
      checkUnits(throughput);
      index.wasThroughput = index.throughput;
      index.throughput = changedThroughput(index.throughput, throughput, nowMs);
    }
    if (onDemand) index.onDemand = { ...index.onDemand, ...onDemand };
    if (warm) index.warm = { ...index.warm, ...warm };
    return [];
  });
}

function mergedAttributes(
  record: TableRecord,
  given: DynamoDB.AttributeDefinitions,
): DynamoDB.AttributeDefinitions {
  for (const { AttributeName, AttributeType } of given) {
    const known = record.attributes.find((attribute) => attribute.AttributeName === AttributeName);
    if (known && known.AttributeType !== AttributeType)
      throw invalidParameter(
        `Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. Existing schema: Schema:[SchemaElement: key{${AttributeName}:${known.AttributeType}:HASH}] New schema: Schema:[SchemaElement: key{${AttributeName}:${AttributeType}:HASH}]`,
      );
  }
  const names = new Set(given.map(({ AttributeName }) => AttributeName));
  return [...record.attributes.filter(({ AttributeName }) => !names.has(AttributeName)), ...given];
}

function dropUnusedAttributes(record: TableRecord): void {
  const used = new Set(
    [record, ...record.locals, ...record.globals].flatMap(({ keySchema }) =>
      keySchema.map(({ AttributeName }) => AttributeName),
    ),
  );
  record.attributes = record.attributes.filter(({ AttributeName }) => used.has(AttributeName));
}

function changeStream(region: Region, record: TableRecord, asked: DynamoDB.StreamSpecification): void {
  if (asked.StreamEnabled) {
    if (record.stream?.enabled)
      throw invalid(`Table already has an enabled stream: TableName: ${record.name}`);
    if (asked.StreamViewType) openStream(region, record, asked.StreamViewType);
  } else {
    if (!record.stream?.enabled) throw invalid(`Table has no stream to disable: TableName: ${record.name}`);
    closeStream(region, record);
  }
}
