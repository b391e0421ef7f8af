import { after } from "node:test";
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
} from "@aws-sdk/client-kinesis";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import type { CloudOptions } from "../../index.ts";

/** A cloud with a Kinesis client, and the few calls that every test makes. */
export async function fixture(options: CloudOptions = {}) {
  const cloud = await testCloud(options);
  const account = newAccount();
  const client = new KinesisClient(clientOptions(cloud, account));
  after(async () => {
    client.destroy();
    await cloud.stop();
  });
  const create = (StreamName: string, ShardCount = 1) =>
    client.send(new CreateStreamCommand({ StreamName, ShardCount }));
  const put = (StreamName: string, text: string, more: { ExplicitHashKey?: string } = {}) =>
    client.send(new PutRecordCommand({ StreamName, Data: Buffer.from(text), PartitionKey: text, ...more }));
  const shards = async (StreamName: string) =>
    (await client.send(new ListShardsCommand({ StreamName }))).Shards!;
  const iterator = async (StreamName: string, more: Partial<GetShardIteratorCommandInput> = {}) => {
    const input = { StreamName, ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON" as const };
    return (await client.send(new GetShardIteratorCommand({ ...input, ...more }))).ShardIterator!;
  };
  const read = (ShardIterator: string, Limit?: number) =>
    client.send(new GetRecordsCommand({ ShardIterator, Limit }));
  return { cloud, account, client, create, put, shards, iterator, read };
}

export const textsOf = ({ Records }: { Records?: { Data?: Uint8Array }[] }): string[] =>
  Records!.map(({ Data }) => Buffer.from(Data!).toString());
