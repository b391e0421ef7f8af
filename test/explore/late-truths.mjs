// A program that takes its stores to be quicker and its events to be fewer than AWS promises; with `mended` it does not.
// What `squall explore` finds in it is in test/scenarios/explore-semantics.test.ts.
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
} from "@aws-sdk/client-kinesis";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { ZipFile } from "yazl";

const isMended = process.argv[2] === "mended";
const dynamodb = new DynamoDBClient();
const kinesis = new KinesisClient();
const lambda = new LambdaClient();

const table = (TableName, ...more) =>
  dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["id", ...more].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      ...(more.length > 0 && {
        GlobalSecondaryIndexes: more.map((AttributeName) => ({
          IndexName: `by-${AttributeName}`,
          KeySchema: [{ AttributeName, KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        })),
      }),
    }),
  );

/** An event that counts: each by its id in the mended function. */
const COUNTS = `export async function handler({ id }) {
  const call = (target, body) => fetch(process.env.AWS_ENDPOINT_URL, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810." + target,
      authorization: "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + "/20261128/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
      "x-amz-security-token": process.env.AWS_SESSION_TOKEN,
    },
    body: JSON.stringify(body),
  });
  if (${isMended}) await call("PutItem", { TableName: "events", Item: { id: { S: id } } });
  else await call("UpdateItem", { TableName: "events", Key: { id: { S: "count" } }, UpdateExpression: "ADD n :one", ExpressionAttributeValues: { ":one": { N: "1" } } });
}`;

async function zipOf(source) {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(source), "index.mjs");
  zip.end();
  return Buffer.concat(await zip.outputStream.toArray());
}

await Promise.all([
  table("stock"),
  table("customers", "mail"),
  table("ledger"),
  table("events"),
  table("seen"),
]);
await kinesis.send(new CreateStreamCommand({ StreamName: "clicks", ShardCount: 1 }));
await lambda.send(
  new CreateFunctionCommand({
    FunctionName: "counts",
    Runtime: "nodejs22.x",
    Handler: "index.handler",
    Role: "arn:aws:iam::000000000000:role/counts",
    Code: { ZipFile: await zipOf(COUNTS) },
  }),
);

/** `work`, or what comes of it when it fails and nobody is to hear of it. */
async function quietly(work) {
  try {
    await work();
  } catch (error) {
    if (isMended) throw error;
  }
}

// 1: takes one from what it has read, which may be old.
const stock = { TableName: "stock", Key: { id: { S: "pen" } } };
await dynamodb.send(new PutItemCommand({ TableName: "stock", Item: { id: { S: "pen" }, n: { N: "10" } } }));
await dynamodb.send(
  new UpdateItemCommand({
    ...stock,
    UpdateExpression: "SET n = :n",
    ExpressionAttributeValues: { ":n": { N: "9" } },
  }),
);
const { Item } = await dynamodb.send(new GetItemCommand({ ...stock, ConsistentRead: isMended }));
await dynamodb.send(
  new PutItemCommand({ TableName: "stock", Item: { ...Item, n: { N: String(Number(Item.n.N) - 1) } } }),
);

// 2: looks in an index whether somebody is known, right after having made them.
async function customer(id, mail) {
  const { Items } = isMended
    ? {
        Items: [
          (
            await dynamodb.send(
              new GetItemCommand({ TableName: "customers", Key: { id: { S: mail } }, ConsistentRead: true }),
            )
          ).Item,
        ].filter(Boolean),
      }
    : await dynamodb.send(
        new QueryCommand({
          TableName: "customers",
          IndexName: "by-mail",
          KeyConditionExpression: "mail = :mail",
          ExpressionAttributeValues: { ":mail": { S: mail } },
        }),
      );
  if (Items.length > 0) return;
  await dynamodb.send(
    new PutItemCommand({
      TableName: "customers",
      Item: { id: { S: isMended ? mail : id }, mail: { S: mail } },
    }),
  );
}
await customer("c1", "ada@example.com");
await customer("c2", "ada@example.com");

// 3: a transaction that meets another is forgotten.
await quietly(() =>
  dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: ["debit", "credit"].map((id) => ({
        Put: { TableName: "ledger", Item: { id: { S: id } } },
      })),
    }),
  ),
);

// 4: and so is a write that was not the first.
await quietly(() =>
  dynamodb.send(
    new UpdateItemCommand({
      ...stock,
      UpdateExpression: "SET shelf = :shelf",
      ConditionExpression: "n > :none",
      ExpressionAttributeValues: { ":shelf": { S: "a4" }, ":none": { N: "0" } },
    }),
  ),
);

// 5: an iterator that has expired is the end of the stream.
await kinesis.send(
  new PutRecordCommand({ StreamName: "clicks", PartitionKey: "a", Data: Buffer.from("click") }),
);
for (let tries = 0; tries < 3; tries++) {
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({
      StreamName: "clicks",
      ShardId: "shardId-000000000000",
      ShardIteratorType: "TRIM_HORIZON",
    }),
  );
  try {
    const { Records } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    for (const { PartitionKey } of Records)
      await dynamodb.send(new PutItemCommand({ TableName: "seen", Item: { id: { S: PartitionKey } } }));
    break;
  } catch (error) {
    if (error.name !== "ExpiredIteratorException") throw error;
    if (!isMended) break;
  }
}

// 6: an event that comes twice counts twice.
await lambda.send(
  new InvokeCommand({ FunctionName: "counts", InvocationType: "Event", Payload: '{"id":"e1"}' }),
);
