import {
  DeleteItemCommand,
  DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import type { SQSEvent } from "aws-lambda";

const dynamodb = new DynamoDBClient();

/** Ships lines: each is put in `shipped` and counted: both or neither, and once. Then it is no longer in `lines`. */
export async function handler({ Records }: SQSEvent): Promise<void> {
  for (const { body } of Records) {
    const { id, sku } = JSON.parse(body) as { id: string; sku: string };
    const line = { order: { S: id }, sku: { S: sku } };
    try {
      await dynamodb.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            {
              Put: {
                TableName: "shipped",
                Item: line,
                ConditionExpression: "attribute_not_exists(sku)",
              },
            },
            {
              Update: {
                TableName: "stats",
                Key: { name: { S: `shipped ${sku}` } },
                UpdateExpression: "ADD shipments :one",
                ExpressionAttributeValues: { ":one": { N: "1" } },
              },
            },
          ],
        }),
      );
    } catch (error) {
      const wasShipped =
        error instanceof TransactionCanceledException &&
        error.CancellationReasons?.some(({ Code }) => Code === "ConditionalCheckFailed");
      if (!wasShipped) throw error;
    }
    // Also of one that was shipped before: an order that is sent again writes its lines again.
    await dynamodb.send(new DeleteItemCommand({ TableName: "lines", Key: line }));
  }
}
