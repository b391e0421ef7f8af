import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { CreateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createNodeFunction, lambdaClient } from "../../src/services/lambda/functions.fixture.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

test("SNS → SQS → Lambda → DynamoDB is one call tree", async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const [sns, sqs, dynamodb, lambda] = [
    new SNSClient(options),
    new SQSClient(options),
    new DynamoDBClient(options),
    lambdaClient(cloud, account),
  ];
  await dynamodb.send(
    new CreateTableCommand({
      TableName: "events",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "events" }));
  await sqs.send(new CreateQueueCommand({ QueueName: "events" }));
  const queueArn = `arn:aws:sqs:us-east-1:${account}:events`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queueArn }));
  await createNodeFunction(
    lambda,
    "store",
    `import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
     const dynamodb = new DynamoDBClient({});
     export const handler = async (event) => {
       for (const { messageId, body } of event.Records) {
         const Item = { id: { S: messageId }, text: { S: JSON.parse(body).Message } };
         await dynamodb.send(new PutItemCommand({ TableName: "events", Item }));
       }
     };`,
    { Timeout: 20 },
  );
  await lambda.send(new CreateEventSourceMappingCommand({ FunctionName: "store", EventSourceArn: queueArn }));
  await sns.send(new PublishCommand({ TopicArn, Message: "hello" }));

  await until(() => cloud.calls.of("lambda", "Invoke").length === 1);
  const { Items } = await dynamodb.send(new ScanCommand({ TableName: "events" }));
  assert.equal(Items![0]!["text"]!.S, "hello");

  const chain = [];
  let call = cloud.calls.of("dynamodb", "PutItem")[0];
  while (call) {
    chain.unshift(`${call.service}:${call.operation}`);
    const { parentId } = call;
    call = cloud.calls.all().find((candidate) => candidate.id === parentId);
  }
  assert.deepEqual(chain, ["sns:Publish", "sqs:SendMessage", "lambda:Invoke", "dynamodb:PutItem"]);
});
