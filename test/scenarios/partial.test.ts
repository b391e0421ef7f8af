import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateStreamCommand, KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateTopicCommand, PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import {
  ChangeMessageVisibilityBatchCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { batches } from "../../src/faults/batches.ts";
import { clientOptions, testCloud } from "../cloud.ts";

const cloud = await testCloud();
after(() => cloud.stop());
const options = clientOptions(cloud);
const proven = new Set<string>();

/** The entry at position 1 fails in the next call of a batch. */
async function secondFails(service: string, operation: string): Promise<void> {
  proven.add(`${service}.${operation}`);
  await cloud.faults.add({ service, operation, partial: { entries: ["1"] }, times: 1 } as never);
}

const ids = ["a", "b", "c"];

test("SQS: an entry of each batch fails, the others take effect", async () => {
  const sqs = new SQSClient(options);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "partial" }));
  await secondFails("sqs", "SendMessageBatch");
  const sent = await sqs.send(
    new SendMessageBatchCommand({ QueueUrl, Entries: ids.map((Id) => ({ Id, MessageBody: Id })) }),
  );
  assert.deepEqual(
    sent.Successful?.map(({ Id }) => Id),
    ["a", "c"],
  );
  assert.deepEqual(
    sent.Failed?.map(({ Id, SenderFault }) => [Id, SenderFault]),
    [["b", false]],
  );
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  assert.deepEqual(Messages.map(({ Body }) => Body).sort(), ["a", "c"]);
  const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
  await secondFails("sqs", "ChangeMessageVisibilityBatch");
  const changed = await sqs.send(
    new ChangeMessageVisibilityBatchCommand({
      QueueUrl,
      Entries: Entries.map((entry) => ({ ...entry, VisibilityTimeout: 60 })),
    }),
  );
  assert.deepEqual(
    changed.Failed?.map(({ Id }) => Id),
    ["1"],
  );
  await secondFails("sqs", "DeleteMessageBatch");
  const deleted = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  assert.deepEqual([deleted.Successful?.length, deleted.Failed?.map(({ Id }) => Id)], [1, ["1"]]);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessagesNotVisible"] }),
  );
  assert.equal(Attributes?.["ApproximateNumberOfMessagesNotVisible"], "1");
});

test("SNS: PublishBatch", async () => {
  const sns = new SNSClient(options);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "partial" }));
  await secondFails("sns", "PublishBatch");
  const { Successful, Failed } = await sns.send(
    new PublishBatchCommand({
      TopicArn,
      PublishBatchRequestEntries: ids.map((Id) => ({ Id, Message: Id })),
    }),
  );
  assert.deepEqual([Successful?.map(({ Id }) => Id), Failed?.map(({ Id }) => Id)], [["a", "c"], ["b"]]);
});

test("Kinesis: PutRecords answers in the records' order, and counts", async () => {
  const kinesis = new KinesisClient(options);
  await kinesis.send(new CreateStreamCommand({ StreamName: "partial", ShardCount: 1 }));
  await secondFails("kinesis", "PutRecords");
  const { FailedRecordCount, Records } = await kinesis.send(
    new PutRecordsCommand({
      StreamName: "partial",
      Records: ids.map((id) => ({ PartitionKey: id, Data: Buffer.from(id) })),
    }),
  );
  assert.equal(FailedRecordCount, 1);
  assert.deepEqual(
    Records?.map(({ SequenceNumber, ErrorCode }) => ErrorCode ?? typeof SequenceNumber),
    ["string", "ProvisionedThroughputExceededException", "string"],
  );
});

test("DynamoDB: what is left comes back in the shape of the request", async () => {
  const dynamodb = new DynamoDBClient(options);
  const TableName = "partial";
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
  const keys = ids.map((id) => ({ id: { S: id } }));
  await secondFails("dynamodb", "BatchWriteItem");
  const { UnprocessedItems } = await dynamodb.send(
    new BatchWriteItemCommand({
      RequestItems: { [TableName]: keys.map((Item) => ({ PutRequest: { Item } })) },
    }),
  );
  assert.deepEqual(UnprocessedItems, { [TableName]: [{ PutRequest: { Item: { id: { S: "b" } } } }] });
  assert.equal((await dynamodb.send(new ScanCommand({ TableName }))).Count, 2);
  await secondFails("dynamodb", "BatchGetItem");
  const got = await dynamodb.send(
    new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: keys, ConsistentRead: true } } }),
  );
  assert.deepEqual(got.Responses?.[TableName]?.map(({ id }) => id?.S).sort(), ["a", "c"]);
  assert.deepEqual(got.UnprocessedKeys, {
    [TableName]: { Keys: [{ id: { S: "b" } }], ConsistentRead: true },
  });
  await secondFails("dynamodb", "BatchExecuteStatement");
  const { Responses } = await dynamodb.send(
    new BatchExecuteStatementCommand({
      Statements: ids.map((id) => ({ Statement: `SELECT * FROM "${TableName}" WHERE id = '${id}'` })),
    }),
  );
  assert.deepEqual(
    Responses?.map(({ Item, Error: error }) => error?.Code ?? Item?.["id"]?.S),
    ["a", "ProvisionedThroughputExceeded", "c"],
  );
});

test("S3: DeleteObjects names the key that it could not delete", async () => {
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const Bucket = "partial";
  await s3.send(new CreateBucketCommand({ Bucket }));
  for (const Key of ids) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  await secondFails("s3", "DeleteObjects");
  const { Deleted, Errors } = await s3.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: ids.map((Key) => ({ Key })) } }),
  );
  assert.deepEqual(
    Deleted?.map(({ Key }) => Key),
    ["a", "c"],
  );
  assert.deepEqual(Errors, [
    { Key: "b", Code: "InternalError", Message: "We encountered an internal error. Please try again." },
  ]);
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
  assert.deepEqual(
    Contents?.map(({ Key }) => Key),
    ["b"],
  );
});

test("a batch of which nothing is let through, one that is drawn, and a call that is no batch", async () => {
  const sqs = new SQSClient(options);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "partial-2" }));
  const send = () =>
    sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: ids.map((Id) => ({ Id, MessageBody: Id })) }));
  await cloud.faults.add({ service: "sqs", partial: { share: 100 }, times: 1 } as never);
  assert.deepEqual((await send()).Failed?.length, 3);
  await cloud.faults.add({ service: "sqs", partial: { share: 0 }, times: 1 } as never);
  assert.deepEqual(
    (await send()).Failed?.map(({ Id }) => Id),
    ["c"],
  );
  await cloud.faults.add({ service: "sqs", partial: true, times: 1 } as never);
  assert.equal((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.length, 1);
});

test("every batch of a served service is proven above", () => {
  const notServed = ["events", "firehose", "secretsmanager"];
  const left = batches()
    .filter(({ service }) => !notServed.includes(service))
    .map(({ service, operation }) => `${service}.${operation}`)
    .filter((name) => !proven.has(name));
  assert.deepEqual(left, []);
});
