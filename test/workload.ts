import { zipOf } from "../src/services/lambda/functions.fixture.ts";

const ZIP = await zipOf({ "index.mjs": "export const handler = () => 1;" });

export type Call = (service: string, operation: string, input: object) => Promise<Record<string, unknown>>;

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const ACCOUNT = "000000000000";
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;
const KEY_POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" },
  ],
});

const WRITES = {
  ServiceNamespace: "dynamodb",
  ResourceId: "table/Orders",
  ScalableDimension: "dynamodb:table:WriteCapacityUnits",
};

/** Writes of every service that keeps anything, in an order in which each can do without what failed before it. */
export const WORKLOAD: readonly ((call: Call) => Promise<unknown>)[] = [
  (call) => call("sqs", "CreateQueue", { QueueName: "q", tags: { a: "b" } }),
  (call) => call("sqs", "SendMessage", { QueueUrl: "q", MessageBody: "m" }),
  (call) =>
    call("sqs", "SendMessageBatch", {
      QueueUrl: "q",
      Entries: ["1", "2", "3"].map((Id) => ({ Id, MessageBody: Id })),
    }),
  async (call) => {
    const { Messages } = await call("sqs", "ReceiveMessage", { QueueUrl: "q", MaxNumberOfMessages: 2 });
    for (const { ReceiptHandle } of (Messages ?? []) as { ReceiptHandle: string }[])
      await call("sqs", "DeleteMessage", { QueueUrl: "q", ReceiptHandle });
  },
  (call) => call("sns", "CreateTopic", { Name: "t" }),
  (call) =>
    call("sns", "Subscribe", { TopicArn: arn("sns", "t"), Protocol: "sqs", Endpoint: arn("sqs", "q") }),
  (call) => call("sns", "Publish", { TopicArn: arn("sns", "t"), Message: "m" }),
  (call) =>
    call("dynamodb", "CreateTable", {
      TableName: "Orders",
      AttributeDefinitions: ["id", "by"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-whom",
          KeySchema: [{ AttributeName: "by", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  (call) => call("dynamodb", "PutItem", { TableName: "Orders", Item: { id: { S: "1" }, by: { S: "ann" } } }),
  (call) =>
    call("dynamodb", "UpdateItem", {
      TableName: "Orders",
      Key: { id: { S: "1" } },
      UpdateExpression: "SET #by = :by",
      ExpressionAttributeNames: { "#by": "by" },
      ExpressionAttributeValues: { ":by": { S: "bob" } },
    }),
  (call) =>
    call("dynamodb", "TransactWriteItems", {
      TransactItems: ["2", "3"].map((id) => ({
        Put: { TableName: "Orders", Item: { id: { S: id }, by: { S: "ann" } } },
      })),
    }),
  (call) =>
    call("dynamodb", "BatchWriteItem", {
      RequestItems: {
        Orders: [
          { PutRequest: { Item: { id: { S: "4" }, by: { S: "cy" } } } },
          { DeleteRequest: { Key: { id: { S: "2" } } } },
        ],
      },
    }),
  (call) => call("kinesis", "CreateStream", { StreamName: "s", ShardCount: 2 }),
  (call) =>
    call("kinesis", "PutRecords", {
      StreamName: "s",
      Records: ["a", "b"].map((PartitionKey) => ({ PartitionKey, Data: Buffer.from("d") })),
    }),
  (call) => call("iam", "CreateRole", { RoleName: "r", AssumeRolePolicyDocument: TRUST }),
  (call) => call("iam", "CreateUser", { UserName: "u", Tags: [{ Key: "a", Value: "b" }] }),
  (call) => call("iam", "CreateAccessKey", { UserName: "u" }),
  (call) =>
    call("sts", "AssumeRole", { RoleArn: "arn:aws:iam::000000000000:role/r", RoleSessionName: "session" }),
  (call) => call("logs", "CreateLogGroup", { logGroupName: "g" }),
  (call) => call("logs", "CreateLogStream", { logGroupName: "g", logStreamName: "s" }),
  (call) =>
    call("logs", "PutLogEvents", {
      logGroupName: "g",
      logStreamName: "s",
      logEvents: [{ timestamp: Date.now(), message: "m" }],
    }),
  (call) =>
    call("cloudwatch", "PutMetricData", { Namespace: "n", MetricData: [{ MetricName: "m", Value: 1 }] }),
  (call) =>
    call("cloudwatch", "PutMetricAlarm", {
      AlarmName: "a",
      Namespace: "n",
      MetricName: "m",
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: "GreaterThanThreshold",
    }),
  (call) =>
    call("lambda", "CreateFunction", {
      FunctionName: "f",
      Role: "arn:aws:iam::000000000000:role/r",
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Code: { ZipFile: ZIP },
    }),
  (call) => call("lambda", "PublishVersion", { FunctionName: "f" }),
  (call) => call("lambda", "CreateAlias", { FunctionName: "f", Name: "live", FunctionVersion: "1" }),
  async (call) => {
    const { id: restApiId } = await call("apigateway", "CreateRestApi", { name: "api" });
    const { items } = await call("apigateway", "GetResources", { restApiId });
    const [{ id: resourceId }] = items as [{ id: string }];
    const method = { restApiId, resourceId, httpMethod: "GET" };
    await call("apigateway", "PutMethod", { ...method, authorizationType: "NONE" });
    await call("apigateway", "PutIntegration", { ...method, type: "MOCK" });
    await call("apigateway", "CreateDeployment", { restApiId, stageName: "dev" });
  },
  (call) => call("apigatewayv2", "CreateApi", { Name: "http", ProtocolType: "HTTP" }),
  (call) => call("resource-groups", "CreateGroup", { Name: "g" }),
  (call) => call("xray", "CreateGroup", { GroupName: "g", FilterExpression: "fault" }),
  async (call) => {
    const { experimentTemplate } = await call("fis", "CreateExperimentTemplate", {
      clientToken: "t",
      description: "d",
      roleArn: "arn:aws:iam::000000000000:role/r",
      stopConditions: [{ source: "none" }],
      targets: {},
      actions: { wait: { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } } },
    });
    await call("fis", "StartExperiment", {
      clientToken: "s",
      experimentTemplateId: (experimentTemplate as { id: string }).id,
    });
  },
  (call) => call("ssm", "PutParameter", { Name: "/app/url", Type: "String", Value: "one" }),
  (call) => call("ssm", "PutParameter", { Name: "/app/url", Value: "two", Overwrite: true }),
  (call) => call("ssm", "LabelParameterVersion", { Name: "/app/url", Labels: ["live"] }),
  (call) => call("s3", "CreateBucket", { Bucket: "bucket-of-work" }),
  (call) => call("s3", "PutObject", { Bucket: "bucket-of-work", Key: "a/b", Body: Buffer.from("first") }),
  (call) => call("s3", "PutObject", { Bucket: "bucket-of-work", Key: "a/b", Body: Buffer.from("second") }),
  (call) =>
    call("s3", "CopyObject", { Bucket: "bucket-of-work", Key: "c", CopySource: "/bucket-of-work/a/b" }),
  (call) => call("s3", "DeleteObject", { Bucket: "bucket-of-work", Key: "a/b" }),
  (call) =>
    call("s3control", "CreateAccessPoint", { AccountId: ACCOUNT, Name: "point", Bucket: "bucket-of-work" }),
  (call) => call("kms", "CreateKey", { Description: "of work" }),
  async (call) => {
    const { Keys } = await call("kms", "ListKeys", { Limit: 1 });
    for (const { KeyId } of Keys as { KeyId: string }[]) {
      await call("kms", "CreateAlias", { AliasName: "alias/work", TargetKeyId: KeyId });
      await call("kms", "PutKeyPolicy", { KeyId, Policy: KEY_POLICY });
    }
  },
  (call) =>
    call("secretsmanager", "CreateSecret", {
      Name: "secret",
      SecretString: "one",
      ClientRequestToken: "the-first-version-of-the-secret-of-work",
    }),
  (call) => call("secretsmanager", "PutSecretValue", { SecretId: "secret", SecretString: "two" }),
  (call) => call("events", "PutRule", { Name: "rule", EventPattern: JSON.stringify({ source: ["shop"] }) }),
  (call) => call("events", "PutTargets", { Rule: "rule", Targets: [{ Id: "1", Arn: arn("sqs", "q") }] }),
  (call) =>
    call("scheduler", "CreateSchedule", {
      Name: "schedule",
      ScheduleExpression: "at(2099-01-01T00:00:00)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: arn("sqs", "q"), RoleArn: "arn:aws:iam::000000000000:role/r", Input: "{}" },
    }),
  (call) =>
    call("application-autoscaling", "RegisterScalableTarget", { ...WRITES, MinCapacity: 1, MaxCapacity: 9 }),
  (call) =>
    call("application-autoscaling", "PutScalingPolicy", {
      ...WRITES,
      PolicyName: "track",
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 70,
        PredefinedMetricSpecification: { PredefinedMetricType: "DynamoDBWriteCapacityUtilization" },
      },
    }),
  (call) =>
    call("application-autoscaling", "PutScheduledAction", {
      ...WRITES,
      ScheduledActionName: "daily",
      Schedule: "rate(1 day)",
      ScalableTargetAction: { MinCapacity: 2 },
    }),
  (call) =>
    call("pipes", "CreatePipe", {
      Name: "pipe",
      RoleArn: "arn:aws:iam::000000000000:role/r",
      Source: arn("sqs", "q"),
      Target: arn("sqs", "q"),
      DesiredState: "STOPPED",
    }),
  (call) =>
    call("stepfunctions", "CreateStateMachine", {
      name: "machine",
      roleArn: "arn:aws:iam::000000000000:role/r",
      definition: JSON.stringify({ StartAt: "Done", States: { Done: { Type: "Succeed" } } }),
    }),
  (call) =>
    call("ec2", "CreateVpc", {
      CidrBlock: "10.9.0.0/16",
      TagSpecifications: [{ ResourceType: "vpc", Tags: [{ Key: "Name", Value: "shop" }] }],
    }),
  (call) =>
    call("ec2", "CreateLaunchTemplate", {
      LaunchTemplateName: "web",
      LaunchTemplateData: { ImageId: "ami-1" },
    }),
  (call) =>
    call("autoscaling", "CreateAutoScalingGroup", {
      AutoScalingGroupName: "web",
      LaunchTemplate: { LaunchTemplateName: "web" },
      MinSize: 0,
      MaxSize: 1,
      AvailabilityZones: ["us-east-1a"],
    }),
  (call) =>
    call("rds", "CreateDBParameterGroup", {
      DBParameterGroupName: "tuned",
      DBParameterGroupFamily: "postgres15",
      Description: "tuned",
    }),
  (call) =>
    call("elasticache", "CreateCacheParameterGroup", {
      CacheParameterGroupName: "tuned",
      CacheParameterGroupFamily: "redis7",
      Description: "tuned",
    }),
  (call) => call("route53", "CreateHostedZone", { Name: "example.com", CallerReference: "zone" }),
  async (call) => {
    const { HostedZones } = await call("route53", "ListHostedZonesByName", {});
    const [zone] = HostedZones as { Id: string }[];
    if (!zone) return;
    const set = { Name: "www.example.com", Type: "A", TTL: 60, ResourceRecords: [{ Value: "192.0.2.1" }] };
    const Changes = [{ Action: "UPSERT", ResourceRecordSet: set }];
    await call("route53", "ChangeResourceRecordSets", { HostedZoneId: zone.Id, ChangeBatch: { Changes } });
  },
  (call) =>
    call("route53", "CreateHealthCheck", {
      CallerReference: "check",
      HealthCheckConfig: { Type: "HTTP", IPAddress: "127.0.0.1", Disabled: true },
    }),
  (call) => call("route53", "CreateReusableDelegationSet", { CallerReference: "set" }),
  (call) => call("elbv2", "CreateTargetGroup", { Name: "web", TargetType: "lambda" }),
  async (call) => {
    const { Subnets } = await call("ec2", "DescribeSubnets", {});
    const ids = (Subnets as { SubnetId: string }[]).map(({ SubnetId }) => SubnetId);
    await call("elbv2", "CreateLoadBalancer", { Name: "web", Subnets: ids.slice(0, 2) });
  },
  (call) =>
    call("memorydb", "CreateParameterGroup", { ParameterGroupName: "tuned", Family: "memorydb_redis7" }),
  (call) =>
    call("memorydb", "CreateMultiRegionCluster", {
      MultiRegionClusterNameSuffix: "world",
      NodeType: "db.r7g.xlarge",
    }),
  (call) => call("arc-zonal-shift", "UpdateAutoshiftObserverNotificationStatus", { status: "ENABLED" }),
  (call) => call("ecr", "CreateRepository", { repositoryName: "shop/web" }),
  (call) => call("ecs", "CreateCluster", { clusterName: "cluster" }),
  (call) =>
    call("ecs", "RegisterTaskDefinition", {
      family: "web",
      containerDefinitions: [{ name: "app", image: "web", memory: 64, command: ["true"] }],
    }),
  (call) =>
    call("ecs", "CreateService", {
      cluster: "cluster",
      serviceName: "web",
      taskDefinition: "web",
      desiredCount: 0,
    }),
  (call) => call("dynamodb", "DeleteTable", { TableName: "Orders" }),
  (call) => call("sqs", "DeleteQueue", { QueueUrl: "q" }),
];
