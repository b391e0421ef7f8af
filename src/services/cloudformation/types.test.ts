import assert from "node:assert/strict";
import { test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { stacksOf } from "./fixture.test.ts";

const ALLOW = (Action: string, Resource: unknown) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action, Resource }],
});

const TEMPLATE = {
  Parameters: { Days: { Type: "Number", Default: 30 } },
  Resources: {
    Bucket: {
      Type: "AWS::S3::Bucket",
      DependsOn: "QueuePolicy",
      Properties: {
        VersioningConfiguration: { Status: "Enabled" },
        PublicAccessBlockConfiguration: { BlockPublicPolicy: false, BlockPublicAcls: "true" },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
        CorsConfiguration: { CorsRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"], MaxAge: 60 }] },
        LifecycleConfiguration: {
          Rules: [{ Id: "old", Status: "Enabled", ExpirationInDays: { Ref: "Days" }, Prefix: "logs/" }],
        },
        NotificationConfiguration: {
          QueueConfigurations: [
            {
              Event: "s3:ObjectCreated:*",
              Queue: { "Fn::GetAtt": ["Queue", "Arn"] },
              Filter: { S3Key: { Rules: [{ Name: "prefix", Value: "in/" }] } },
            },
          ],
        },
      },
    },
    BucketPolicy: {
      Type: "AWS::S3::BucketPolicy",
      Properties: {
        Bucket: { Ref: "Bucket" },
        PolicyDocument: ALLOW("s3:GetObject", { "Fn::Sub": "${Bucket.Arn}/*" }),
      },
    },
    Queue: { Type: "AWS::SQS::Queue" },
    QueuePolicy: {
      Type: "AWS::SQS::QueuePolicy",
      Properties: {
        Queues: [{ Ref: "Queue" }],
        PolicyDocument: ALLOW("sqs:SendMessage", { "Fn::GetAtt": ["Queue", "Arn"] }),
      },
    },
    Topic: { Type: "AWS::SNS::Topic" },
    TopicPolicy: {
      Type: "AWS::SNS::TopicPolicy",
      Properties: { Topics: [{ Ref: "Topic" }], PolicyDocument: ALLOW("sns:Publish", { Ref: "Topic" }) },
    },
    Subscription: {
      Type: "AWS::SNS::Subscription",
      Properties: {
        TopicArn: { Ref: "Topic" },
        Protocol: "sqs",
        Endpoint: { "Fn::GetAtt": ["Queue", "Arn"] },
        RawMessageDelivery: true,
        FilterPolicy: { kind: ["a"] },
      },
    },
    Parameter: { Type: "AWS::SSM::Parameter", Properties: { Type: "String", Value: { Ref: "Topic" } } },
    Secret: {
      Type: "AWS::SecretsManager::Secret",
      Properties: {
        GenerateSecretString: {
          SecretStringTemplate: '{"user":"admin"}',
          GenerateStringKey: "password",
          PasswordLength: 20,
        },
      },
    },
    SecretPolicy: {
      Type: "AWS::SecretsManager::ResourcePolicy",
      Properties: {
        SecretId: { Ref: "Secret" },
        ResourcePolicy: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Deny",
              Principal: { AWS: { "Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root" } },
              Action: "secretsmanager:DeleteResourcePolicy",
              Resource: "arn:aws:secretsmanager:us-east-1:1:secret:other",
            },
          ],
        },
      },
    },
    Key: { Type: "AWS::KMS::Key", Properties: { EnableKeyRotation: true, PendingWindowInDays: 7 } },
    Alias: { Type: "AWS::KMS::Alias", Properties: { AliasName: "alias/app", TargetKeyId: { Ref: "Key" } } },
    Alarm: {
      Type: "AWS::CloudWatch::Alarm",
      Properties: {
        Namespace: "App",
        MetricName: "Errors",
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: "GreaterThanThreshold",
        AlarmActions: [{ Ref: "Topic" }],
      },
    },
    Composite: {
      Type: "AWS::CloudWatch::CompositeAlarm",
      Properties: { AlarmRule: { "Fn::Sub": 'ALARM("${Alarm}")' } },
    },
    Dashboard: { Type: "AWS::CloudWatch::Dashboard", Properties: { DashboardBody: '{"widgets":[]}' } },
    Group: {
      Type: "AWS::ResourceGroups::Group",
      Properties: {
        Name: "mine",
        ResourceQuery: {
          Type: "TAG_FILTERS_1_0",
          Query: { ResourceTypeFilters: ["AWS::AllSupported"], TagFilters: [{ Key: "a" }] },
        },
      },
    },
    Repository: { Type: "AWS::ECR::Repository", Properties: { RepositoryName: "assets" } },
    Metadata: { Type: "AWS::CDK::Metadata", Properties: { Analytics: "x" } },
  } as Record<string, { Type: string; Properties?: Record<string, unknown> }>,
};

test("resources of each type are made, changed and deleted; nothing is left", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  const before = await cloud.call("s3", "ListBuckets", {});
  await stacks.create("all", TEMPLATE, { Tags: [{ Key: "team", Value: "a" }] });
  assert.equal(
    (await stacks.describe("all"))["StackStatus"],
    "CREATE_COMPLETE",
    (await stacks.events("all")).join("\n"),
  );
  const Bucket = await stacks.physical("all", "Bucket");
  assert.match(Bucket, /^all-bucket-[a-z0-9]{12}$/);
  const { Rules } = await cloud.call<{ Rules: { ID: string; Expiration: object }[] }>(
    "s3",
    "GetBucketLifecycleConfiguration",
    { Bucket },
  );
  assert.deepEqual(
    Rules.map(({ ID, Expiration }) => ({ ID, Expiration })),
    [{ ID: "old", Expiration: { Days: 30 } }],
  );
  const { SecretString } = await cloud.call<{ SecretString: string }>("secretsmanager", "GetSecretValue", {
    SecretId: await stacks.physical("all", "Secret"),
  });
  assert.match(SecretString, /^\{"user":"admin","password":".{20,}"\}$/);

  const changed = structuredClone(TEMPLATE);
  changed.Resources["Bucket"]!.Properties = { VersioningConfiguration: { Status: "Suspended" } };
  changed.Resources["Parameter"]!.Properties!["Value"] = "other";
  changed.Resources["Alarm"]!.Properties!["Threshold"] = 5;
  changed.Resources["Key"]!.Properties!["EnableKeyRotation"] = false;
  changed.Resources["Subscription"]!.Properties!["FilterPolicy"] = { kind: ["b"] };
  await stacks.update("all", changed);
  assert.equal(
    (await stacks.describe("all"))["StackStatus"],
    "UPDATE_COMPLETE",
    (await stacks.events("all")).join("\n"),
  );
  await assert.rejects(cloud.call("s3", "GetBucketCors", { Bucket }), { code: "NoSuchCORSConfiguration" });
  await assert.rejects(stacks.update("all", changed), { message: "No updates are to be performed." });

  await stacks.call("DeleteStack", { StackName: "all" });
  assert.deepEqual(await cloud.call("s3", "ListBuckets", {}), before);
  assert.deepEqual(await cloud.call("sqs", "ListQueues", {}), {});
  assert.deepEqual(await cloud.call("sns", "ListTopics", {}), { Topics: [] });
  assert.deepEqual(await cloud.call("sns", "ListSubscriptions", {}), { Subscriptions: [] });
  const { Parameters } = await cloud.call<{ Parameters: object[] }>("ssm", "DescribeParameters", {});
  assert.deepEqual(Parameters, []);
  const { MetricAlarms, CompositeAlarms } = await cloud.call<Record<string, object[]>>(
    "cloudwatch",
    "DescribeAlarms",
    {
      AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
    },
  );
  assert.deepEqual([MetricAlarms, CompositeAlarms], [[], []]);
});

test("a custom resource answers at the URL that it is given, and is asked again to change and to go", async () => {
  await using cloud = await testCloud();
  const stacks = stacksOf(cloud);
  const { TopicArn } = await cloud.call<{ TopicArn: string }>("sns", "CreateTopic", { Name: "provider" });
  const { QueueUrl } = await cloud.call<{ QueueUrl: string }>("sqs", "CreateQueue", {
    QueueName: "requests",
  });
  await cloud.call("sns", "Subscribe", {
    TopicArn,
    Protocol: "sqs",
    Endpoint: "arn:aws:sqs:us-east-1:000000000000:requests",
    Attributes: { RawMessageDelivery: "true" },
  });
  /** Answers the next request as a provider would. @returns its kind */
  const answer = async (Data: object) => {
    const { Messages } = await cloud.call<{ Messages: { Body: string; ReceiptHandle: string }[] }>(
      "sqs",
      "ReceiveMessage",
      { QueueUrl, WaitTimeSeconds: 5 },
    );
    const [{ Body, ReceiptHandle }] = Messages as [{ Body: string; ReceiptHandle: string }];
    await cloud.call("sqs", "DeleteMessage", { QueueUrl, ReceiptHandle });
    const request = JSON.parse(Body) as Record<string, string>;
    const url = new URL(request["ResponseURL"]!);
    url.hostname = "127.0.0.1";
    const response = await fetch(url, {
      method: "PUT",
      body: JSON.stringify({ Status: "SUCCESS", PhysicalResourceId: "thing-1", Data }),
    });
    assert.equal(response.status, 200);
    return request["RequestType"];
  };
  const template = (value: string) => ({
    Resources: { Thing: { Type: "Custom::Thing", Properties: { ServiceToken: TopicArn, Value: value } } },
    Outputs: { Made: { Value: { "Fn::GetAtt": ["Thing", "Made"] } } },
  });
  const settled = (status: string) =>
    until(
      () => stacks.describe(id),
      ({ StackStatus }) => StackStatus === status,
    );
  const id = await stacks.create("custom", template("a"));
  assert.equal((await stacks.describe("custom"))["StackStatus"], "CREATE_IN_PROGRESS");
  assert.equal(await answer({ Made: "yes" }), "Create");
  await settled("CREATE_COMPLETE");
  assert.deepEqual(await stacks.outputs("custom"), { Made: "yes" });
  await stacks.update("custom", template("b"));
  assert.equal(await answer({ Made: "again" }), "Update");
  await settled("UPDATE_COMPLETE");
  await stacks.call("DeleteStack", { StackName: "custom" });
  assert.equal(await answer({}), "Delete");
  await settled("DELETE_COMPLETE");
});

test("A queue's attributes that a template no longer says are AWS's own again, or stay as they were", async () => {
  await using cloud = await testCloud();
  const stacks = stacksOf(cloud);
  const Said = {
    ContentBasedDeduplication: true,
    DeduplicationScope: "messageGroup",
    FifoThroughputLimit: "perMessageGroupId",
    MaximumMessageSize: 4096,
    SqsManagedSseEnabled: false,
    VisibilityTimeout: 60,
  };
  const template = (more: object) => ({
    Resources: {
      Jobs: { Type: "AWS::SQS::Queue", Properties: { QueueName: "jobs.fifo", FifoQueue: true, ...more } },
      Policy: {
        Type: "AWS::SQS::QueueInlinePolicy",
        Properties: { Queue: { Ref: "Jobs" }, PolicyDocument: ALLOW("sqs:SendMessage", "*") },
      },
    },
  });
  const id = await stacks.create("jobs", template(Said));
  const settled = (status: string) =>
    until(
      () => stacks.describe(id),
      ({ StackStatus }) => StackStatus === status,
    );
  await settled("CREATE_COMPLETE");
  await stacks.update("jobs", template({}));
  await settled("UPDATE_COMPLETE");
  const QueueUrl = await stacks.physical("jobs", "Jobs");
  const { Attributes } = await cloud.call<{ Attributes: Record<string, string> }>(
    "sqs",
    "GetQueueAttributes",
    {
      QueueUrl,
      AttributeNames: ["All"],
    },
  );
  const expected = {
    ContentBasedDeduplication: "false",
    DeduplicationScope: "messageGroup",
    FifoThroughputLimit: "perMessageGroupId",
    MaximumMessageSize: "262144",
    SqsManagedSseEnabled: "false",
    VisibilityTimeout: "30",
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(Attributes[name], value, name);
  assert.deepEqual(JSON.parse(Attributes["Policy"]!), ALLOW("sqs:SendMessage", "*"));
  // The stack's own tags are not SQS's to list.
  assert.deepEqual(await cloud.call("sqs", "ListQueueTags", { QueueUrl }), {});
});
