import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateRestApiCommand,
  GetResourcesCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
} from "@aws-sdk/client-api-gateway";
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Cloud } from "../../src/index.ts";
import { createNodeFunction } from "../../src/services/lambda/functions.fixture.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

const FUNCTION = `export const handler = async (event) => {
  if (event.fail) throw new Error("boom");
  return event.alarmData ? { heard: event.alarmData.alarmName } : "fine";
}`;

/** What a metric of the last minutes adds up to; the answer is read until it is there. */
async function sumOf(
  cloud: Cloud,
  cloudwatch: CloudWatchClient,
  Namespace: string,
  MetricName: string,
  dimensions: Record<string, string> = {},
  statistic: "Sum" | "SampleCount" = "Sum",
): Promise<number> {
  const { Datapoints } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace,
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(cloud.clock.now() - 600_000),
      EndTime: new Date(cloud.clock.now() + 60_000),
      Period: 60,
      Statistics: [statistic],
    }),
  );
  return Datapoints!.reduce((sum, point) => sum + point[statistic]!, 0);
}

const alarmState = (cloudwatch: CloudWatchClient, name: string) => async () =>
  (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))).MetricAlarms![0]!.StateValue;

test("An alarm on AWS/Lambda Errors fires when a function fails, tells a queue by SNS and a function.", async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const cloudwatch = new CloudWatchClient(options);
  const lambda = new LambdaClient(options);
  const sns = new SNSClient(options);
  const sqs = new SQSClient(options);

  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "ops" }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "ops" }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: Attributes!["QueueArn"]! }));
  await createNodeFunction(lambda, "checkout", FUNCTION);
  const operator = (await createNodeFunction(lambda, "operator", FUNCTION)).FunctionArn!;
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: "checkout-errors",
      AlarmDescription: "Checkout fails",
      Namespace: "AWS/Lambda",
      MetricName: "Errors",
      Dimensions: [{ Name: "FunctionName", Value: "checkout" }],
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "notBreaching",
      AlarmActions: [TopicArn!, operator],
    }),
  );
  const invoke = (fail: boolean) =>
    lambda.send(
      new InvokeCommand({ FunctionName: "checkout", Payload: Buffer.from(JSON.stringify({ fail })) }),
    );

  await invoke(false);
  await until(alarmState(cloudwatch, "checkout-errors"), (state) => state === "OK");
  await invoke(true);
  await until(alarmState(cloudwatch, "checkout-errors"), (state) => state === "ALARM");

  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  const notification = JSON.parse(Messages![0]!.Body!) as { Subject: string; Message: string };
  assert.equal(notification.Subject, 'ALARM: "checkout-errors" in US East (N. Virginia)');
  const message = JSON.parse(notification.Message) as Record<string, unknown>;
  assert.equal(message["AlarmName"], "checkout-errors");
  assert.equal(message["AlarmDescription"], "Checkout fails");
  assert.equal(message["AWSAccountId"], account);
  assert.equal(message["NewStateValue"], "ALARM");
  assert.equal(message["OldStateValue"], "OK");
  assert.equal(message["Region"], "US East (N. Virginia)");
  assert.deepEqual(message["AlarmActions"], [TopicArn, operator]);
  assert.deepEqual(message["Trigger"], {
    MetricName: "Errors",
    Namespace: "AWS/Lambda",
    StatisticType: "Statistic",
    Statistic: "SUM",
    Unit: null,
    Dimensions: [{ value: "checkout", name: "FunctionName" }],
    Period: 60,
    EvaluationPeriods: 1,
    ComparisonOperator: "GreaterThanOrEqualToThreshold",
    Threshold: 1,
    TreatMissingData: "notBreaching",
    EvaluateLowSampleCountPercentile: "",
  });
  assert.match(notification.Message, /"Threshold":1\.0,/, "doubles stay doubles");

  await until(
    () => sumOf(cloud, cloudwatch, "AWS/Lambda", "Invocations", { FunctionName: "operator" }),
    (count) => count === 1,
  );
  const { AlarmHistoryItems } = await cloudwatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName: "checkout-errors", HistoryItemType: "Action" }),
  );
  assert.deepEqual(AlarmHistoryItems!.map(({ HistorySummary }) => HistorySummary).sort(), [
    `Successfully executed action ${operator}`,
    `Successfully executed action ${TopicArn}`,
  ]);

  await cloud.faults.add({
    effect: "error",
    match: { service: "lambda", operation: "Invoke" },
    params: { kind: "throttle" },
    times: 1,
  });
  await assert.rejects(invoke(false), { name: "TooManyRequestsException" });
  assert.equal(await sumOf(cloud, cloudwatch, "AWS/Lambda", "Throttles", { FunctionName: "checkout" }), 1);

  await cloud.clock.advance("PT5M");
  assert.equal(await alarmState(cloudwatch, "checkout-errors")(), "OK");
  assert.equal(await sumOf(cloud, cloudwatch, "AWS/Lambda", "Invocations"), 3, "all functions together");
  assert.equal(await sumOf(cloud, cloudwatch, "AWS/Lambda", "Errors", { FunctionName: "checkout" }), 1);
  assert.equal(
    await sumOf(cloud, cloudwatch, "AWS/Lambda", "Duration", { FunctionName: "checkout" }, "SampleCount"),
    2,
  );
});

test("DynamoDB's calls are counted by table and operation: latency, user errors, throttles and system errors.", async () => {
  await using cloud = await testCloud();
  const options = clientOptions(cloud);
  const cloudwatch = new CloudWatchClient(options);
  const dynamodb = new DynamoDBClient(options);
  await cloudwatch.send(new ListMetricsCommand({}));
  await dynamodb.send(
    new CreateTableCommand({
      TableName: "orders",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  const get = () => dynamodb.send(new GetItemCommand({ TableName: "orders", Key: { id: { S: "1" } } }));
  await get();
  await get();
  await assert.rejects(dynamodb.send(new PutItemCommand({ TableName: "orders", Item: {} })));
  for (const errorCode of ["ProvisionedThroughputExceededException", "InternalServerError"]) {
    await cloud.faults.add({
      id: "fault",
      effect: "error",
      match: { service: "dynamodb", operation: "GetItem" },
      params: { code: errorCode },
    });
    await assert.rejects(get());
    cloud.faults.remove("fault");
  }
  const sum = (name: string, Operation: string, statistic?: "SampleCount") =>
    sumOf(cloud, cloudwatch, "AWS/DynamoDB", name, { TableName: "orders", Operation }, statistic);
  assert.equal(await sum("SuccessfulRequestLatency", "GetItem", "SampleCount"), 2);
  assert.equal(await sum("UserErrors", "PutItem"), 1);
  assert.equal(await sum("ThrottledRequests", "GetItem"), 1);
  assert.equal(await sum("SystemErrors", "GetItem"), 1);
  assert.equal(await sumOf(cloud, cloudwatch, "AWS/DynamoDB", "UserErrors"), 1);
});

test("SQS and SNS count the messages that come and go.", async () => {
  await using cloud = await testCloud();
  const options = clientOptions(cloud);
  const cloudwatch = new CloudWatchClient(options);
  const sqs = new SQSClient(options);
  const sns = new SNSClient(options);
  await cloudwatch.send(new ListMetricsCommand({}));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
  await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "1" }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages![0]!.ReceiptHandle }));
  const ofQueue = (name: string) => sumOf(cloud, cloudwatch, "AWS/SQS", name, { QueueName: "orders" });
  assert.equal(await ofQueue("NumberOfMessagesSent"), 1);
  assert.equal(await ofQueue("NumberOfMessagesReceived"), 1);
  assert.equal(await ofQueue("NumberOfMessagesDeleted"), 1);
  assert.equal(await ofQueue("NumberOfEmptyReceives"), 1);

  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "orders" }));
  const Endpoint = `arn:aws:sqs:us-east-1:${options.credentials.accessKeyId}:orders`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
  await sns.send(new PublishCommand({ TopicArn, Message: "1" }));
  const ofTopic = (name: string) => sumOf(cloud, cloudwatch, "AWS/SNS", name, { TopicName: "orders" });
  assert.equal(await ofTopic("NumberOfMessagesPublished"), 1);
  await until(
    () => ofTopic("NumberOfNotificationsDelivered"),
    (count) => count === 1,
  );
});

test("An alarm on a queue's depth fires when messages stay in it, and is OK when they are gone.", async () => {
  await using cloud = await testCloud({ clockRate: 0 });
  const options = clientOptions(cloud);
  const cloudwatch = new CloudWatchClient(options);
  const sqs = new SQSClient(options);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "dead-letters" }));
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: "dead-letters",
      Namespace: "AWS/SQS",
      MetricName: "ApproximateNumberOfMessagesVisible",
      Dimensions: [{ Name: "QueueName", Value: "dead-letters" }],
      Statistic: "Maximum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
    }),
  );
  await cloud.clock.advance("PT2M");
  assert.equal(await alarmState(cloudwatch, "dead-letters")(), "OK");
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "lost" }));
  await cloud.clock.advance("PT2M");
  assert.equal(await alarmState(cloudwatch, "dead-letters")(), "ALARM");
  await cloud.clock.advance("PT1H");
  assert.equal(await alarmState(cloudwatch, "dead-letters")(), "ALARM");
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages![0]!.ReceiptHandle }));
  await cloud.clock.advance("PT3M");
  assert.equal(await alarmState(cloudwatch, "dead-letters")(), "OK");
});

test("API Gateway counts calls, errors and latency by API and stage, injected errors too.", async (t) => {
  await using cloud = await testCloud();
  const options = clientOptions(cloud);
  const cloudwatch = new CloudWatchClient(options);
  const gateway = new APIGatewayClient(options);
  await cloudwatch.send(new ListMetricsCommand({}));
  const { id: restApiId } = await gateway.send(new CreateRestApiCommand({ name: "shop" }));
  const { items } = await gateway.send(new GetResourcesCommand({ restApiId }));
  const method = { restApiId, resourceId: items![0]!.id, httpMethod: "GET" };
  await gateway.send(new PutMethodCommand({ ...method, authorizationType: "NONE" }));
  await gateway.send(
    new PutIntegrationCommand({
      ...method,
      type: "MOCK",
      requestTemplates: { "application/json": '{"statusCode": 200}' },
    }),
  );
  await gateway.send(new PutMethodResponseCommand({ ...method, statusCode: "200" }));
  await gateway.send(new PutIntegrationResponseCommand({ ...method, statusCode: "200" }));
  const behind = createServer((_, response) => response.end("hello")).listen(0, "127.0.0.1");
  await once(behind, "listening");
  t.after(() => behind.close());
  const post = { ...method, httpMethod: "POST" };
  await gateway.send(new PutMethodCommand({ ...post, authorizationType: "NONE" }));
  await gateway.send(
    new PutIntegrationCommand({
      ...post,
      type: "HTTP_PROXY",
      integrationHttpMethod: "GET",
      uri: `http://127.0.0.1:${(behind.address() as AddressInfo).port}/`,
    }),
  );
  await gateway.send(new CreateDeploymentCommand({ restApiId, stageName: "dev" }));
  const get = async (path = "", httpMethod = "GET") =>
    (await fetch(`${cloud.url}/_aws/execute-api/${restApiId}/dev/${path}`, { method: httpMethod })).status;
  assert.equal(await get(), 200);
  assert.equal(await get("nowhere"), 403);
  await cloud.faults.add({
    effect: "error",
    match: { service: "execute-api" },
    params: { code: "ServiceUnavailable", status: 503 },
    times: 1,
  });
  assert.equal(await get(), 503);
  assert.equal(await get("", "POST"), 200);
  const shop = { ApiName: "shop" };
  for (const dimensions of [shop, { ...shop, Stage: "dev" }] as Record<string, string>[]) {
    const sum = (name: string, statistic?: "SampleCount") =>
      sumOf(cloud, cloudwatch, "AWS/ApiGateway", name, dimensions, statistic);
    assert.equal(await sum("Count"), 4);
    assert.equal(await sum("4XXError"), 1);
    assert.equal(await sum("4XXError", "SampleCount"), 4, "so that the average is the rate");
    assert.equal(await sum("5XXError"), 1);
    assert.equal(await sum("Latency", "SampleCount"), 4);
    assert.equal(await sum("IntegrationLatency", "SampleCount"), 1);
  }
});

test("Metrics and alarms outlive a restart: the alarm goes on where it was.", async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-cloudwatch-"));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const account = newAccount();
  const put = (client: CloudWatchClient) =>
    client.send(new PutMetricDataCommand({ Namespace: "shop", MetricData: [{ MetricName: "m", Value: 1 }] }));
  {
    await using cloud = await testCloud({ dataDir });
    const cloudwatch = new CloudWatchClient(clientOptions(cloud, account));
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: "kept",
        Namespace: "shop",
        MetricName: "m",
        Statistic: "Sum",
        Period: 3600,
        EvaluationPeriods: 1,
        Threshold: 2,
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
      }),
    );
    await put(cloudwatch);
    assert.equal(await alarmState(cloudwatch, "kept")(), "OK");
  }
  await using cloud = await testCloud({ dataDir });
  const cloudwatch = new CloudWatchClient(clientOptions(cloud, account));
  assert.equal(await alarmState(cloudwatch, "kept")(), "OK");
  await put(cloudwatch);
  assert.equal(await alarmState(cloudwatch, "kept")(), "ALARM");
  await cloud.clock.advance("PT4H");
  assert.equal(await alarmState(cloudwatch, "kept")(), "INSUFFICIENT_DATA");
});

test("A suppressor holds a composite alarm's actions back until it has been quiet for a while.", async () => {
  await using cloud = await testCloud({ clockRate: 0 });
  const options = clientOptions(cloud);
  const cloudwatch = new CloudWatchClient(options);
  const sns = new SNSClient(options);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "ops" }));
  for (const AlarmName of ["errors", "deployment"])
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: "shop",
        MetricName: AlarmName,
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: "GreaterThanThreshold",
        TreatMissingData: "ignore",
      }),
    );
  const setState = (AlarmName: string, StateValue: "OK" | "ALARM") =>
    cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: "by hand" }));
  const actions = async () =>
    (
      await cloudwatch.send(
        new DescribeAlarmHistoryCommand({ AlarmName: "page-me", HistoryItemType: "Action" }),
      )
    ).AlarmHistoryItems!.length;
  const suppressedBy = async () =>
    (
      await cloudwatch.send(
        new DescribeAlarmsCommand({ AlarmNames: ["page-me"], AlarmTypes: ["CompositeAlarm"] }),
      )
    ).CompositeAlarms![0]!.ActionsSuppressedBy;
  await cloudwatch.send(
    new PutCompositeAlarmCommand({
      AlarmName: "page-me",
      AlarmRule: "ALARM(errors)",
      AlarmActions: [TopicArn!],
      ActionsSuppressor: "deployment",
      ActionsSuppressorWaitPeriod: 30,
      ActionsSuppressorExtensionPeriod: 60,
    }),
  );

  await setState("errors", "ALARM");
  assert.equal(await suppressedBy(), "WaitPeriod");
  await setState("deployment", "ALARM");
  assert.equal(await suppressedBy(), "Alarm");
  await cloud.clock.advance("PT10M");
  assert.equal(await actions(), 0);
  await setState("deployment", "OK");
  assert.equal(await suppressedBy(), "ExtensionPeriod");
  await cloud.clock.advance("PT59S");
  assert.equal(await actions(), 0);
  await cloud.clock.advance("PT2S");
  assert.equal(await actions(), 1);
  assert.equal(await suppressedBy(), undefined);

  await setState("errors", "OK");
  await setState("errors", "ALARM");
  await cloud.clock.advance("PT31S");
  assert.equal(await actions(), 2, "the suppressor did not come in time");
});

test("An action that cannot run is told in the history, and nothing else suffers.", async () => {
  await using cloud = await testCloud({ clockRate: 0 });
  const options = clientOptions(cloud);
  const cloudwatch = new CloudWatchClient(options);
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: "lost",
      Namespace: "shop",
      MetricName: "m",
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
      AlarmActions: ["arn:aws:sns:us-east-1:123456789012:nobody", "arn:aws:automate:us-east-1:ec2:stop"],
    }),
  );
  await cloudwatch.send(
    new PutMetricDataCommand({ Namespace: "shop", MetricData: [{ MetricName: "m", Value: 1 }] }),
  );
  assert.equal(await alarmState(cloudwatch, "lost")(), "ALARM");
  const failed = await until(
    async () =>
      (await cloudwatch.send(new DescribeAlarmHistoryCommand({ HistoryItemType: "Action" })))
        .AlarmHistoryItems!,
    ({ length }) => length === 2,
  );
  for (const { HistorySummary } of failed) assert.match(HistorySummary!, /^Failed to execute action arn/);
});
