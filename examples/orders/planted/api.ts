import { randomUUID } from "node:crypto";
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from "aws-lambda";

const dynamodb = new DynamoDBClient();
const sns = new SNSClient();
const sqs = new SQSClient();

interface Order {
  readonly customer: string;
  readonly skus: readonly string[];
}

/** POST /orders: keeps an order and its lines, has each line shipped, and has the order billed. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyResultV2> {
  const order = JSON.parse(event.body ?? "{}") as Order;
  // Bug 1: the order gets its name here, so a client that tries again has ordered twice.
  const id = randomUUID();
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: "orders",
        Item: { id: { S: id }, customer: { S: order.customer } },
        ConditionExpression: "attribute_not_exists(id)",
      }),
    );
  } catch (error) {
    // Bug 2: "it is there already" is also what the SDK's second attempt hears when the first one's answer was lost.
    if (error instanceof ConditionalCheckFailedException) return { statusCode: 200, body: id };
    throw error;
  }
  // Bug 3: what DynamoDB leaves unprocessed is never written.
  await dynamodb.send(
    new BatchWriteItemCommand({
      RequestItems: {
        lines: order.skus.map((sku) => ({ PutRequest: { Item: { order: { S: id }, sku: { S: sku } } } })),
      },
    }),
  );
  // Bug 4: a batch can fail in part, and still be a 200.
  await sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: process.env["SHIPMENTS_URL"],
      Entries: order.skus.map((sku, at) => ({ Id: String(at), MessageBody: JSON.stringify({ id, sku }) })),
    }),
  );
  try {
    await sns.send(
      new PublishCommand({
        TopicArn: process.env["TOPIC_ARN"],
        Message: JSON.stringify({ id, customer: order.customer }),
        MessageGroupId: id,
        MessageDeduplicationId: id,
      }),
    );
  } catch (error) {
    // Bug 5: nobody will ever bill this order.
    console.error("The order could not be announced.", error);
  }
  return { statusCode: 201, body: id };
}
