import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

const { TABLE, QUEUE, BUCKET } = process.env;
const table = new DynamoDBClient();
// The SDK would go to the queue's own host name, which a machine without a name server does not find.
const queue = new SQSClient({ useQueueUrlAsEndpoint: false });
const bus = new EventBridgeClient();
const bucket = new S3Client({ forcePathStyle: true });

/** Takes an order: `POST /orders/{id}`. */
export async function take({ path }) {
  const id = path.split("/").at(-1);
  const Item = { id: { S: id }, state: { S: "taken" } };
  await table.send(new PutItemCommand({ TableName: TABLE, Item }));
  await queue.send(new SendMessageCommand({ QueueUrl: QUEUE, MessageBody: id }));
  return { statusCode: 202, body: JSON.stringify({ id, table: TABLE }) };
}

/** Ships the orders of the queue. */
export async function ship({ Records }) {
  for (const { body: id } of Records) {
    await bucket.send(new PutObjectCommand({ Bucket: BUCKET, Key: id, Body: `order ${id}` }));
    const Entries = [{ Source: "orders", DetailType: "OrderShipped", Detail: JSON.stringify({ id }) }];
    await bus.send(new PutEventsCommand({ Entries }));
  }
}
