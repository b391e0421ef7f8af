import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { putProduct, readProduct } from "./products.ts";

/**
 * Takes products from the queue and tries the PutItem again. What fails goes back into the queue (a partial batch
 * response) and is tried again after the queue's visibility timeout, until the outage is over.
 */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const failed: string[] = [];
  for (const { messageId, body } of event.Records) {
    // SNS wraps what was published in an envelope of its own.
    const product = readProduct((JSON.parse(body) as { Message?: string }).Message);
    if (!product) {
      console.error(`Message ${messageId} holds no product; it is dropped.`);
      continue;
    }
    try {
      await putProduct(product);
      console.log(`Product ${product.id} has reached the table.`);
    } catch (error) {
      console.error(`Product ${product.id} goes back into the queue: ${(error as Error).name}`);
      failed.push(messageId);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
