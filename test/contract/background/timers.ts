import { zipOf } from "../../../src/services/lambda/functions.fixture.ts";
import { arn, type BackgroundCase, type Call, heard, role } from "./case.ts";

const queue = (call: Call, QueueName: string) => call("sqs", "CreateQueue", { QueueName });
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Health checks by their caller references. */
const checks = new Map<string, string>();

/** What happens when its time has come. */
export const TIMERS: readonly BackgroundCase[] = [
  {
    title: "events: a rule is due every minute",
    prepare: (call) => queue(call, "of-schedule"),
    async before(call, Name) {
      await call("events", "PutRule", { Name, ScheduleExpression: "rate(1 minute)", State: "DISABLED" });
      await call("events", "PutTargets", {
        Rule: Name,
        Targets: [{ Id: "q", Arn: arn("sqs", "of-schedule"), Input: JSON.stringify({ Name }) }],
      });
    },
    begin: (call, Name) => call("events", "EnableRule", { Name }),
    lastsMs: 1.5 * MINUTE_MS,
    async state(call, Name) {
      const said = await heard(call, "of-schedule", Name);
      await call("events", "DisableRule", { Name });
      return said;
    },
    ends: /^heard$/,
    refused: /^nothing$/,
  },
  {
    title: "events: an archive is replayed",
    async prepare(call) {
      await queue(call, "of-replay");
      await call("events", "CreateArchive", {
        ArchiveName: "archive",
        EventSourceArn: arn("events", "event-bus/default"),
        EventPattern: JSON.stringify({ source: ["kept"] }),
      });
      await call("events", "PutEvents", {
        Entries: [{ Source: "kept", DetailType: "said", Detail: "{}" }],
      });
    },
    async before(call, Name) {
      const EventPattern = JSON.stringify({ source: ["kept"], "replay-name": [Name] });
      await call("events", "PutRule", { Name, EventPattern });
      await call("events", "PutTargets", {
        Rule: Name,
        Targets: [{ Id: "q", Arn: arn("sqs", "of-replay"), Input: JSON.stringify({ Name }) }],
      });
    },
    begin: (call, ReplayName, now) =>
      call("events", "StartReplay", {
        ReplayName,
        EventSourceArn: arn("events", "archive/archive"),
        EventStartTime: new Date(now - DAY_MS),
        EventEndTime: new Date(now),
        Destination: { Arn: arn("events", "event-bus/default") },
      }),
    async state(call, ReplayName) {
      const said = await heard(call, "of-replay", ReplayName);
      const { State } = await call<{ State: string }>("events", "DescribeReplay", { ReplayName });
      return `${State} ${said}`;
    },
    ends: /^COMPLETED heard$/,
    refused: /^ResourceNotFoundException$/,
  },
  {
    title: "scheduler: a schedule is due once, and is gone",
    prepare: (call) => queue(call, "of-scheduler"),
    async begin(call, Name, now) {
      await call("scheduler", "CreateSchedule", {
        Name,
        ScheduleExpression: `at(${new Date(now + 2 * MINUTE_MS).toISOString().slice(0, 19)})`,
        FlexibleTimeWindow: { Mode: "OFF" },
        ActionAfterCompletion: "DELETE",
        Target: { Arn: arn("sqs", "of-scheduler"), RoleArn: role, Input: JSON.stringify({ Name }) },
      });
    },
    lastsMs: 3 * MINUTE_MS,
    async state(call, Name) {
      const said = await heard(call, "of-scheduler", Name);
      const isGone = await call("scheduler", "GetSchedule", { Name }).then(
        () => false,
        () => true,
      );
      return `${said} ${isGone}`;
    },
    ends: /^heard true$/,
    refused: /^nothing true$/,
  },
  {
    title: "scheduler: a rate is due at once",
    prepare: (call) => queue(call, "of-rate"),
    begin: (call, Name) =>
      call("scheduler", "CreateSchedule", {
        Name,
        ScheduleExpression: "rate(30 days)",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: arn("sqs", "of-rate"), RoleArn: role, Input: JSON.stringify({ Name }) },
      }),
    state: (call, Name) => heard(call, "of-rate", Name),
    ends: /^heard$/,
    refused: /^nothing$/,
  },
  {
    title: "scheduler: a schedule that could not be deleted is due all the same",
    prepare: (call) => queue(call, "of-deleted"),
    before: (call, Name, now) =>
      call("scheduler", "CreateSchedule", {
        Name,
        ScheduleExpression: `at(${new Date(now + 2 * MINUTE_MS).toISOString().slice(0, 19)})`,
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: arn("sqs", "of-deleted"), RoleArn: role, Input: JSON.stringify({ Name }) },
      }),
    begin: (call, Name) => call("scheduler", "DeleteSchedule", { Name }),
    lastsMs: 3 * MINUTE_MS,
    state: (call, Name) => heard(call, "of-deleted", Name),
    ends: /^nothing$/,
    refused: /^heard$/,
  },
  {
    title: "events: a rule that could not be disabled is due all the same",
    prepare: (call) => queue(call, "of-disabled"),
    async before(call, Name) {
      await call("events", "PutRule", { Name, ScheduleExpression: "rate(1 minute)" });
      await call("events", "PutTargets", {
        Rule: Name,
        Targets: [{ Id: "q", Arn: arn("sqs", "of-disabled"), Input: JSON.stringify({ Name }) }],
      });
    },
    begin: (call, Name) => call("events", "DisableRule", { Name }),
    lastsMs: 2 * MINUTE_MS,
    async state(call, Name) {
      const said = await heard(call, "of-disabled", Name);
      await call("events", "DisableRule", { Name });
      return said;
    },
    ends: /^nothing$/,
    refused: /^heard$/,
  },
  {
    title: "cloudwatch: an alarm that could not be deleted goes off all the same",
    before: (call, AlarmName) =>
      call("cloudwatch", "PutMetricAlarm", {
        AlarmName,
        Namespace: "Kept",
        MetricName: "silence",
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: "LessThanThreshold",
        TreatMissingData: "breaching",
      }),
    begin: (call, AlarmName) => call("cloudwatch", "DeleteAlarms", { AlarmNames: [AlarmName] }),
    lastsMs: 5 * MINUTE_MS,
    async state(call, AlarmName) {
      const { MetricAlarms } = await call<{ MetricAlarms: { StateValue: string }[] }>(
        "cloudwatch",
        "DescribeAlarms",
        { AlarmNames: [AlarmName] },
      );
      return MetricAlarms[0]?.StateValue ?? "gone";
    },
    ends: /^gone$/,
    refused: /^ALARM$/,
  },
  {
    title: "sqs: messages are moved back from a dead-letter queue",
    async before(call, name) {
      await queue(call, `${name}-dead`);
      await queue(call, `${name}-moved`);
      await call("sqs", "CreateQueue", {
        QueueName: name,
        Attributes: {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: arn("sqs", `${name}-dead`),
            maxReceiveCount: 1,
          }),
        },
      });
      for (const MessageBody of ["1", "2"])
        await call("sqs", "SendMessage", { QueueUrl: `${name}-dead`, MessageBody });
    },
    begin: (call, name) =>
      call("sqs", "StartMessageMoveTask", {
        SourceArn: arn("sqs", `${name}-dead`),
        DestinationArn: arn("sqs", `${name}-moved`),
        MaxNumberOfMessagesPerSecond: 1,
      }),
    lastsMs: 10_000,
    async state(call, name) {
      const { Results } = await call<{ Results: { Status: string }[] }>("sqs", "ListMessageMoveTasks", {
        SourceArn: arn("sqs", `${name}-dead`),
      });
      const counts: string[] = [];
      for (const at of ["dead", "moved"]) {
        const { Attributes } = await call<{ Attributes: Record<string, string> }>(
          "sqs",
          "GetQueueAttributes",
          {
            QueueUrl: `${name}-${at}`,
            AttributeNames: ["ApproximateNumberOfMessages"],
          },
        );
        counts.push(Attributes["ApproximateNumberOfMessages"] ?? "");
      }
      return [Results[0]?.Status, ...counts].join(" ");
    },
    ends: /^COMPLETED 0 2$/,
    refused: /^ 2 0$/,
  },
  {
    title: "dynamodb: an item runs out",
    async prepare(call) {
      await call("dynamodb", "CreateTable", {
        TableName: "passing",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
      });
      await call("dynamodb", "UpdateTimeToLive", {
        TableName: "passing",
        TimeToLiveSpecification: { AttributeName: "until", Enabled: true },
      });
    },
    async begin(call, name, now) {
      const until = { N: String(Math.ceil(now / 1000) + 60) };
      await call("dynamodb", "PutItem", { TableName: "passing", Item: { id: { S: name }, until } });
    },
    lastsMs: 2 * MINUTE_MS,
    async state(call, name) {
      const { Item } = await call<{ Item?: object }>("dynamodb", "GetItem", {
        TableName: "passing",
        Key: { id: { S: name } },
      });
      return Item ? "there" : "gone";
    },
    ends: /^gone$/,
  },
  {
    title: "kms: a key is deleted when its days are over",
    async begin(call, Description) {
      const { KeyMetadata } = await call<{ KeyMetadata: { KeyId: string } }>("kms", "CreateKey", {
        Description,
      });
      keys.set(Description, KeyMetadata.KeyId);
      await call("kms", "ScheduleKeyDeletion", { KeyId: KeyMetadata.KeyId, PendingWindowInDays: 7 });
    },
    lastsMs: 8 * DAY_MS,
    async state(call, name) {
      const KeyId = keys.get(name);
      if (KeyId === undefined) return "never";
      return (await call<{ KeyMetadata: { KeyState: string } }>("kms", "DescribeKey", { KeyId })).KeyMetadata
        .KeyState;
    },
    ends: /^NotFoundException$/,
    refused: /^(never|Enabled|NotFoundException)$/,
  },
  {
    title: "route53: a health check finds that nobody listens at its endpoint",
    async begin(call, CallerReference) {
      const { HealthCheck } = await call<{ HealthCheck: { Id: string } }>("route53", "CreateHealthCheck", {
        CallerReference,
        HealthCheckConfig: { Type: "TCP", IPAddress: "127.0.0.1", Port: 1, FailureThreshold: 1 },
      });
      checks.set(CallerReference, HealthCheck.Id);
    },
    lastsMs: MINUTE_MS,
    async state(call, name) {
      const HealthCheckId = checks.get(name);
      if (HealthCheckId === undefined) return "never";
      const { HealthCheckObservations } = await call<{
        HealthCheckObservations: { StatusReport: { Status: string } }[];
      }>("route53", "GetHealthCheckStatus", { HealthCheckId });
      await call("route53", "DeleteHealthCheck", { HealthCheckId });
      return HealthCheckObservations[0]?.StatusReport.Status;
    },
    ends: /^Failure: Connection refused\.$/,
    refused: /^(never|NoSuchHealthCheck)$/,
  },
  {
    title: "secretsmanager: a secret is rotated when it is due",
    async prepare(call) {
      await call("lambda", "CreateFunction", {
        FunctionName: "rotates",
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Role: role,
        Code: { ZipFile: await zipOf({ "index.mjs": ROTATION }) },
      });
      await call("lambda", "AddPermission", {
        FunctionName: "rotates",
        StatementId: "secrets",
        Action: "lambda:InvokeFunction",
        Principal: "secretsmanager.amazonaws.com",
      });
      await call("lambda", "Invoke", { FunctionName: "rotates", Payload: Buffer.from("{}") });
    },
    before: (call, Name) => call("secretsmanager", "CreateSecret", { Name, SecretString: "first" }),
    begin: (call, SecretId) =>
      call("secretsmanager", "RotateSecret", {
        SecretId,
        RotationLambdaARN: arn("lambda", "function:rotates"),
        RotationRules: { ScheduleExpression: "rate(4 hours)", Duration: "1h" },
        RotateImmediately: false,
      }),
    lastsMs: 9 * 60 * MINUTE_MS,
    async state(call, SecretId, now) {
      const { NextRotationDate, RotationEnabled } = await call<{
        NextRotationDate?: Date;
        RotationEnabled?: boolean;
      }>("secretsmanager", "DescribeSecret", { SecretId });
      await call("secretsmanager", "CancelRotateSecret", { SecretId }).catch(() => {});
      return RotationEnabled ? `next in the future: ${Number(NextRotationDate) > now}` : "not rotated";
    },
    ends: /^next in the future: true$/,
    refused: /^not rotated$/,
  },
  {
    title: "ssm: a parameter is gone when it expires",
    async begin(call, Name, now) {
      await call("ssm", "PutParameter", {
        Name,
        Value: "v",
        Type: "String",
        Tier: "Advanced",
        Policies: JSON.stringify([
          {
            Type: "Expiration",
            Version: "1.0",
            Attributes: { Timestamp: new Date(now + DAY_MS).toISOString().replace(/\.\d+/, "") },
          },
        ]),
      });
    },
    lastsMs: 2 * DAY_MS,
    async state(call, Name) {
      await call("ssm", "GetParameter", { Name });
      return "there";
    },
    ends: /^ParameterNotFound$/,
  },
  {
    title: "cloudwatch: an alarm goes off and tells",
    async prepare(call) {
      await queue(call, "of-alarm");
      await call("sns", "CreateTopic", { Name: "alarms" });
      await call("sns", "Subscribe", {
        TopicArn: arn("sns", "alarms"),
        Protocol: "sqs",
        Endpoint: arn("sqs", "of-alarm"),
      });
    },
    before: (call, AlarmName) =>
      call("cloudwatch", "PutMetricAlarm", {
        AlarmName,
        Namespace: "Mine",
        MetricName: AlarmName,
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
        TreatMissingData: "ignore",
        AlarmActions: [arn("sns", "alarms")],
      }),
    begin: (call, MetricName) =>
      call("cloudwatch", "PutMetricData", { Namespace: "Mine", MetricData: [{ MetricName, Value: 2 }] }),
    lastsMs: 5 * MINUTE_MS,
    async state(call, AlarmName) {
      const { MetricAlarms } = await call<{ MetricAlarms: { StateValue: string }[] }>(
        "cloudwatch",
        "DescribeAlarms",
        { AlarmNames: [AlarmName] },
      );
      return `${MetricAlarms[0]?.StateValue} ${await heard(call, "of-alarm", AlarmName)}`;
    },
    // An action that was answered an error is not taken again: it stands in the alarm's history.
    ends: /^ALARM (heard|nothing)$/,
    refused: /^INSUFFICIENT_DATA nothing$/,
  },
  {
    title: "s3: an object is gone when its days are over",
    async prepare(call) {
      await call("s3", "CreateBucket", { Bucket: "passing" });
      await call("s3", "PutBucketLifecycleConfiguration", {
        Bucket: "passing",
        LifecycleConfiguration: {
          Rules: [{ ID: "all", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 1 } }],
        },
      });
    },
    begin: (call, Key) => call("s3", "PutObject", { Bucket: "passing", Key, Body: "x" }),
    lastsMs: 3 * DAY_MS,
    async state(call, Key) {
      await call("s3", "HeadObject", { Bucket: "passing", Key });
      return "there";
    },
    ends: /^(NotFound|NoSuchKey|404)$/,
  },
  {
    title: "fis: an experiment acts and ends",
    begin: async (call, name) => {
      const { experimentTemplate } = await call<{ experimentTemplate: { id: string } }>(
        "fis",
        "CreateExperimentTemplate",
        {
          clientToken: name,
          description: name,
          roleArn: role,
          stopConditions: [{ source: "none" }],
          targets: {},
          actions: {
            wait: { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } },
            strike: {
              actionId: "squall:api:error",
              parameters: { code: "Struck", duration: "PT1M", service: "xray" },
              startAfter: ["wait"],
            },
          },
        },
      );
      const { experiment } = await call<{ experiment: { id: string } }>("fis", "StartExperiment", {
        clientToken: name,
        experimentTemplateId: experimentTemplate.id,
      });
      experiments.set(name, experiment.id);
    },
    lastsMs: 5 * MINUTE_MS,
    async state(call, name) {
      const id = experiments.get(name);
      if (id === undefined) return "never";
      const { experiment } = await call<{ experiment: { state: { status: string } } }>(
        "fis",
        "GetExperiment",
        {
          id,
        },
      );
      return experiment.state.status;
    },
    ends: /^(completed|failed|stopped)$/,
    refused: /^(never|ResourceNotFoundException)$/,
  },
  {
    title: "ssm: an automation runs and ends",
    async prepare(call) {
      await queue(call, "of-automation");
      await call("ssm", "CreateDocument", {
        Name: "Steps",
        DocumentType: "Automation",
        Content: JSON.stringify({
          schemaVersion: "0.3",
          parameters: { Said: { type: "String" } },
          mainSteps: [
            { name: "wait", action: "aws:sleep", inputs: { Duration: "PT30S" } },
            {
              name: "send",
              action: "aws:executeAwsApi",
              inputs: {
                Service: "sqs",
                Api: "SendMessage",
                QueueUrl: "of-automation",
                MessageBody: "{{ Said }}",
              },
            },
          ],
        }),
      });
    },
    async begin(call, name) {
      const { AutomationExecutionId } = await call<{ AutomationExecutionId: string }>(
        "ssm",
        "StartAutomationExecution",
        { DocumentName: "Steps", Parameters: { Said: [name] } },
      );
      automations.set(name, AutomationExecutionId);
    },
    lastsMs: 5 * MINUTE_MS,
    async state(call, name) {
      const AutomationExecutionId = automations.get(name);
      if (AutomationExecutionId === undefined) return "never";
      const { AutomationExecution } = await call<{
        AutomationExecution: { AutomationExecutionStatus: string; StepExecutions: { StepStatus: string }[] };
      }>("ssm", "GetAutomationExecution", { AutomationExecutionId });
      return [
        AutomationExecution.AutomationExecutionStatus,
        ...AutomationExecution.StepExecutions.map(({ StepStatus }) => StepStatus),
      ].join(" ");
    },
    ends: /^(Success|Failed|TimedOut)( (Success|Failed|TimedOut|Cancelled|Pending))*$/,
    refused: /^never$/,
  },
];

const keys = new Map<string, string>();
const experiments = new Map<string, string>();
const automations = new Map<string, string>();

const ROTATION = "export const handler = async () => {};";
