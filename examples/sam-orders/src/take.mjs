import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

const table = new DynamoDBClient();
// The SDK would go to the queue's own host name, which a machine without a name server does not find.
const queue = new SQSClient({ useQueueUrlAsEndpoint: false });

/** Takes an order: it is kept, and will be shipped. */
export async function handler({ pathParameters }) {
  const { id } = pathParameters;
  await table.send(
    new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: id }, state: { S: "taken" } } }),
  );
  await queue.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody: id }));
  return { statusCode: 202, body: JSON.stringify({ id, state: process.env.GREETING }) };
}
