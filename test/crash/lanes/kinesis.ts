import {
  CreateStreamCommand,
  KinesisClient,
  GetRecordsCommand as KinesisGetRecords,
  GetShardIteratorCommand as KinesisGetShardIterator,
  PutRecordCommand,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default ({ options }: Bed): Lane[] => [records(new KinesisClient(options))];

function records(kinesis: KinesisClient): Lane {
  const StreamName = "crash-stream";
  const acknowledged = new Acknowledged("kinesis");
  const found = new Set<string>();
  let after: string | undefined;
  return {
    name: "kinesis",
    setup: async () => {
      await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
      await waitUntilStreamExists({ client: kinesis, maxWaitTime: 10, minDelay: 1 }, { StreamName });
    },
    write: async (n) => {
      await kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: "p", Data: Buffer.from(`r${n}`) }));
      acknowledged.add(`r${n}`);
    },
    verify: async () => {
      const { ShardIterator } = await kinesis.send(
        new KinesisGetShardIterator({
          StreamName,
          ShardId: "shardId-000000000000",
          ...(after
            ? { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: after }
            : { ShardIteratorType: "TRIM_HORIZON" }),
        }),
      );
      let iterator = ShardIterator;
      while (iterator) {
        const { Records = [], NextShardIterator } = await kinesis.send(
          new KinesisGetRecords({ ShardIterator: iterator }),
        );
        for (const { Data, SequenceNumber } of Records) {
          found.add(Buffer.from(Data!).toString());
          after = SequenceNumber;
        }
        iterator = Records.length === 0 ? undefined : NextShardIterator;
      }
      await acknowledged.verify(async (record) => found.has(record));
    },
  };
}
