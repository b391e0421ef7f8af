import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { SQSEvent } from "aws-lambda";

const dynamodb = new DynamoDBClient();

/** Writes an invoice for each order that is announced. What fails comes again. */
export async function handler({ Records }: SQSEvent): Promise<void> {
  for (const { body } of Records) {
    const { id, customer } = JSON.parse(body) as { id: string; customer: string };
    await dynamodb.send(
      new PutItemCommand({ TableName: "invoices", Item: { order: { S: id }, customer: { S: customer } } }),
    );
  }
}
