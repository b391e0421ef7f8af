import { AwsError } from "../../core/aws-error.ts";
import { named } from "../../core/named.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { indexThroughputExceeded, throughputExceeded } from "./errors.ts";
import type { Region } from "./region.ts";
import type { Table } from "./table.ts";
import type { GlobalIndexRecord } from "./table-record.ts";

const READ_BYTES = 4096;
const WRITE_BYTES = 1024;
const BURST_S = 300;

export type Kind = "read" | "write";

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html */
export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / READ_BYTES)) * (consistent ? 1 : 0.5);
}

export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_BYTES));
}

const NO_UNITS = new Map<string, number>();

/** Units that an operation consumed of a table and of its indexes. */
export class Consumption {
  readonly table: Table;
  readonly kind: Kind;
  tableUnits = 0;
  /** Most calls read or write no index. */
  #indexUnits: Map<string, number> = NO_UNITS;

  constructor(table: Table, kind: Kind) {
    this.table = table;
    this.kind = kind;
  }

  add(units: number, index?: string): void {
    if (index === undefined) this.tableUnits += units;
    else {
      if (this.#indexUnits === NO_UNITS) this.#indexUnits = new Map();
      this.#indexUnits.set(index, (this.#indexUnits.get(index) ?? 0) + units);
    }
  }

  merge(other: Consumption): void {
    this.tableUnits += other.tableUnits;
    for (const [index, units] of other.#indexUnits) this.add(units, index);
  }

  get total(): number {
    let total = this.tableUnits;
    for (const units of this.#indexUnits.values()) total += units;
    return total;
  }

  /** What ReturnConsumedCapacity asks for. Transactions tell read and write units apart. */
  report(wanted: string | undefined, split = false): DynamoDB.ConsumedCapacity | undefined {
    if (wanted !== "TOTAL" && wanted !== "INDEXES") return undefined;
    const capacity = (units: number): DynamoDB.Capacity => ({
      CapacityUnits: units,
      ...(split && (this.kind === "read" ? { ReadCapacityUnits: units } : { WriteCapacityUnits: units })),
    });
    const report: DynamoDB.ConsumedCapacity = { TableName: this.table.name, ...capacity(this.total) };
    if (wanted === "TOTAL") return report;
    report.Table = capacity(this.tableUnits);
    for (const [name, units] of this.#indexUnits) {
      const kind = this.table.index(name)?.isGlobal ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes";
      report[kind] ??= named();
      report[kind][name] = capacity(units);
    }
    return report;
  }

  /** As charge, but says false instead of throwing. */
  tryCharge(region: Region): boolean {
    if (!region.settings.enforcesCapacity) return true;
    try {
      this.charge(region);
      return true;
    } catch (error) {
      if (error instanceof AwsError) return false;
      throw error;
    }
  }

  /** Takes the units out of the buckets; throws ProvisionedThroughputExceededException when one is too empty (then none is taken). */
  charge(region: Region): void {
    if (!region.settings.enforcesCapacity) return;
    const charges: { bucket: Bucket; units: number }[] = [];
    const nowMs = region.host.clock.now();
    const { record } = this.table;
    const want = (id: string, throughput: Limits, units: number, refuse: () => Error) => {
      const rate = rateOf(record.billingMode, throughput, this.kind);
      if (rate === undefined || units === 0) return;
      const bucket = bucketOf(region, `${id}/${this.kind}`, rate, nowMs);
      if (!bucket.has(units)) throw refuse();
      charges.push({ bucket, units });
    };
    let tableUnits = this.tableUnits;
    for (const [name, units] of this.#indexUnits) {
      const index = this.table.index(name);
      if (index?.isGlobal) {
        want(index.record.id, index.record as GlobalIndexRecord, units, indexThroughputExceeded);
      } else tableUnits += units;
    }
    want(record.id, record, tableUnits, throughputExceeded);
    for (const { bucket, units } of charges) bucket.take(units);
  }
}

type Limits = { throughput: DynamoDB.ProvisionedThroughput; onDemand?: DynamoDB.OnDemandThroughput };

/** Units a second; undefined without limit. */
function rateOf(billingMode: string, { throughput, onDemand }: Limits, kind: Kind): number | undefined {
  if (billingMode === "PROVISIONED")
    return kind === "read" ? throughput.ReadCapacityUnits : throughput.WriteCapacityUnits;
  const most = kind === "read" ? onDemand?.MaxReadRequestUnits : onDemand?.MaxWriteRequestUnits;
  return most !== undefined && most > 0 ? most : undefined;
}

/** A token bucket: fills at the provisioned rate, and keeps up to five minutes' worth for bursts. */
class Bucket {
  #tokens: number;
  #rate: number;
  #filledMs: number;

  constructor(rate: number, nowMs: number) {
    this.#tokens = rate;
    this.#rate = rate;
    this.#filledMs = nowMs;
  }

  fill(rate: number, nowMs: number): void {
    this.#tokens = Math.min(rate * BURST_S, this.#tokens + (this.#rate * (nowMs - this.#filledMs)) / 1000);
    this.#rate = rate;
    this.#filledMs = nowMs;
  }

  has(units: number): boolean {
    return this.#tokens >= units || this.#tokens >= this.#rate * BURST_S;
  }

  take(units: number): void {
    this.#tokens -= units;
  }
}

const buckets = new WeakMap<Region, Map<string, Bucket>>();

function bucketOf(region: Region, id: string, rate: number, nowMs: number): Bucket {
  let known = buckets.get(region);
  if (!known) {
    known = new Map();
    buckets.set(region, known);
  }
  let bucket = known.get(id);
  if (!bucket) {
    bucket = new Bucket(rate, nowMs);
    known.set(id, bucket);
  } else bucket.fill(rate, nowMs);
  return bucket;
}
