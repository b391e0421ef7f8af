import { AwsError } from "../../core/aws-error.ts";
import type { Resource, ServiceHost } from "../../core/service.ts";
import { decodeIterator } from "./iterators.ts";
import { openShards } from "./shards.ts";
import { streamArn, streamCollection } from "./stream.ts";

interface Where {
  readonly account: string;
  readonly region: string;
}

/** The stream that an input names: by name, by ARN (its own or a consumer's), or by a place to read from. */
export function arnsOf(_: string, input: Record<string, unknown>, { account, region }: Where): string[] {
  const { StreamName, StreamARN, ResourceARN, ConsumerARN, ShardIterator } = input as {
    [member: string]: string | undefined;
  };
  const arn = StreamARN ?? ResourceARN ?? ConsumerARN;
  if (arn !== undefined) return [arn.split("/consumer/")[0]!];
  if (StreamName !== undefined) return [streamArn(region, account, StreamName)];
  return ShardIterator === undefined ? [] : readFrom(ShardIterator);
}

function readFrom(iterator: string): string[] {
  try {
    return [decodeIterator(iterator).arn];
  } catch (error) {
    if (error instanceof AwsError) return [];
    throw error;
  }
}

/** Streams as FIS targets. */
export function* streamResources(host: ServiceHost, { account, region }: Where): Iterable<Resource> {
  for (const stream of host.store(account, region).collection(streamCollection).values())
    yield {
      arn: stream.arn,
      tags: stream.tags,
      attributes: {
        StreamName: stream.name,
        StreamStatus: "ACTIVE",
        StreamModeDetails: { StreamMode: stream.mode },
        OpenShardCount: openShards(stream).length,
      },
    };
}
