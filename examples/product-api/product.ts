import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  GetResourcesCommand,
  PutIntegrationCommand,
  PutMethodCommand,
} from "@aws-sdk/client-api-gateway";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";

/**
 * Deploys the application and adds a product, as the tutorial's `curl` does: whatever is answered, it ends well. With `before` there is no
 * queue yet that a product waits in while DynamoDB fails.
 */
const hasQueue = process.argv[2] !== "before";
/** The folder with the built functions. */
const code = process.env["CODE"] ?? fileURLToPath(new URL("build", import.meta.url));
const account = "arn:aws:iam::000000000000";
const lambda = new LambdaClient();
const apigateway = new APIGatewayClient();

await new DynamoDBClient().send(
  new CreateTableCommand({
    TableName: "Products",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  }),
);
const api = await fn("api", hasQueue ? { TOPIC_ARN: await topicWithQueue() } : {});
const url = await urlOf(api);
// What comes next is struck, what came before is not.
const mark = process.env["SQUALL_MARK_URL"];
if (mark !== undefined) await fetch(mark, { method: "POST" });
const response = await fetch(url, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ id: "prod-1003", name: "Super Widget", price: "29.99", description: "Durable." }),
});
console.log(response.status, await response.text());

async function fn(name: string, variables: Record<string, string>): Promise<string> {
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: `product-${name}`,
      Runtime: "nodejs24.x",
      Handler: `${name}.handler`,
      Role: `${account}:role/product-api`,
      Timeout: 10,
      Environment: { Variables: variables },
      Code: { ZipFile: readFileSync(`${code}/${name}.zip`) },
    }),
  );
  return FunctionArn!;
}

/** The tutorial's solution: a topic, a queue, and a function that tries the write again. */
async function topicWithQueue(): Promise<string> {
  const sns = new SNSClient();
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "ProductEventsTopic" }));
  await new SQSClient().send(
    new CreateQueueCommand({ QueueName: "ProductEventsQueue", Attributes: { VisibilityTimeout: "10" } }),
  );
  const queue = "arn:aws:sqs:us-east-1:000000000000:ProductEventsQueue";
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queue }));
  await fn("queue", {});
  await lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: "product-queue",
      EventSourceArn: queue,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    }),
  );
  return TopicArn!;
}

async function urlOf(functionArn: string): Promise<string> {
  const { id: restApiId } = await apigateway.send(new CreateRestApiCommand({ name: "product-api" }));
  const { items } = await apigateway.send(new GetResourcesCommand({ restApiId }));
  const { id: resourceId } = await apigateway.send(
    new CreateResourceCommand({ restApiId, parentId: items![0]!.id, pathPart: "productApi" }),
  );
  const method = { restApiId, resourceId, httpMethod: "POST" };
  await apigateway.send(new PutMethodCommand({ ...method, authorizationType: "NONE" }));
  await apigateway.send(
    new PutIntegrationCommand({
      ...method,
      type: "AWS_PROXY",
      integrationHttpMethod: "POST",
      uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
    }),
  );
  await lambda.send(
    new AddPermissionCommand({
      FunctionName: functionArn,
      StatementId: "api",
      Action: "lambda:InvokeFunction",
      Principal: "apigateway.amazonaws.com",
    }),
  );
  await apigateway.send(new CreateDeploymentCommand({ restApiId, stageName: "dev" }));
  return `${process.env["AWS_ENDPOINT_URL"]}/_aws/execute-api/${restApiId}/dev/productApi`;
}
