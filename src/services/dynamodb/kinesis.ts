import { deliver } from "../../aws/deliver.ts";
import { stateOf } from "../../aws/lifecycle.ts";
import { readJson } from "../../core/read-json.ts";
import type { Handlers } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Item } from "./attribute-value.ts";
import type { Database } from "./database.ts";
import { invalid, resourceNotFound } from "./errors.ts";
import { itemJson } from "./item-json.ts";
import { itemText } from "./item-text.ts";
import type { Changed } from "./item-write.ts";
import { destinationLifecycle } from "./lifecycles.ts";
import type { Region } from "./region.ts";
import type { Table } from "./table.ts";
import { beginIn } from "./table-creation.ts";

type Destination = NonNullable<Table["record"]["kinesis"]>[number];

/** Kinesis Data Streams as a destination of a table's changes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds.html */
export const kinesisDestinations = (database: Database): Handlers<DynamoDB.Operations> => ({
  EnableKinesisStreamingDestination(input, ctx) {
    const { region, table } = database.table(input.TableName, ctx);
    const known = (table.record.kinesis ?? []).filter(({ streamArn }) => streamArn !== input.StreamArn);
    const before = find(table, input.StreamArn);
    if (before && !["DISABLED", "ENABLE_FAILED"].includes(stateIn(region, before)))
      throw invalid(
        "Table is not in a valid state to enable Kinesis Streaming Destination: KinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.",
      );
    const precision = input.EnableKinesisStreamingConfiguration?.ApproximateCreationDateTimePrecision;
    const destination = {
      streamArn: input.StreamArn,
      status: "ACTIVE",
      precision,
      transition: beginIn(region, destinationLifecycle, "ENABLING", table.record.arn),
    };
    region.save({ ...table.record, kinesis: [...known, destination] });
    return answer(table, destination, "ENABLING");
  },

  DisableKinesisStreamingDestination(input, ctx) {
    const { region, table } = database.table(input.TableName, ctx);
    const destination = find(table, input.StreamArn);
    if (!destination || stateIn(region, destination) !== "ACTIVE")
      throw invalid(
        "Table is not in a valid state to disable Kinesis Streaming Destination: KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.",
      );
    const transition = beginIn(region, destinationLifecycle, "DISABLING", table.record.arn);
    change(region, table, { ...destination, status: "DISABLED", transition });
    return answer(table, destination, "DISABLING");
  },

  UpdateKinesisStreamingDestination(input, ctx) {
    const { region, table } = database.table(input.TableName, ctx);
    const destination = find(table, input.StreamArn);
    if (!destination) throw resourceNotFound(`KinesisStreamingDestination: ${input.StreamArn} not found`);
    const precision = input.UpdateKinesisStreamingConfiguration?.ApproximateCreationDateTimePrecision;
    const transition = beginIn(region, destinationLifecycle, "UPDATING", table.record.arn);
    change(region, table, { ...destination, precision, transition });
    return {
      TableName: table.name,
      StreamArn: input.StreamArn,
      DestinationStatus: "UPDATING",
      UpdateKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: precision },
    };
  },

  DescribeKinesisStreamingDestination(input, ctx) {
    const { region, table } = database.table(input.TableName, ctx);
    return {
      TableName: table.name,
      KinesisDataStreamDestinations: (table.record.kinesis ?? []).map((destination) => ({
        StreamArn: destination.streamArn,
        DestinationStatus: stateIn(region, destination),
        ...(destination.transition?.failure !== undefined && {
          DestinationStatusDescription: destination.transition.failure,
        }),
        ...(destination.precision !== undefined && {
          ApproximateCreationDateTimePrecision: destination.precision,
        }),
      })),
    };
  },
});

const stateIn = ({ host }: Region, { transition, status }: Destination) =>
  stateOf(destinationLifecycle, transition, status, host);

function find(table: Table, arn: string): Destination | undefined {
  return table.record.kinesis?.find(({ streamArn }) => streamArn === arn);
}

function change(region: Region, table: Table, changed: Destination): void {
  const kinesis = (table.record.kinesis ?? []).map((known) =>
    known.streamArn === changed.streamArn ? changed : known,
  );
  region.save({ ...table.record, kinesis });
}

function answer(table: Table, { streamArn, precision }: Destination, status: string) {
  return {
    TableName: table.name,
    StreamArn: streamArn,
    DestinationStatus: status,
    ...(precision !== undefined && {
      EnableKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: precision },
    }),
  };
}

/** Sends a change of an item to the table's Kinesis streams. A stream that refuses is only noted in the log. */
export function sendToKinesis(region: Region, { write, after, nowMs, options }: Changed): void {
  const parentId = options.writtenBy;
  const where = { account: region.account, region: region.name, ...(parentId && { parentId }) };
  const { table, before } = write;
  for (const destination of table.record.kinesis ?? []) {
    if (!["ACTIVE", "UPDATING"].includes(stateIn(region, destination))) continue;
    const { streamArn, precision } = destination;
    const micros = precision === "MICROSECOND";
    const body = {
      awsRegion: region.name,
      eventID: region.host.random.uuid(),
      eventName: !before ? "INSERT" : after ? "MODIFY" : "REMOVE",
      userIdentity: null,
      recordFormat: "application/json",
      tableName: table.name,
      dynamodb: {
        ApproximateCreationDateTime: micros ? nowMs * 1000 : nowMs,
        ApproximateCreationDateTimePrecision: precision ?? "MILLISECOND",
        Keys: wire(table.keys.pick(sure(after ?? before))),
        ...(after && { NewImage: wire(after) }),
        ...(before && { OldImage: wire(before) }),
        SizeBytes: write.beforeText?.length ?? 0,
      },
      eventSource: "aws:dynamodb",
    };
    const record = { body: JSON.stringify(body), partitionKey: String(write.key[1]) };
    deliver(region.host.call, streamArn, record, where).catch((error: Error) =>
      region.host.log.warn(`${streamArn} did not take a change: ${error.message}`),
    );
  }
}

/** An item as JSON, with binaries as base64. */
function wire(item: Item): unknown {
  return readJson(itemJson(itemText(item)));
}
