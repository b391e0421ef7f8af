import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { SQSEvent } from "aws-lambda";

const dynamodb = new DynamoDBClient();

/** Writes an invoice for each order that is announced. */
export async function handler({ Records }: SQSEvent): Promise<void> {
  for (const { body } of Records) {
    const { id, customer } = JSON.parse(body) as { id: string; customer: string };
    try {
      await dynamodb.send(
        new PutItemCommand({ TableName: "invoices", Item: { order: { S: id }, customer: { S: customer } } }),
      );
    } catch (error) {
      // Bug 8: the function succeeds, so the message is deleted.
      console.error("There is no invoice.", error);
    }
  }
}
