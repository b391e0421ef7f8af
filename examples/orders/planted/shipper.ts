import {
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { SQSEvent } from "aws-lambda";

const dynamodb = new DynamoDBClient();

/** Ships lines: each goes from `lines` to `shipped`, and is counted. */
export async function handler({ Records }: SQSEvent): Promise<void> {
  for (const { body } of Records) {
    const { id, sku } = JSON.parse(body) as { id: string; sku: string };
    const line = { order: { S: id }, sku: { S: sku } };
    const { Attributes } = await dynamodb.send(
      new DeleteItemCommand({ TableName: "lines", Key: line, ReturnValues: "ALL_OLD" }),
    );
    // Bug 6: the line is gone before it is anywhere else. If the next call fails, the message's second delivery finds nothing.
    if (Attributes) await dynamodb.send(new PutItemCommand({ TableName: "shipped", Item: Attributes }));
    // Bug 7: ADD counts again when the SDK tries again, and when the message comes again.
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: "stats",
        Key: { name: { S: `shipped ${sku}` } },
        UpdateExpression: "ADD shipments :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      }),
    );
  }
}
