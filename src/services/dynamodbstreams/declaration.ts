import { declareService } from "../../aws/declaration.ts";
import { withoutWords } from "../../aws/request-sizes.ts";
import { defineResource } from "../../aws/resource.ts";
import { sure } from "../../core/sure.ts";
import { streamPoint } from "../dynamodb/fault-points.ts";

/** Amazon DynamoDB Streams: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html */
export default declareService({
  name: "dynamodbstreams",
  requests: { mostBytes: 1024 * 1024, refusal: withoutWords },
  storeName: "dynamodb",
  iam: {
    prefix: "dynamodb",
    resourcesOf: ({ StreamArn, ShardIterator }) => streamOf(StreamArn ?? ShardIterator),
  },
  faultPoints: { "dynamodb:stream": streamPoint },
  resources: {
    /** The table that a stream belongs to. */
    table: defineResource({
      arn: "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}",
      namedBy: { TableName: true, StreamArn: tableOf, ShardIterator: tableOf },
    }),
  },
});

/** What IAM has a stream's calls on: the stream itself. */
function streamOf(text: unknown): string[] {
  const arn = typeof text === "string" ? /^arn:[^|]*\/stream\/[^|]*/.exec(text)?.[0] : undefined;
  return arn === undefined ? [] : [arn];
}

/** Streams are named by their ARN alone, and iterators begin with it. */
function tableOf(text: string) {
  const [, region, account, TableName] =
    /^arn:[^:]*:dynamodb:([^:]*):([^:]*):table\/([^/|]+)/.exec(text) ?? [];
  return TableName === undefined ? undefined : { region: sure(region), account: sure(account), TableName };
}
