import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  PutMetricFilterCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";

test("An error in a log raises an alarm, which a topic tells a queue.", async () => {
  const account = newAccount();
  await using cloud = await testCloud({ services: ["logs", "cloudwatch", "sns", "sqs"] });
  const options = clientOptions(cloud, account);
  const logs = new CloudWatchLogsClient(options);
  const cloudwatch = new CloudWatchClient(options);
  const sns = new SNSClient(options);
  const sqs = new SQSClient(options);

  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "alarms" }));
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "alarms" }));
  await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: `arn:aws:sqs:us-east-1:${account}:alarms` }),
  );
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: "errors",
      Namespace: "App",
      MetricName: "Errors",
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 2,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      AlarmActions: [TopicArn!],
    }),
  );
  await logs.send(new CreateLogGroupCommand({ logGroupName: "app" }));
  await logs.send(new CreateLogStreamCommand({ logGroupName: "app", logStreamName: "s" }));
  await logs.send(
    new PutMetricFilterCommand({
      logGroupName: "app",
      filterName: "errors",
      filterPattern: '{ $.level = "ERROR" }',
      metricTransformations: [{ metricName: "Errors", metricNamespace: "App", metricValue: "1" }],
    }),
  );

  const timestamp = cloud.clock.now();
  const logEvents = ["ERROR", "INFO", "ERROR"].map((level) => ({
    timestamp,
    message: JSON.stringify({ level }),
  }));
  await logs.send(new PutLogEventsCommand({ logGroupName: "app", logStreamName: "s", logEvents }));
  const statistics = () =>
    cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: "App",
        MetricName: "Errors",
        Statistics: ["Sum"],
        Period: 60,
        StartTime: new Date(timestamp - 60_000),
        EndTime: new Date(timestamp + 60_000),
      }),
    );
  while (!(await statistics()).Datapoints?.length);
  assert.equal((await statistics()).Datapoints?.[0]?.Sum, 2);

  await cloud.clock.advance(120_000);
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }));
  const alarm = JSON.parse(JSON.parse(Messages?.[0]?.Body ?? "{}").Message ?? "{}");
  assert.equal(alarm.AlarmName, "errors");
  assert.equal(alarm.NewStateValue, "ALARM");
});
