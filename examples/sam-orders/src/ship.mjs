import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";

const table = new DynamoDBClient();

/** Ships the orders in the queue. */
export async function handler({ Records }) {
  for (const { body } of Records) {
    await table.send(
      new UpdateItemCommand({
        TableName: process.env.TABLE,
        Key: { id: { S: body } },
        UpdateExpression: "SET #state = :shipped",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: { ":shipped": { S: "shipped" } },
      }),
    );
  }
}
