import { begin, type Lifecycle, type Transition } from "../../aws/lifecycle.ts";
import { makeArn } from "../../core/arn.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { indexLifecycle, tableLifecycle } from "./lifecycles.ts";
import type { Region } from "./region.ts";
import { openStream } from "./stream-records.ts";
import type { GlobalIndexRecord, IndexRecord, Settling, TableRecord } from "./table-record.ts";

const ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

type Where = Pick<Region, "account" | "name" | "host" | "settings">;

/** Until when a change of a table that begins now is under way; undefined when it is done at once. */
export function settling(region: Where, status: Settling["status"], arn: string): Settling | undefined {
  return beginIn(region, tableLifecycle, status, arn);
}

/** Begins a stage of something in a region, which may have delays of its own. */
export function beginIn<L extends Lifecycle, S extends keyof L["stages"] & string>(
  region: Where,
  lifecycle: L,
  status: S,
  arn: string,
): Transition<S> | undefined {
  return begin(lifecycle, status, arn, placeOf(region), region.host, timingsOf(region));
}

/** The same for a global index. */
export function settlingIndex(
  region: Where,
  status: "CREATING" | "DELETING",
  tableArn: string,
  index: string,
): Settling | undefined {
  const arn = `${tableArn}/index/${index}`;
  return beginIn(region, indexLifecycle, status, arn);
}

const placeOf = ({ account, name }: Where) => ({ account, region: name });
const timingsOf = ({ settings, host }: Where) => (settings.hasDelays ? "real" : host.timings);

export function newId(region: Region): string {
  return region.host.random.string(10, ID_ALPHABET);
}

export interface NewTable {
  readonly name: string;
  readonly attributes: DynamoDB.AttributeDefinitions;
  readonly keySchema: DynamoDB.KeySchema;
  readonly locals?: readonly DynamoDB.LocalSecondaryIndex[];
  readonly globals?: readonly DynamoDB.GlobalSecondaryIndex[];
  readonly billingMode?: string;
  readonly throughput?: DynamoDB.ProvisionedThroughput;
  readonly onDemand?: DynamoDB.OnDemandThroughput;
  readonly warm?: DynamoDB.WarmThroughput;
  readonly stream?: DynamoDB.StreamSpecification;
  readonly sse?: DynamoDB.SSESpecification;
  readonly tableClass?: string;
  readonly deletionProtection?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Makes a table (checked already) and keeps it. */
export function createTable(region: Region, table: NewTable): TableRecord {
  const nowMs = region.host.clock.now();
  const billingMode = table.billingMode === "PAY_PER_REQUEST" ? "PAY_PER_REQUEST" : "PROVISIONED";
  const arn = makeArn("dynamodb", region.name, region.account, `table/${table.name}`);
  const record: TableRecord = {
    name: table.name,
    uuid: region.host.random.uuid(),
    id: newId(region),
    arn,
    createdMs: nowMs,
    attributes: table.attributes,
    keySchema: table.keySchema,
    billingMode,
    ...(billingMode === "PAY_PER_REQUEST" && { payPerRequestSinceMs: nowMs }),
    throughput: table.throughput ?? { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
    onDemand: table.onDemand,
    warm: table.warm,
    locals: (table.locals ?? []).map((index) => newIndex(region, index)),
    globals: (table.globals ?? []).map((index) => newGlobalIndex(region, index)),
    tableClass: table.tableClass,
    deletionProtection: table.deletionProtection ?? false,
    sse: encryption(region, table.sse),
    tags: { ...table.tags },
    settling: settling(region, "CREATING", arn),
  };
  if (table.stream?.StreamEnabled && table.stream.StreamViewType)
    openStream(region, record, table.stream.StreamViewType);
  region.save(record);
  for (const { id } of [record, ...record.locals, ...record.globals]) region.startTally(id);
  return record;
}

function newIndex(region: Region, index: DynamoDB.LocalSecondaryIndex): IndexRecord {
  return {
    id: newId(region),
    name: index.IndexName,
    keySchema: index.KeySchema,
    projection: index.Projection,
  };
}

export function newGlobalIndex(region: Region, index: DynamoDB.GlobalSecondaryIndex): GlobalIndexRecord {
  return {
    ...newIndex(region, index),
    throughput: index.ProvisionedThroughput ?? { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
    onDemand: index.OnDemandThroughput,
    warm: index.WarmThroughput,
  };
}

/** AWS tells of encryption only when the key is not its own. */
export function encryption(
  region: Region,
  asked: DynamoDB.SSESpecification | undefined,
): DynamoDB.SSEDescription | undefined {
  if (!asked?.Enabled) return undefined;
  const key = asked.KMSMasterKeyId ?? "alias/aws/dynamodb";
  return {
    Status: "ENABLED",
    SSEType: "KMS",
    KMSMasterKeyArn: key.startsWith("arn:")
      ? key
      : makeArn("kms", region.name, region.account, key.startsWith("alias/") ? key : `key/${key}`),
  };
}
