import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

const { TABLE, QUEUE } = process.env;
const table = new DynamoDBClient();
// The SDK would go to the queue's own host name, which a machine without a name server does not find.
const queue = new SQSClient({ useQueueUrlAsEndpoint: false });

/** Takes an order: `POST /orders/{id}`. */
export async function take({ pathParameters: { id } }) {
  const Item = { id: { S: id }, state: { S: "taken" } };
  await table.send(new PutItemCommand({ TableName: TABLE, Item }));
  await queue.send(new SendMessageCommand({ QueueUrl: QUEUE, MessageBody: id }));
  return { statusCode: 202, body: JSON.stringify({ id, table: TABLE }) };
}

/** Ships the orders of the queue. */
export async function ship({ Records }) {
  for (const { body } of Records) {
    await table.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: { id: { S: body } },
        UpdateExpression: "SET #state = :state",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: { ":state": { S: "shipped" } },
      }),
    );
  }
}
