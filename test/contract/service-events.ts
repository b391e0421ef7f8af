import assert from "node:assert/strict";
import { createPublicKey, publicEncrypt } from "node:crypto";
import type { World } from "../../src/services/events/fixture.test.ts";
import { zipOf } from "../../src/services/lambda/functions.fixture.ts";
import { until } from "../until.ts";

/**
 * What AWS's services send onto the default bus, with the members that their documentation shows of each event. A pattern
 * stands for the texts that match it; a function looks for itself.
 */
export interface ServiceEvent {
  readonly source: string;
  readonly detailType: string;
  /** Where AWS documents it. */
  readonly see: string;
  /** Has it happen, and says what the event's resources are, and its detail. */
  cause(
    world: World,
    call: Call,
  ): Promise<{ readonly resources: readonly string[]; readonly detail: object }>;
  /** Which of the events of that detail type is meant, when several come. */
  isIt?(detail: Record<string, unknown>): boolean;
}

export type Call = (service: string, operation: string, input?: object) => Promise<Record<string, unknown>>;

const ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?(?:Z|\+0000)$/;
const SPOKEN = /^[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M$/;

const ALARM = {
  AlarmName: "hot",
  AlarmDescription: "too hot",
  Namespace: "oven",
  MetricName: "heat",
  Dimensions: [{ Name: "plate", Value: "front" }],
  Statistic: "Maximum",
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 80,
  ComparisonOperator: "GreaterThanThreshold",
};
const METRICS = [
  {
    id: ID,
    metricStat: {
      metric: { namespace: "oven", name: "heat", dimensions: { plate: "front" } },
      period: 60,
      stat: "Maximum",
    },
    returnData: true,
  },
];
const CONFIGURATION = {
  evaluationPeriods: 1,
  threshold: 80,
  comparisonOperator: "GreaterThanThreshold",
  description: "too hot",
  metrics: METRICS,
  alarmName: "hot",
  actionsEnabled: true,
  timestamp: TIME,
  okActions: [],
  alarmActions: [],
  insufficientDataActions: [],
};
const CLOUDWATCH =
  "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html";
const SSM =
  "https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html";
const KMS = "https://docs.aws.amazon.com/kms/latest/developerguide/kms-events.html";
const CLOUDFORMATION =
  "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/events-detail-reference.html";
const SECRETS = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html";
const S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html";

const alarmArn = ({ account }: World) => `arn:aws:cloudwatch:us-east-1:${account}:alarm:hot`;
const parameterArn = ({ account }: World) => `arn:aws:ssm:us-east-1:${account}:parameter/limit`;

const parameter = (
  operation: string,
  steps: (call: Call) => Promise<unknown>,
): Pick<ServiceEvent, "cause" | "isIt"> => ({
  isIt: (detail) => detail["operation"] === operation,
  async cause(world, call) {
    await call("ssm", "PutParameter", { Name: "limit", Value: "1", Type: "String", Description: "how many" });
    await steps(call);
    return {
      resources: [parameterArn(world)],
      detail: { operation, name: "limit", type: "String", description: "how many" },
    };
  },
});

const object = (
  steps: (call: Call, place: { Bucket: string; Key: string }) => Promise<unknown>,
  detail: object,
): Pick<ServiceEvent, "cause"> => ({
  async cause({ account }, call) {
    const Bucket = `shelf-${account}`;
    await call("s3", "CreateBucket", { Bucket });
    const NotificationConfiguration = { EventBridgeConfiguration: {} };
    await call("s3", "PutBucketNotificationConfiguration", { Bucket, NotificationConfiguration });
    await call("s3", "PutObject", { Bucket, Key: "book", Body: Buffer.from("four") });
    await steps(call, { Bucket, Key: "book" });
    return {
      resources: [`arn:aws:s3:::${Bucket}`],
      detail: {
        version: "0",
        bucket: { name: Bucket },
        "request-id": /./,
        requester: account,
        "source-ip-address": "127.0.0.1",
        ...detail,
      },
    };
  },
});

const rotation = (eventName: string, code: string): Pick<ServiceEvent, "cause" | "isIt"> => ({
  isIt: (detail) => detail["eventName"] === eventName,
  async cause({ account }, call) {
    const { ARN } = await call("secretsmanager", "CreateSecret", { Name: "db", SecretString: "first" });
    const { FunctionArn } = await call("lambda", "CreateFunction", {
      FunctionName: "rotate",
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: `arn:aws:iam::${account}:role/rotate`,
      Timeout: 30,
      Code: { ZipFile: await zipOf({ "index.mjs": `export const handler = async () => { ${code} };` }) },
    });
    const RotationRules = { AutomaticallyAfterDays: 30 };
    const ClientRequestToken = "00000000-0000-4000-8000-000000000001";
    const asked = { SecretId: "db", RotationLambdaARN: FunctionArn, RotationRules, ClientRequestToken };
    if (code === "") {
      // The function leaves it to the test to make the pending version current.
      await call("secretsmanager", "PutSecretValue", {
        SecretId: "db",
        SecretString: "second",
        ClientRequestToken,
        VersionStages: ["AWSCURRENT", "AWSPENDING"],
      });
    }
    await call("secretsmanager", "RotateSecret", asked);
    const principal = "secretsmanager.amazonaws.com";
    return {
      resources: [],
      detail: {
        eventVersion: "1.08",
        userIdentity: { accountId: account, invokedBy: principal },
        eventTime: TIME,
        eventSource: principal,
        eventName,
        awsRegion: "us-east-1",
        sourceIPAddress: principal,
        userAgent: principal,
        requestParameters: null,
        responseElements: null,
        additionalEventData: { SecretId: ARN },
        eventID: ID,
        readOnly: false,
        eventType: "AwsServiceEvent",
        managementEvent: true,
        recipientAccountId: account,
        eventCategory: "Management",
      },
    };
  },
});

const key = (
  steps: (world: World, call: Call, KeyId: string) => Promise<unknown>,
): Pick<ServiceEvent, "cause"> => ({
  async cause(world, call) {
    const { KeyMetadata } = await call("kms", "CreateKey");
    const { KeyId, Arn } = KeyMetadata as { KeyId: string; Arn: string };
    await steps(world, call, KeyId);
    return { resources: [Arn], detail: { "key-id": KeyId } };
  },
});

const STACK = JSON.stringify({
  Resources: { Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "made" } } },
});

const stack = (detail: (id: string, world: World) => object): Pick<ServiceEvent, "cause" | "isIt"> => ({
  isIt: (found) => (found["status-details"] as { status?: string }).status === "CREATE_COMPLETE",
  async cause(world, call) {
    const asked = { StackName: "shop", TemplateBody: STACK, ClientRequestToken: "token-1" };
    const { StackId } = await call("cloudformation", "CreateStack", asked);
    return {
      resources: [StackId as string],
      detail: { "stack-id": StackId, ...detail(StackId as string, world), "client-request-token": "token-1" },
    };
  },
});

const RUNBOOK = JSON.stringify({
  schemaVersion: "0.3",
  mainSteps: [{ name: "rest", action: "aws:sleep", inputs: { Duration: "PT0S" } }],
});

const automation = (more: (account: string) => object): Pick<ServiceEvent, "cause" | "isIt"> => ({
  isIt: (detail) => detail["Status"] === "Success",
  async cause({ account }, call) {
    await call("ssm", "CreateDocument", { Name: "book", DocumentType: "Automation", Content: RUNBOOK });
    const { AutomationExecutionId: id } = await call("ssm", "StartAutomationExecution", {
      DocumentName: "book",
    });
    const arn = (resource: string) => `arn:aws:ssm:us-east-1:${account}:${resource}`;
    return {
      resources: [arn(`automation-execution/${id}`), arn("automation-definition/book:1")],
      detail: {
        ExecutionId: id,
        Definition: "book",
        DefinitionVersion: 1,
        Status: "Success",
        StartTime: SPOKEN,
        EndTime: SPOKEN,
        Time: (ms: unknown) => typeof ms === "number",
        ...more(account),
      },
    };
  },
});

const command = (more: (instance: string) => object): Pick<ServiceEvent, "cause" | "isIt"> => ({
  isIt: (detail) => detail["status"] === "Success",
  async cause({ cloud, account, region }, call) {
    const node = ["node", "-e", "setInterval(() => {}, 1000)"];
    const environment = { PATH: process.env["PATH"] };
    const asked = { name: "worker", account, region, command: node, environment };
    const response = await fetch(`${cloud.url}/_squall/instances`, {
      method: "POST",
      body: JSON.stringify(asked),
    });
    const { id } = (await response.json()) as { id: string };
    const { Command } = await call("ssm", "SendCommand", {
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [id],
      Parameters: { commands: ["true"] },
    });
    return {
      resources: [`arn:aws:ec2:us-east-1:${account}:instance/${id}`],
      detail: {
        "command-id": (Command as { CommandId: string }).CommandId,
        "document-name": "AWS-RunShellScript",
        "requested-date-time": TIME,
        status: "Success",
        ...more(id),
      },
    };
  },
});

const execution = (status: string, detail: object): Pick<ServiceEvent, "cause" | "isIt"> => ({
  isIt: (found) => found["status"] === status,
  async cause({ account }, call) {
    const definition = JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true } } });
    const roleArn = `arn:aws:iam::${account}:role/machine`;
    const { stateMachineArn } = await call("stepfunctions", "CreateStateMachine", {
      name: "m",
      definition,
      roleArn,
    });
    const asked = { stateMachineArn, name: "one", input: `{"a":1}` };
    const { executionArn } = await call("stepfunctions", "StartExecution", asked);
    return {
      resources: [executionArn as string],
      detail: {
        executionArn,
        stateMachineArn,
        name: "one",
        status,
        startDate: (ms: unknown) => typeof ms === "number",
        input: `{"a":1}`,
        inputDetails: { included: true },
        error: null,
        cause: null,
        stateMachineVersionArn: null,
        stateMachineAliasArn: null,
        redriveCount: 0,
        redriveDate: null,
        redriveStatus: "NOT_REDRIVABLE",
        redriveStatusReason: /./,
        ...detail,
      },
    };
  },
});

/** All of the members that are documented, and more where a task has more to say. */
const withMembers =
  (...names: readonly string[]) =>
  (detail: unknown) => {
    const missing = names.filter((name) => !Object.hasOwn(detail as object, name));
    assert.deepEqual(missing, []);
    return true;
  };

const SPIN = ["node", "-e", "setInterval(() => {}, 1000)"];
const task = async (call: Call, command: readonly string[] = SPIN) =>
  call("ecs", "RegisterTaskDefinition", {
    family: "job",
    containerDefinitions: [{ name: "app", image: "job", memory: 64, command }],
  });
const service = async ({ account }: World, call: Call) => {
  await task(call);
  await call("ecs", "CreateService", { serviceName: "web", taskDefinition: "job", desiredCount: 1 });
  return [`arn:aws:ecs:us-east-1:${account}:service/default/web`];
};
const ECS_EVENTS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html";

const ecs: readonly ServiceEvent[] = [
  {
    source: "aws.ecs",
    detailType: "ECS Task State Change",
    see: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html",
    isIt: (detail) => detail["lastStatus"] === "STOPPED",
    async cause(_, call) {
      await task(call, ["node", "-e", ""]);
      const { tasks } = await call("ecs", "RunTask", { taskDefinition: "job" });
      const [{ taskArn }] = tasks as [{ taskArn: string }];
      return {
        resources: [taskArn],
        detail: withMembers(
          ...[
            "attachments",
            "availabilityZone",
            "clusterArn",
            "containers",
            "cpu",
            "createdAt",
            "desiredStatus",
          ],
          ...["group", "lastStatus", "launchType", "memory", "overrides", "stopCode", "stoppedAt"],
          ...["stoppedReason", "taskArn", "taskDefinitionArn", "updatedAt", "version"],
        ),
      };
    },
  },
  {
    source: "aws.ecs",
    detailType: "ECS Service Action",
    see: ECS_EVENTS,
    isIt: (detail) => detail["eventName"] === "SERVICE_STEADY_STATE",
    cause: async (world, call) => ({
      resources: await service(world, call),
      detail: withMembers("eventType", "eventName", "clusterArn", "createdAt"),
    }),
  },
  {
    source: "aws.ecs",
    detailType: "ECS Deployment State Change",
    see: ECS_EVENTS,
    isIt: (detail) => detail["eventName"] === "SERVICE_DEPLOYMENT_COMPLETED",
    cause: async (world, call) => ({
      resources: await service(world, call),
      detail: {
        eventType: "INFO",
        eventName: "SERVICE_DEPLOYMENT_COMPLETED",
        deploymentId: /^ecs-svc\//,
        updatedAt: TIME,
        reason: /./,
      },
    }),
  },
];

/** A group that launches its one instance, and what else there is to be of it. */
const scaling = (
  what: "Launch" | "Terminate",
  steps: (world: World, call: Call) => Promise<unknown>,
  status: "Successful" | "Unsuccessful" = "Successful",
): ServiceEvent => ({
  source: "aws.autoscaling",
  detailType: `EC2 Instance ${what} ${status}`,
  see: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html",
  async cause(world, call) {
    const AutoScalingGroupName = "web";
    await call("ec2", "CreateLaunchTemplate", {
      LaunchTemplateName: "web",
      LaunchTemplateData: { ImageId: "ami-12345678", InstanceType: "t3.micro" },
    });
    if (status === "Unsuccessful") await steps(world, call);
    await call("autoscaling", "CreateAutoScalingGroup", {
      AutoScalingGroupName,
      MinSize: 0,
      MaxSize: 1,
      DesiredCapacity: 1,
      LaunchTemplate: { LaunchTemplateName: "web" },
      AvailabilityZones: ["us-east-1a"],
    });
    const group = async () => {
      const { AutoScalingGroups } = await call("autoscaling", "DescribeAutoScalingGroups");
      return (
        AutoScalingGroups as { AutoScalingGroupARN: string; Instances?: { InstanceId: string }[] }[]
      )[0]!;
    };
    const isFine = status === "Successful";
    const found = await until(group, ({ Instances = [] }) => !isFine || Instances.length === 1);
    const id = found.Instances?.[0]?.InstanceId;
    if (isFine) await steps(world, call);
    const ways = ["EC2", "AutoScalingGroup"];
    const [Origin, Destination] = what === "Launch" ? ways : ways.reverse();
    return {
      resources: [
        found.AutoScalingGroupARN,
        ...(id === undefined ? [] : [`arn:aws:ec2:us-east-1:${world.account}:instance/${id}`]),
      ],
      detail: {
        StatusCode: isFine ? "InProgress" : "Failed",
        Description: /^(?:Launching a new EC2 instance|Terminating EC2 instance)/,
        AutoScalingGroupName,
        ActivityId: ID,
        Details: { "Availability Zone": "us-east-1a" },
        RequestId: ID,
        StatusMessage: isFine ? "" : /Launching EC2 instance failed\.$/,
        EndTime: TIME,
        EC2InstanceId: id ?? "",
        StartTime: TIME,
        Cause: /^At /,
        Origin,
        Destination,
      },
    };
  },
});

const WRITTEN = { key: "book", size: 4, etag: /^[0-9a-f]{32}$/, sequencer: /^[0-9A-F]+$/ };

export const SERVICE_EVENTS: readonly ServiceEvent[] = [
  {
    source: "aws.s3",
    detailType: "Object Created",
    see: S3,
    ...object(async () => {}, { object: WRITTEN, reason: "PutObject" }),
  },
  {
    source: "aws.s3",
    detailType: "Object Deleted",
    see: S3,
    ...object((call, place) => call("s3", "DeleteObject", place), {
      object: { key: "book", sequencer: /^[0-9A-F]+$/ },
      reason: "DeleteObject",
      "deletion-type": "Permanently Deleted",
    }),
  },
  {
    source: "aws.s3",
    detailType: "Object Tags Added",
    see: S3,
    ...object((call, place) => call("s3", "PutObjectTagging", { ...place, Tagging: { TagSet: [] } }), {
      object: { key: "book", etag: WRITTEN.etag },
    }),
  },
  {
    source: "aws.s3",
    detailType: "Object Tags Deleted",
    see: S3,
    ...object((call, place) => call("s3", "DeleteObjectTagging", place), {
      object: { key: "book", etag: WRITTEN.etag },
    }),
  },
  {
    source: "aws.states",
    detailType: "Step Functions Execution Status Change",
    see: "https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html",
    ...execution("RUNNING", { stopDate: null, output: null, outputDetails: null }),
  },
  {
    source: "aws.states",
    detailType: "Step Functions Execution Status Change",
    see: "https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html",
    ...execution("SUCCEEDED", {
      stopDate: (ms: unknown) => typeof ms === "number",
      output: `{"a":1}`,
      outputDetails: { included: true },
    }),
  },
  ...ecs,
  scaling("Launch", async () => {}),
  scaling("Terminate", (_, call) =>
    call("autoscaling", "SetDesiredCapacity", { AutoScalingGroupName: "web", DesiredCapacity: 0 }),
  ),
  scaling(
    "Launch",
    ({ cloud, account }) =>
      cloud.faults.add({
        effect: "error",
        params: { code: "InsufficientInstanceCapacity" },
        match: { service: "ec2", operation: "RunInstances", account },
        times: 1,
      }),
    "Unsuccessful",
  ),
  {
    source: "aws.ec2",
    detailType: "EC2 Instance State-change Notification",
    see: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html",
    isIt: (detail) => detail["state"] === "terminated",
    async cause({ account }, call) {
      const { Instances } = await call("ec2", "RunInstances", {
        ImageId: "ami-12345678",
        InstanceType: "t3.micro",
        MinCount: 1,
        MaxCount: 1,
      });
      const [{ InstanceId }] = Instances as [{ InstanceId: string }];
      await call("ec2", "TerminateInstances", { InstanceIds: [InstanceId] });
      return {
        resources: [`arn:aws:ec2:us-east-1:${account}:instance/${InstanceId}`],
        detail: { "instance-id": InstanceId, state: "terminated" },
      };
    },
  },
  {
    source: "aws.cloudwatch",
    detailType: "CloudWatch Alarm State Change",
    see: CLOUDWATCH,
    async cause(world, call) {
      await call("cloudwatch", "PutMetricAlarm", ALARM);
      const StateReasonData = `{"tested":true}`;
      const asked = { AlarmName: "hot", StateValue: "ALARM", StateReason: "tested", StateReasonData };
      await call("cloudwatch", "SetAlarmState", asked);
      const before = {
        value: "INSUFFICIENT_DATA",
        reason: "Unchecked: Initial alarm creation",
        timestamp: TIME,
      };
      return {
        resources: [alarmArn(world)],
        detail: {
          alarmName: "hot",
          state: { value: "ALARM", reason: "tested", reasonData: StateReasonData, timestamp: TIME },
          previousState: before,
          configuration: { description: "too hot", metrics: METRICS },
        },
      };
    },
  },
  ...(["create", "update", "delete"] as const).map(
    (operation): ServiceEvent => ({
      source: "aws.cloudwatch",
      detailType: "CloudWatch Alarm Configuration Change",
      see: CLOUDWATCH,
      isIt: (detail) => detail["operation"] === operation,
      async cause(world, call) {
        await call("cloudwatch", "PutMetricAlarm", ALARM);
        await call("cloudwatch", "PutMetricAlarm", { ...ALARM, Threshold: 90 });
        await call("cloudwatch", "DeleteAlarms", { AlarmNames: ["hot"] });
        return {
          resources: [alarmArn(world)],
          detail: {
            alarmName: "hot",
            operation,
            state: { value: "INSUFFICIENT_DATA", timestamp: TIME },
            configuration: { ...CONFIGURATION, threshold: operation === "create" ? 80 : 90 },
            ...(operation === "update" && { previousConfiguration: CONFIGURATION }),
          },
        };
      },
    }),
  ),
  {
    source: "aws.ssm",
    detailType: "Parameter Store Change",
    see: SSM,
    ...parameter("Create", async () => {}),
  },
  {
    source: "aws.ssm",
    detailType: "Parameter Store Change",
    see: SSM,
    ...parameter("Update", (call) =>
      call("ssm", "PutParameter", { Name: "limit", Value: "2", Overwrite: true }),
    ),
  },
  {
    source: "aws.ssm",
    detailType: "Parameter Store Change",
    see: SSM,
    ...parameter("LabelParameterVersion", (call) =>
      call("ssm", "LabelParameterVersion", { Name: "limit", Labels: ["good"] }),
    ),
  },
  {
    source: "aws.ssm",
    detailType: "Parameter Store Change",
    see: SSM,
    ...parameter("Delete", (call) => call("ssm", "DeleteParameter", { Name: "limit" })),
  },
  {
    source: "aws.ssm",
    detailType: "Parameter Store Policy Action",
    see: SSM,
    async cause(world, call) {
      const Timestamp = new Date(world.cloud.clock.now() + 3_600_000).toISOString();
      const policy = { Type: "Expiration", Version: "1.0", Attributes: { Timestamp } };
      const asked = { Name: "limit", Value: "1", Type: "String", Tier: "Advanced" };
      await call("ssm", "PutParameter", { ...asked, Policies: JSON.stringify([policy]) });
      await world.cloud.clock.advance("PT2H");
      return {
        resources: [parameterArn(world)],
        detail: {
          "parameter-name": "limit",
          "parameter-type": "String",
          "policy-type": "Expiration",
          "policy-content": JSON.stringify(policy),
          "action-status": "Success",
        },
      };
    },
  },
  {
    source: "aws.ssm",
    detailType: "EC2 Automation Step Status-change Notification",
    see: SSM,
    ...automation(() => ({ StepName: "rest", Action: "aws:sleep" })),
  },
  {
    source: "aws.ssm",
    detailType: "EC2 Automation Execution Status-change Notification",
    see: SSM,
    ...automation((account) => ({ ExecutedBy: `arn:aws:iam::${account}:root` })),
  },
  {
    source: "aws.ssm",
    detailType: "EC2 Command Invocation Status-change Notification",
    see: SSM,
    ...command((instance) => ({ "instance-id": instance })),
  },
  {
    source: "aws.ssm",
    detailType: "EC2 Command Status-change Notification",
    see: SSM,
    ...command(() => ({
      "expire-after": TIME,
      parameters: { commands: ["true"], executionTimeout: ["3600"], workingDirectory: [""] },
    })),
  },
  {
    source: "aws.secretsmanager",
    detailType: "AWS Service Event via CloudTrail",
    see: SECRETS,
    ...rotation("RotationStarted", ""),
  },
  {
    source: "aws.secretsmanager",
    detailType: "AWS Service Event via CloudTrail",
    see: SECRETS,
    ...rotation("RotationSucceeded", ""),
  },
  {
    source: "aws.secretsmanager",
    detailType: "AWS Service Event via CloudTrail",
    see: SECRETS,
    ...rotation("RotationFailed", "throw new Error()"),
  },
  {
    source: "aws.kms",
    detailType: "KMS CMK Rotation",
    see: KMS,
    ...key(async ({ cloud }, call, KeyId) => {
      await call("kms", "EnableKeyRotation", { KeyId, RotationPeriodInDays: 90 });
      await cloud.clock.advance("P90D");
    }),
  },
  {
    source: "aws.kms",
    detailType: "KMS CMK Rotation",
    see: KMS,
    ...key((_, call, KeyId) => call("kms", "RotateKeyOnDemand", { KeyId })),
  },
  {
    source: "aws.kms",
    detailType: "KMS CMK Deletion",
    see: KMS,
    ...key(async ({ cloud }, call, KeyId) => {
      await call("kms", "ScheduleKeyDeletion", { KeyId, PendingWindowInDays: 7 });
      await cloud.clock.advance("P7D");
    }),
  },
  {
    source: "aws.kms",
    detailType: "KMS Imported Key Material Expiration",
    see: KMS,
    async cause({ cloud }, call) {
      const { KeyMetadata } = await call("kms", "CreateKey", { Origin: "EXTERNAL" });
      const { KeyId, Arn } = KeyMetadata as { KeyId: string; Arn: string };
      const wrapping = { WrappingAlgorithm: "RSAES_OAEP_SHA_256", WrappingKeySpec: "RSA_2048" };
      const given = await call("kms", "GetParametersForImport", { KeyId, ...wrapping });
      const { PublicKey, ImportToken } = given as { PublicKey: Buffer; ImportToken: Buffer };
      const publicKey = createPublicKey({ key: PublicKey, format: "der", type: "spki" });
      await call("kms", "ImportKeyMaterial", {
        KeyId,
        ImportToken,
        EncryptedKeyMaterial: publicEncrypt({ key: publicKey, oaepHash: "sha256" }, Buffer.alloc(32, 7)),
        ValidTo: new Date(cloud.clock.now() + 3_600_000),
      });
      await cloud.clock.advance("PT2H");
      return { resources: [Arn], detail: { "key-id": KeyId } };
    },
  },
  {
    source: "aws.cloudformation",
    detailType: "CloudFormation Stack Status Change",
    see: CLOUDFORMATION,
    ...stack(() => ({ "status-details": { status: "CREATE_COMPLETE", "status-reason": "" } })),
  },
  {
    source: "aws.cloudformation",
    detailType: "CloudFormation Resource Status Change",
    see: CLOUDFORMATION,
    ...stack(() => ({
      "logical-resource-id": "Queue",
      "physical-resource-id": /\/made$/,
      "status-details": { status: "CREATE_COMPLETE", "status-reason": "" },
      "resource-type": "AWS::SQS::Queue",
    })),
  },
  {
    source: "aws.fis",
    detailType: "FIS Experiment State Change",
    see: "https://docs.aws.amazon.com/fis/latest/userguide/monitoring-eventbridge.html",
    isIt: (detail) => (detail["new-state"] as { status: string }).status === "completed",
    async cause({ cloud, account }, call) {
      const { experimentTemplate } = await call("fis", "CreateExperimentTemplate", {
        clientToken: "t",
        description: "waits",
        roleArn: `arn:aws:iam::${account}:role/fis`,
        stopConditions: [{ source: "none" }],
        actions: { rest: { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } } },
      });
      const { id: experimentTemplateId } = experimentTemplate as { id: string };
      const { experiment } = await call("fis", "StartExperiment", { clientToken: "s", experimentTemplateId });
      const { id } = experiment as { id: string };
      await cloud.settle("PT2M");
      return {
        resources: [`arn:aws:fis:us-east-1:${account}:experiment/${id}`],
        detail: {
          "experiment-id": id,
          "experiment-template-id": experimentTemplateId,
          "new-state": { status: "completed", reason: /./ },
          "old-state": { status: "running", reason: /./ },
        },
      };
    },
  },
  {
    source: "lambda",
    detailType: "Lambda Function Invocation Result - Success",
    see: "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    async cause({ account }, call) {
      const { FunctionArn } = await call("lambda", "CreateFunction", {
        FunctionName: "f",
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: `arn:aws:iam::${account}:role/f`,
        Code: { ZipFile: await zipOf({ "index.mjs": "export const handler = async () => 'done';" }) },
      });
      const bus = `arn:aws:events:us-east-1:${account}:event-bus/default`;
      const DestinationConfig = { OnSuccess: { Destination: bus } };
      await call("lambda", "PutFunctionEventInvokeConfig", { FunctionName: "f", DestinationConfig });
      await call("lambda", "Invoke", {
        FunctionName: "f",
        InvocationType: "Event",
        Payload: Buffer.from(`{"a":1}`),
      });
      return {
        resources: [`${FunctionArn}:$LATEST`, bus],
        detail: {
          version: "1.0",
          timestamp: TIME,
          requestContext: {
            requestId: ID,
            functionArn: `${FunctionArn}:$LATEST`,
            condition: "Success",
            approximateInvokeCount: 1,
          },
          requestPayload: { a: 1 },
          responseContext: { statusCode: 200, executedVersion: "$LATEST" },
          responsePayload: "done",
        },
      };
    },
  },
];
