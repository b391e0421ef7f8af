import assert from "node:assert/strict";
import { test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";

type Answer = Record<string, unknown>;

test("a group tells its topics what it does to its instances, of the kinds that they are for", async () => {
  await using cloud = await testCloud({ listen: false });
  const { call } = cloud;
  const { TopicArn } = await call<{ TopicArn: string }>("sns", "CreateTopic", { Name: "scaled" });
  const { QueueUrl } = await call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "heard" });
  const Endpoint = "arn:aws:sqs:us-east-1:000000000000:heard";
  await call("sns", "Subscribe", { TopicArn, Protocol: "sqs", Endpoint });
  await call("ec2", "CreateLaunchTemplate", {
    LaunchTemplateName: "web",
    LaunchTemplateData: { ImageId: "ami-1" },
  });
  const scale = <O = Answer>(operation: string, input: object = {}) =>
    call<O>("autoscaling", operation, { AutoScalingGroupName: "web", ...input });
  await scale("CreateAutoScalingGroup", {
    LaunchTemplate: { LaunchTemplateName: "web" },
    MinSize: 0,
    MaxSize: 1,
    AvailabilityZones: ["us-east-1a"],
  });
  await scale("PutNotificationConfiguration", {
    TopicARN: TopicArn,
    NotificationTypes: ["autoscaling:EC2_INSTANCE_LAUNCH", "autoscaling:EC2_INSTANCE_TERMINATE_ERROR"],
  });
  const heard: Answer[] = [];
  const hears = (event: string) =>
    until(async () => {
      const { Messages = [] } = await call<{ Messages?: { Body: string; ReceiptHandle: string }[] }>(
        "sqs",
        "ReceiveMessage",
        { QueueUrl, MaxNumberOfMessages: 10 },
      );
      for (const { Body, ReceiptHandle } of Messages) {
        const { Subject, Message } = JSON.parse(Body);
        heard.push({ Subject, ...JSON.parse(Message) });
        await call("sqs", "DeleteMessage", { QueueUrl, ReceiptHandle });
      }
      return heard.find(({ Event }) => Event === event);
    });
  assert.equal(
    (await hears("autoscaling:TEST_NOTIFICATION"))?.["Subject"],
    'Auto Scaling: test notification for group "web"',
  );
  await scale("SetDesiredCapacity", { DesiredCapacity: 1 });
  const launched = await hears("autoscaling:EC2_INSTANCE_LAUNCH");
  assert.match(String(launched?.["EC2InstanceId"]), /^i-[0-9a-f]{17}$/);
  assert.deepEqual(
    [launched?.["Subject"], launched?.["AutoScalingGroupName"], launched?.["StatusCode"]],
    ['Auto Scaling: launch for group "web"', "web", "InProgress"],
  );
  await scale("SetDesiredCapacity", { DesiredCapacity: 0 });
  await until(async () => {
    const { Activities } = await scale<{ Activities: Answer[] }>("DescribeScalingActivities");
    return Activities.length === 2;
  });
  await cloud.settle(0);
  // Nobody wanted to know that an instance ended well.
  assert.equal(heard.length, 2);
  const { NotificationConfigurations } = await call<{ NotificationConfigurations: Answer[] }>(
    "autoscaling",
    "DescribeNotificationConfigurations",
    { AutoScalingGroupNames: ["web"] },
  );
  assert.deepEqual(
    NotificationConfigurations.map(({ NotificationType }) => NotificationType),
    ["autoscaling:EC2_INSTANCE_LAUNCH", "autoscaling:EC2_INSTANCE_TERMINATE_ERROR"],
  );
  await assert.rejects(
    scale("PutNotificationConfiguration", {
      TopicARN: "arn:aws:sns:us-east-1:000000000000:nobody",
      NotificationTypes: ["autoscaling:EC2_INSTANCE_LAUNCH"],
    }),
    { code: "ValidationError", message: /Unable to publish test message to notification target/ },
  );
});
