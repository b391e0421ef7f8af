import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, SQSClient } from "@aws-sdk/client-sqs";
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from "aws-lambda";

const dynamodb = new DynamoDBClient();
const sns = new SNSClient();
const sqs = new SQSClient();

interface Order {
  readonly customer: string;
  readonly skus: readonly string[];
}

/** POST /orders: keeps an order and its lines, has each line shipped, and has the order billed. All of it can be done twice. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyResultV2> {
  const order = JSON.parse(event.body ?? "{}") as Order;
  // The client names its order: one that it sends again is the same.
  const id = event.headers["idempotency-key"];
  if (!id) return { statusCode: 400, body: "An order needs an idempotency-key." };
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: "orders",
        Item: { id: { S: id }, customer: { S: order.customer } },
        ConditionExpression: "attribute_not_exists(id)",
      }),
    );
  } catch (error) {
    // Who finds the order there goes on: perhaps it was this very call whose answer was lost.
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
  await writeLines(
    order.skus.map((sku) => ({ PutRequest: { Item: { order: { S: id }, sku: { S: sku } } } })),
  );
  await ship(order.skus.map((sku, at) => ({ Id: String(at), MessageBody: JSON.stringify({ id, sku }) })));
  await sns.send(
    new PublishCommand({
      TopicArn: process.env["TOPIC_ARN"],
      Message: JSON.stringify({ id, customer: order.customer }),
      MessageGroupId: id,
      MessageDeduplicationId: id,
    }),
  );
  return { statusCode: 201, body: id };
}

const MOST_TRIES = 5;

/** Until nothing is left unprocessed. */
async function writeLines(lines: WriteRequest[]): Promise<void> {
  let left: WriteRequest[] | undefined = lines;
  for (let tries = 0; left && left.length > 0; tries++) {
    if (tries === MOST_TRIES) throw new Error("DynamoDB leaves lines unprocessed.");
    const { UnprocessedItems }: { UnprocessedItems?: Record<string, WriteRequest[]> } = await dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { lines: left } }),
    );
    left = UnprocessedItems?.["lines"];
  }
}

/** Until every entry has been taken. */
async function ship(entries: SendMessageBatchRequestEntry[]): Promise<void> {
  let left = entries;
  for (let tries = 0; left.length > 0; tries++) {
    if (tries === MOST_TRIES) throw new Error("SQS does not take all messages.");
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: process.env["SHIPMENTS_URL"], Entries: left }),
    );
    left = left.filter(({ Id }) => Failed.some((failed) => failed.Id === Id));
  }
}
