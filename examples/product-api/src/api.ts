import { DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { getProduct, type Product, putProduct, readProduct } from "./products.ts";

const sns = new SNSClient();

/** GET and POST /productApi. When DynamoDB fails, a new product goes to the queue instead, so that it is not lost. */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  return event.httpMethod === "POST" ? await add(event.body) : await get(event.queryStringParameters?.["id"]);
}

async function add(body: string | null): Promise<APIGatewayProxyResult> {
  const product = readProduct(body);
  if (!product) return answer(400, "A product has an id and a numeric price.");
  try {
    await putProduct(product);
    return answer(200, "Product added/updated successfully.");
  } catch (error) {
    if (!(error instanceof DynamoDBServiceException)) throw error;
    console.error(`DynamoDB failed with ${error.name}: ${error.message}`);
    await queue(product);
    return answer(200, "A DynamoDB error occurred. Message sent to queue.");
  }
}

async function queue(product: Product): Promise<void> {
  await sns.send(
    new PublishCommand({ TopicArn: process.env["TOPIC_ARN"], Message: JSON.stringify(product) }),
  );
}

async function get(id: string | undefined): Promise<APIGatewayProxyResult> {
  if (!id) return answer(400, "Which product? Ask with ?id=…");
  try {
    const product = await getProduct(id);
    return product ? answer(200, JSON.stringify(product)) : answer(404, `There is no product ${id}.`);
  } catch (error) {
    if (!(error instanceof DynamoDBServiceException)) throw error;
    return answer(500, "Internal Server Error");
  }
}

function answer(statusCode: number, body: string): APIGatewayProxyResult {
  return { statusCode, headers: { "Content-Type": "application/json" }, body };
}
