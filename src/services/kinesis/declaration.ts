import { declareService } from "../../aws/declaration.ts";
import { defineEncryption } from "../../aws/encryption.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { withoutWords } from "../../aws/request-sizes.ts";
import { defineContents, defineResource } from "../../aws/resource.ts";
import { taggedByArn } from "../../aws/tags.ts";
import { type ConsumerRecord, consumerCollection } from "./consumer.ts";
import { refusalOfKms } from "./errors.ts";
import { arnOfIterator } from "./iterator-text.ts";
import { consumerLifecycle, streamLifecycle } from "./lifecycle.ts";
import { type KeptRecord, recordCollection, type StreamRecord, streamCollection } from "./stream.ts";

const MEMBERS = ["ResourceARN", "Tags", "TagKeys"] as const;

/** The stream in a stream's ARN, or in that of one of its consumers. */
function streamOf(arn: string | undefined) {
  const [, region = "", account = "", StreamName] =
    /^arn:[^:]*:kinesis:([^:]*):([^:]*):stream\/([^/]+)/.exec(arn ?? "") ?? [];
  return StreamName === undefined ? undefined : { region, account, StreamName };
}

/** Amazon Kinesis Data Streams: https://docs.aws.amazon.com/kinesis/latest/APIReference/ */
export default declareService({
  name: "kinesis",
  // PutRecords: 10 MiB of records, in Base64, and around each of 500 its keys.
  requests: { mostBytes: 15 * 1024 * 1024, refusal: withoutWords },
  faultPoints: { ...lifecyclePoint(streamLifecycle), ...lifecyclePoint(consumerLifecycle) },
  iam: {
    also: {
      CreateStream: [{ action: "kinesis:AddTagsToStream", when: "Tags" }],
      RegisterStreamConsumer: [{ action: "kinesis:TagResource", when: "Tags" }],
    },
  },
  resources: {
    stream: defineResource<StreamRecord>({
      arn: "arn:{partition}:kinesis:{region}:{account}:stream/{StreamName}",
      namedBy: {
        StreamName: true,
        StreamARN: streamOf,
        ResourceARN: streamOf,
        ConsumerARN: streamOf,
        ShardIterator: (iterator) => streamOf(arnOfIterator(iterator)),
      },
      fis: "aws:kinesis:stream",
      cfn: "AWS::Kinesis::Stream",
      collection: streamCollection,
      contents: [
        defineContents<StreamRecord, KeptRecord>({
          collection: recordCollection,
          within: ({ id }) => [id],
          entry: ({ data, partitionKey }) => ({
            value: { partitionKey, data: Buffer.from(data).toString("utf8") },
          }),
        }),
      ],
      tags: taggedByArn({ of: ({ tags }) => tags, members: MEMBERS, form: "map" }),
      encryption: defineEncryption<StreamRecord>({
        key: ({ keyId }) => keyId,
        uses: {
          PutRecord: "encrypts",
          PutRecords: "encrypts",
          GetRecords: "decrypts",
          SubscribeToShard: "decrypts",
        },
        gives: { StartStreamEncryption: "KeyId" },
        context: (arn) => ({ "aws:kinesis:arn": arn }),
        as: "caller",
        refusal: refusalOfKms,
      }),
      policy: ({ policy }) => policy,
    }),
    consumer: defineResource<ConsumerRecord>({
      arn: "arn:{partition}:kinesis:{region}:{account}:stream/{StreamName}/consumer/{ConsumerName}:{CreationTimestamp}",
      namedBy: { ConsumerARN: true, ResourceARN: true },
      insteadOf: "stream",
      fis: "aws:kinesis:consumer",
      cfn: "AWS::Kinesis::StreamConsumer",
      collection: consumerCollection,
      nameOf: ({ arn }) => arn,
      tags: taggedByArn({ of: ({ tags }) => tags, members: MEMBERS, form: "map" }),
      policy: ({ policy }) => policy,
    }),
  },
});
