import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ApiGatewayV2Client, CreateApiCommand } from "@aws-sdk/client-apigatewayv2";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateEventSourceMappingCommand, CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";

const here = fileURLToPath(new URL(".", import.meta.url));
/** Where the built functions are. */
const build = process.env["ORDERS_BUILD"] ?? `${here}build`;
const ROLE = "arn:aws:iam::000000000000:role/orders";

const dynamodb = new DynamoDBClient();
const lambda = new LambdaClient();
const sns = new SNSClient();
const sqs = new SQSClient();

/** Makes all that the application is made of, and says where its API is. @param variant `planted` or `mended`, or one of them in Python: `planted/python` */
export async function deploy(variant: string): Promise<string> {
  await Promise.all([
    table("orders", "id"),
    table("lines", "order", "sku"),
    table("shipped", "order", "sku"),
    table("stats", "name"),
    table("invoices", "order"),
  ]);
  const shipments = await queue("shipments", {});
  const bills = await queue("bills.fifo", { FifoQueue: "true" });
  const { TopicArn } = await sns.send(
    new CreateTopicCommand({ Name: "orders.fifo", Attributes: { FifoTopic: "true" } }),
  );
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "sqs",
      Endpoint: bills.arn,
      Attributes: { RawMessageDelivery: "true" },
    }),
  );
  await Promise.all([
    fn(variant, "shipper", {}).then(() => source("shipper", shipments.arn)),
    fn(variant, "biller", {}).then(() => source("biller", bills.arn)),
  ]);
  const api = await fn(variant, "api", { SHIPMENTS_URL: shipments.url, TOPIC_ARN: TopicArn! });
  const { ApiId } = await new ApiGatewayV2Client().send(
    new CreateApiCommand({ Name: "orders", ProtocolType: "HTTP", Target: api }),
  );
  return `${process.env["AWS_ENDPOINT_URL"]}/_aws/execute-api/${ApiId}/$default/orders`;
}

async function table(name: string, ...keys: string[]): Promise<void> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: "S" })),
      KeySchema: keys.map((key, at) => ({ AttributeName: key, KeyType: at === 0 ? "HASH" : "RANGE" })),
    }),
  );
}

/** A queue with its dead-letter queue. */
async function queue(name: string, attributes: Record<string, string>) {
  const dead = name.replace(/(\.fifo)?$/, "-dead$1");
  await sqs.send(new CreateQueueCommand({ QueueName: dead, Attributes: attributes }));
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({
      QueueName: name,
      Attributes: {
        ...attributes,
        VisibilityTimeout: "60",
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("sqs", dead), maxReceiveCount: 3 }),
      },
    }),
  );
  return { url: QueueUrl!, arn: arn("sqs", name) };
}

async function fn(variant: string, name: string, variables: Record<string, string>): Promise<string> {
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: variant.endsWith("/python") ? "python3.13" : "nodejs22.x",
      Handler: `${name}.handler`,
      Role: ROLE,
      Timeout: 10,
      Code: { ZipFile: readFileSync(`${build}/${variant}/${name}.zip`) },
      // boto3's older mode tries DynamoDB ten times, for longer than a function of ten seconds has.
      Environment: { Variables: { ...variables, AWS_RETRY_MODE: "standard" } },
    }),
  );
  return FunctionArn!;
}

async function source(name: string, queueArn: string): Promise<void> {
  await lambda.send(
    new CreateEventSourceMappingCommand({ FunctionName: name, EventSourceArn: queueArn, BatchSize: 1 }),
  );
}

const arn = (service: string, name: string): string => `arn:aws:${service}:us-east-1:000000000000:${name}`;
