import { zipOf } from "../../src/services/lambda/functions.fixture.ts";
import { until } from "../until.ts";
import { aBalancer } from "./lists/elbv2.ts";
import { arn, type Call } from "./lists.ts";

type Step = (call: Call) => Promise<unknown>;

/** One stage of one lifecycle, and how to have something in it. Calls go through `cloud.call`, in an account of its own. */
export interface StageCase {
  /** The fault point, and the stage. */
  readonly point: string;
  readonly stage: string;
  /** The state that it leads to; absent: the thing is gone. */
  readonly settled?: string;
  /** The state that it ends in when a rule fails it. */
  readonly failed?: string;
  /** What the next process finds it in, when no process takes it up: an experiment's rules are gone. */
  readonly interrupted?: string;
  /** How long after `begin` it is in the stage under real timings: others come before. */
  readonly afterMs?: number;
  /** The service of the calls. Default: the point's. */
  readonly service?: string;
  /** What must be there, and have settled, before: step by step where each must have settled before the next. */
  prepare?: Step | readonly Step[];
  /** Is it there? Code that is unpacked takes turns of the event loop. Default: at once. */
  isReady?(call: Call): Promise<boolean>;
  begin(call: Call): Promise<unknown>;
  /** The state that is told. A refusal with a 4xx status says that it is gone. */
  state(call: Call): Promise<unknown>;
}

/** A member somewhere in an output, by a dotted path. */
async function told(output: Promise<object>, path: string): Promise<unknown> {
  return path
    .split(".")
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], await output);
}

/** Changes of hosted zones, by their accounts: nothing lists them. */
const changes = new Map<string, unknown>();

const TableName = "orders";
const table = {
  TableName,
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
};
const createTable = (call: Call) => call("CreateTable", table);
const index = {
  IndexName: "by-id",
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  Projection: { ProjectionType: "ALL" },
};
const changeIndex = (call: Call, update: object) =>
  call("UpdateTable", {
    TableName,
    AttributeDefinitions: table.AttributeDefinitions,
    GlobalSecondaryIndexUpdates: [update],
  });
const tableState = (call: Call) => told(call("DescribeTable", { TableName }), "Table.TableStatus");
const indexState = (call: Call) =>
  told(call("DescribeTable", { TableName }), "Table.GlobalSecondaryIndexes.0.IndexStatus");
const streamArn = (call: Call) => arn("kinesis", call.account, "stream/s");
const destination = (call: Call) => ({ TableName, StreamArn: streamArn(call) });
const destinationState = (call: Call) =>
  told(
    call("DescribeKinesisStreamingDestination", { TableName }),
    "KinesisDataStreamDestinations.0.DestinationStatus",
  );
const insights = (call: Call, ContributorInsightsAction: string) =>
  call("UpdateContributorInsights", { TableName, ContributorInsightsAction });
const insightsState = (call: Call) =>
  told(call("DescribeContributorInsights", { TableName }), "ContributorInsightsStatus");
async function enabledDestination(call: Call): Promise<void> {
  await createTable(call);
  await call("EnableKinesisStreamingDestination", destination(call));
}
async function enabledInsights(call: Call): Promise<void> {
  await createTable(call);
  await insights(call, "ENABLE");
}
const timeToLive = (call: Call, Enabled: boolean) =>
  call("UpdateTimeToLive", { TableName, TimeToLiveSpecification: { AttributeName: "ttl", Enabled } });
const timeToLiveState = (call: Call) =>
  told(call("DescribeTimeToLive", { TableName }), "TimeToLiveDescription.TimeToLiveStatus");
async function enabledTimeToLive(call: Call): Promise<void> {
  await createTable(call);
  await timeToLive(call, true);
}
const changeReplica = (call: Call, update: object) =>
  call("UpdateTable", { TableName, ReplicaUpdates: [update] });
const replicaState = (call: Call) =>
  told(call("DescribeTable", { TableName }), "Table.Replicas.0.ReplicaStatus");
const RegionName = "eu-west-1";
const replicated: readonly Step[] = [createTable, (call) => changeReplica(call, { Create: { RegionName } })];
const regions = ["us-east-1", RegionName];
const StreamSpecification = { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" };
async function tablesInBoth(call: Call): Promise<void> {
  for (const region of regions)
    await call("CreateTable", { ...table, StreamSpecification }, "dynamodb", region);
}
async function recoverable(call: Call): Promise<void> {
  await createTable(call);
  await call("UpdateContinuousBackups", {
    TableName,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  await call("CreateBucket", { Bucket: `lifecycles-${call.account}` }, "s3");
}

const dynamodb: readonly StageCase[] = [
  {
    point: "dynamodb:table-state",
    stage: "CREATING",
    settled: "ACTIVE",
    begin: createTable,
    state: tableState,
  },
  {
    point: "dynamodb:table-state",
    stage: "UPDATING",
    settled: "ACTIVE",
    prepare: createTable,
    begin: (call) => call("UpdateTable", { TableName, TableClass: "STANDARD_INFREQUENT_ACCESS" }),
    state: tableState,
  },
  {
    point: "dynamodb:table-state",
    stage: "DELETING",
    prepare: createTable,
    begin: (call) => call("DeleteTable", { TableName }),
    state: tableState,
  },
  {
    point: "dynamodb:index-state",
    stage: "CREATING",
    settled: "ACTIVE",
    prepare: createTable,
    begin: (call) => changeIndex(call, { Create: index }),
    state: indexState,
  },
  {
    point: "dynamodb:index-state",
    stage: "DELETING",
    prepare: (call) => call("CreateTable", { ...table, GlobalSecondaryIndexes: [index] }),
    begin: (call) => changeIndex(call, { Delete: { IndexName: index.IndexName } }),
    state: indexState,
  },
  {
    point: "dynamodb:backup-state",
    stage: "CREATING",
    settled: "AVAILABLE",
    prepare: createTable,
    begin: (call) => call("CreateBackup", { TableName, BackupName: "backup" }),
    state: (call) => told(call("ListBackups"), "BackupSummaries.0.BackupStatus"),
  },
  {
    point: "dynamodb:export-state",
    stage: "IN_PROGRESS",
    settled: "COMPLETED",
    failed: "FAILED",
    prepare: recoverable,
    begin: (call) =>
      call("ExportTableToPointInTime", {
        TableArn: arn("dynamodb", call.account, `table/${TableName}`),
        S3Bucket: `lifecycles-${call.account}`,
      }),
    state: (call) => told(call("ListExports"), "ExportSummaries.0.ExportStatus"),
  },
  {
    point: "dynamodb:import-state",
    stage: "IN_PROGRESS",
    settled: "COMPLETED",
    failed: "FAILED",
    prepare: (call) => call("CreateBucket", { Bucket: `lifecycles-${call.account}` }, "s3"),
    begin: (call) =>
      call("ImportTable", {
        S3BucketSource: { S3Bucket: `lifecycles-${call.account}` },
        InputFormat: "DYNAMODB_JSON",
        TableCreationParameters: table,
      }),
    state: (call) => told(call("ListImports"), "ImportSummaryList.0.ImportStatus"),
  },
  {
    point: "dynamodb:destination-state",
    stage: "ENABLING",
    settled: "ACTIVE",
    failed: "ENABLE_FAILED",
    prepare: createTable,
    begin: (call) => call("EnableKinesisStreamingDestination", destination(call)),
    state: destinationState,
  },
  {
    point: "dynamodb:destination-state",
    stage: "UPDATING",
    settled: "ACTIVE",
    prepare: enabledDestination,
    begin: (call) =>
      call("UpdateKinesisStreamingDestination", {
        ...destination(call),
        UpdateKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: "MICROSECOND" },
      }),
    state: destinationState,
  },
  {
    point: "dynamodb:destination-state",
    stage: "DISABLING",
    settled: "DISABLED",
    prepare: enabledDestination,
    begin: (call) => call("DisableKinesisStreamingDestination", destination(call)),
    state: destinationState,
  },
  {
    point: "dynamodb:insights-state",
    stage: "ENABLING",
    settled: "ENABLED",
    failed: "FAILED",
    prepare: createTable,
    begin: (call) => insights(call, "ENABLE"),
    state: insightsState,
  },
  {
    point: "dynamodb:insights-state",
    stage: "DISABLING",
    settled: "DISABLED",
    failed: "FAILED",
    prepare: enabledInsights,
    begin: (call) => insights(call, "DISABLE"),
    state: insightsState,
  },
  {
    point: "dynamodb:ttl-state",
    stage: "ENABLING",
    settled: "ENABLED",
    prepare: createTable,
    begin: (call) => timeToLive(call, true),
    state: timeToLiveState,
  },
  {
    point: "dynamodb:ttl-state",
    stage: "DISABLING",
    settled: "DISABLED",
    prepare: enabledTimeToLive,
    begin: (call) => timeToLive(call, false),
    state: timeToLiveState,
  },
  {
    point: "dynamodb:replica-state",
    stage: "CREATING",
    settled: "ACTIVE",
    failed: "CREATION_FAILED",
    prepare: createTable,
    begin: (call) => changeReplica(call, { Create: { RegionName } }),
    state: replicaState,
  },
  {
    point: "dynamodb:replica-state",
    service: "dynamodb",
    stage: "CREATING",
    settled: "ACTIVE",
    prepare: tablesInBoth,
    begin: (call) =>
      call("CreateGlobalTable", {
        GlobalTableName: TableName,
        ReplicationGroup: regions.map((one) => ({ RegionName: one })),
      }),
    state: (call) =>
      told(
        call("DescribeGlobalTable", { GlobalTableName: TableName }),
        "GlobalTableDescription.GlobalTableStatus",
      ),
  },
  {
    point: "dynamodb:replica-state",
    stage: "UPDATING",
    settled: "ACTIVE",
    prepare: replicated,
    begin: (call) =>
      changeReplica(call, { Update: { RegionName, TableClassOverride: "STANDARD_INFREQUENT_ACCESS" } }),
    state: replicaState,
  },
  {
    point: "dynamodb:replica-state",
    stage: "DELETING",
    prepare: replicated,
    begin: (call) => changeReplica(call, { Delete: { RegionName } }),
    state: replicaState,
  },
];

const createStream = (call: Call) => call("CreateStream", { StreamName: "s", ShardCount: 1 });
const streamState = (call: Call) =>
  told(
    call("DescribeStreamSummary", { StreamARN: streamArn(call) }),
    "StreamDescriptionSummary.StreamStatus",
  );
const consumer = (call: Call) => ({ StreamARN: streamArn(call), ConsumerName: "c" });
const register = (call: Call) => call("RegisterStreamConsumer", consumer(call));
const consumerState = (call: Call) =>
  told(call("ListStreamConsumers", { StreamARN: streamArn(call) }), "Consumers.0.ConsumerStatus");

const kinesis: readonly StageCase[] = [
  {
    point: "kinesis:stream-state",
    stage: "CREATING",
    settled: "ACTIVE",
    begin: createStream,
    state: streamState,
  },
  {
    point: "kinesis:stream-state",
    stage: "UPDATING",
    settled: "ACTIVE",
    prepare: createStream,
    begin: (call) => call("IncreaseStreamRetentionPeriod", { StreamName: "s", RetentionPeriodHours: 48 }),
    state: streamState,
  },
  {
    point: "kinesis:stream-state",
    stage: "DELETING",
    prepare: createStream,
    begin: (call) => call("DeleteStream", { StreamName: "s" }),
    state: streamState,
  },
  {
    point: "kinesis:consumer-state",
    stage: "CREATING",
    settled: "ACTIVE",
    prepare: createStream,
    begin: register,
    state: consumerState,
  },
  {
    point: "kinesis:consumer-state",
    stage: "DELETING",
    prepare: createStream,
    async begin(call) {
      await register(call);
      await call("DeregisterStreamConsumer", consumer(call));
    },
    state: consumerState,
  },
];

const link = (call: Call) =>
  call("CreateVpcLink", {
    name: "link",
    targetArns: [arn("elasticloadbalancing", call.account, "loadbalancer/net/n/1")],
  });
const linkV2 = (call: Call) => call("CreateVpcLink", { Name: "link", SubnetIds: ["subnet-1"] });
const linkState = (call: Call) => told(call("GetVpcLinks"), "items.0.status");
const linkStateV2 = (call: Call) => told(call("GetVpcLinks"), "Items.0.VpcLinkStatus");
const vpcLinkId = async (call: Call) => String(await told(call("GetVpcLinks"), "items.0.id"));
const domain = { domainName: "example.com", endpointConfiguration: { types: ["REGIONAL"] } };

const apigateway: readonly StageCase[] = [
  {
    point: "apigateway:vpc-link-state",
    stage: "PENDING",
    settled: "AVAILABLE",
    failed: "FAILED",
    begin: link,
    state: linkState,
  },
  {
    point: "apigateway:vpc-link-state",
    stage: "DELETING",
    prepare: link,
    begin: async (call) => call("DeleteVpcLink", { vpcLinkId: await vpcLinkId(call) }),
    state: linkState,
  },
  {
    point: "apigateway:vpc-link-state",
    service: "apigatewayv2",
    stage: "PENDING",
    settled: "AVAILABLE",
    failed: "FAILED",
    begin: linkV2,
    state: linkStateV2,
  },
  {
    point: "apigateway:vpc-link-state",
    service: "apigatewayv2",
    stage: "DELETING",
    prepare: linkV2,
    begin: async (call) =>
      call("DeleteVpcLink", { VpcLinkId: await told(call("GetVpcLinks"), "Items.0.VpcLinkId") }),
    state: linkStateV2,
  },
  {
    point: "apigateway:domain-name-state",
    stage: "UPDATING",
    settled: "AVAILABLE",
    begin: (call) => call("CreateDomainName", domain),
    state: (call) => told(call("GetDomainName", { domainName: "example.com" }), "domainNameStatus"),
  },
  {
    point: "apigateway:domain-name-state",
    service: "apigatewayv2",
    stage: "UPDATING",
    settled: "AVAILABLE",
    prepare: (call) => call("CreateDomainName", { DomainName: "example.com" }),
    begin: (call) =>
      call("UpdateDomainName", {
        DomainName: "example.com",
        DomainNameConfigurations: [{ SecurityPolicy: "TLS_1_2" }],
      }),
    state: (call) =>
      told(
        call("GetDomainName", { DomainName: "example.com" }),
        "DomainNameConfigurations.0.DomainNameStatus",
      ),
  },
  {
    point: "apigateway:deployment-state",
    service: "apigatewayv2",
    stage: "PENDING",
    settled: "DEPLOYED",
    failed: "FAILED",
    async prepare(call) {
      const { ApiId } = await call("CreateApi", { Name: "api", ProtocolType: "HTTP" });
      await call("CreateRoute", { ApiId, RouteKey: "$default" });
    },
    begin: async (call) => call("CreateDeployment", { ApiId: await told(call("GetApis"), "Items.0.ApiId") }),
    state: async (call) =>
      told(
        call("GetDeployments", { ApiId: await told(call("GetApis"), "Items.0.ApiId") }),
        "Items.0.DeploymentStatus",
      ),
  },
];

/** An archive with nothing in it. */
const NOTHING = Buffer.concat([Buffer.from([0x50, 0x4b, 5, 6]), Buffer.alloc(18)]);
const FunctionName = "f";
const createFunction = (call: Call, ZipFile: Uint8Array = NOTHING) =>
  call("CreateFunction", {
    FunctionName,
    Role: "arn:aws:iam::123456789012:role/r",
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Code: { ZipFile },
  });
const configuration = (call: Call, member: string) =>
  told(call("GetFunctionConfiguration", { FunctionName }), member);
const isActive = async (call: Call) => (await configuration(call, "State")) === "Active";
const map = (call: Call, more: object = {}) =>
  call("CreateEventSourceMapping", {
    FunctionName,
    EventSourceArn: arn("sqs", call.account, "jobs"),
    ...more,
  });
const mapping = async (call: Call) => ({
  UUID: await told(call("ListEventSourceMappings"), "EventSourceMappings.0.UUID"),
});
const mappingState = (call: Call) => told(call("ListEventSourceMappings"), "EventSourceMappings.0.State");
async function queueAndFunction(call: Call): Promise<void> {
  await call("CreateQueue", { QueueName: "jobs" }, "sqs");
  await createFunction(call);
}
const mapped =
  (more: object = {}) =>
  async (call: Call): Promise<void> => {
    await queueAndFunction(call);
    await map(call, more);
  };

const lambda: readonly StageCase[] = [
  {
    point: "lambda:function-state",
    stage: "Pending",
    settled: "Active",
    failed: "Failed",
    begin: createFunction,
    state: (call) => configuration(call, "State"),
  },
  {
    point: "lambda:function-state",
    stage: "InProgress",
    settled: "Successful",
    failed: "Failed",
    prepare: createFunction,
    isReady: isActive,
    begin: (call) => call("UpdateFunctionConfiguration", { FunctionName, Timeout: 10 }),
    state: (call) => configuration(call, "LastUpdateStatus"),
  },
  {
    point: "lambda:event-source-state",
    stage: "Creating",
    settled: "Enabled",
    prepare: queueAndFunction,
    begin: (call) => map(call),
    state: mappingState,
  },
  {
    point: "lambda:event-source-state",
    stage: "Updating",
    settled: "Enabled",
    prepare: mapped(),
    begin: async (call) => call("UpdateEventSourceMapping", { ...(await mapping(call)), BatchSize: 5 }),
    state: mappingState,
  },
  {
    point: "lambda:event-source-state",
    stage: "Disabling",
    settled: "Disabled",
    prepare: mapped(),
    begin: async (call) => call("UpdateEventSourceMapping", { ...(await mapping(call)), Enabled: false }),
    state: mappingState,
  },
  {
    point: "lambda:event-source-state",
    stage: "Enabling",
    settled: "Enabled",
    prepare: mapped({ Enabled: false }),
    begin: async (call) => call("UpdateEventSourceMapping", { ...(await mapping(call)), Enabled: true }),
    state: mappingState,
  },
  {
    point: "lambda:event-source-state",
    stage: "Deleting",
    prepare: mapped(),
    begin: async (call) => call("DeleteEventSourceMapping", await mapping(call)),
    state: mappingState,
  },
  {
    point: "lambda:provisioned-state",
    stage: "IN_PROGRESS",
    settled: "READY",
    failed: "FAILED",
    // What is provisioned has to start.
    prepare: async (call) =>
      createFunction(call, await zipOf({ "index.mjs": "export const handler = () => {};" })),
    isReady: isActive,
    async begin(call) {
      const { Version } = await call("PublishVersion", { FunctionName });
      await call("PutProvisionedConcurrencyConfig", {
        FunctionName,
        Qualifier: Version,
        ProvisionedConcurrentExecutions: 1,
      });
    },
    state: (call) =>
      told(
        call("ListProvisionedConcurrencyConfigs", { FunctionName }),
        "ProvisionedConcurrencyConfigs.0.Status",
      ),
  },
];

/** A key in two regions, by account. */
const multiRegionKeys = new Map<string, string>();
const multiRegionKey = async (call: Call) => {
  const id = String(await told(call("CreateKey", { MultiRegion: true }), "KeyMetadata.KeyId"));
  multiRegionKeys.set(call.account, id);
};
const keyState = (region: string) => (call: Call) =>
  told(
    call("DescribeKey", { KeyId: multiRegionKeys.get(call.account) }, "kms", region),
    "KeyMetadata.KeyState",
  );
const replicate = (call: Call) =>
  call("ReplicateKey", { KeyId: multiRegionKeys.get(call.account), ReplicaRegion: "eu-west-1" });

const kms: readonly StageCase[] = [
  {
    point: "kms:key-state",
    stage: "Creating",
    settled: "Enabled",
    prepare: multiRegionKey,
    begin: replicate,
    state: keyState("eu-west-1"),
  },
  {
    point: "kms:key-state",
    stage: "Updating",
    settled: "Enabled",
    async prepare(call) {
      await multiRegionKey(call);
      await replicate(call);
    },
    begin: (call) =>
      call("UpdatePrimaryRegion", {
        KeyId: multiRegionKeys.get(call.account),
        PrimaryRegion: "eu-west-1",
      }),
    state: keyState("us-east-1"),
  },
];

const apiKey = {
  Name: "c",
  AuthorizationType: "API_KEY",
  AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "key", ApiKeyValue: "secret" } },
};
const connectionState = (call: Call) => told(call("DescribeConnection", { Name: "c" }), "ConnectionState");
const busArn = (call: Call) => arn("events", call.account, "event-bus/default");

const events: readonly StageCase[] = [
  {
    point: "events:connection-state",
    stage: "AUTHORIZING",
    settled: "AUTHORIZED",
    failed: "FAILED_CONNECTIVITY",
    begin: (call) => call("CreateConnection", apiKey),
    state: connectionState,
  },
  {
    point: "events:connection-state",
    stage: "UPDATING",
    settled: "AUTHORIZED",
    failed: "FAILED_CONNECTIVITY",
    prepare: (call) => call("CreateConnection", apiKey),
    begin: (call) => call("UpdateConnection", { Name: "c", Description: "other" }),
    state: connectionState,
  },
  {
    point: "events:connection-state",
    stage: "DEAUTHORIZING",
    settled: "DEAUTHORIZED",
    prepare: (call) => call("CreateConnection", apiKey),
    begin: (call) => call("DeauthorizeConnection", { Name: "c" }),
    state: connectionState,
  },
  {
    point: "events:replay-state",
    stage: "STARTING",
    settled: "COMPLETED",
    failed: "FAILED",
    prepare: (call) => call("CreateArchive", { ArchiveName: "a", EventSourceArn: busArn(call) }),
    begin: (call) =>
      call("StartReplay", {
        ReplayName: "r",
        EventSourceArn: arn("events", call.account, "archive/a"),
        EventStartTime: new Date(0),
        EventEndTime: new Date(1000),
        Destination: { Arn: busArn(call) },
      }),
    state: (call) => told(call("DescribeReplay", { ReplayName: "r" }), "State"),
  },
];

const createPipe = (call: Call) =>
  call("CreatePipe", {
    Name: "p",
    Source: arn("sqs", call.account, "from"),
    Target: arn("sqs", call.account, "to"),
    RoleArn: `arn:aws:iam::${call.account}:role/pipe`,
  });
const pipeState = (call: Call) => told(call("DescribePipe", { Name: "p" }), "CurrentState");

const pipes: readonly StageCase[] = [
  {
    point: "pipes:pipe-state",
    stage: "CREATING",
    settled: "RUNNING",
    failed: "CREATE_FAILED",
    begin: createPipe,
    state: pipeState,
  },
  {
    point: "pipes:pipe-state",
    stage: "STOPPING",
    settled: "STOPPED",
    failed: "STOP_FAILED",
    prepare: createPipe,
    begin: (call) => call("StopPipe", { Name: "p" }),
    state: pipeState,
  },
  {
    point: "pipes:pipe-state",
    stage: "STARTING",
    settled: "RUNNING",
    failed: "START_FAILED",
    prepare: createPipe,
    begin: (call) => call("StartPipe", { Name: "p" }),
    state: pipeState,
  },
];

const archive = (call: Call) => ({ ArchiveName: "a", EventSourceArn: busArn(call) });
const archiveState = (call: Call) => told(call("DescribeArchive", { ArchiveName: "a" }), "State");
const group = (call: Call) => call("CreateScheduleGroup", { Name: "g" });
const machineArn = (call: Call) => arn("states", call.account, "stateMachine:m");
const stack = {
  StackName: "s",
  TemplateBody: JSON.stringify({
    Resources: { Handle: { Type: "AWS::CloudFormation::WaitConditionHandle" } },
  }),
};

const further: readonly StageCase[] = [
  {
    point: "pipes:pipe-state",
    stage: "UPDATING",
    settled: "RUNNING",
    failed: "UPDATE_FAILED",
    prepare: createPipe,
    begin: (call) =>
      call("UpdatePipe", { Name: "p", RoleArn: `arn:aws:iam::${call.account}:role/pipe`, Description: "d" }),
    state: pipeState,
  },
  {
    point: "pipes:pipe-state",
    stage: "DELETING",
    failed: "DELETE_FAILED",
    prepare: createPipe,
    begin: (call) => call("DeletePipe", { Name: "p" }),
    state: pipeState,
  },
  {
    point: "events:archive-state",
    stage: "CREATING",
    settled: "ENABLED",
    failed: "CREATE_FAILED",
    begin: (call) => call("CreateArchive", archive(call)),
    state: archiveState,
  },
  {
    point: "events:archive-state",
    stage: "UPDATING",
    settled: "ENABLED",
    failed: "UPDATE_FAILED",
    prepare: (call) => call("CreateArchive", archive(call)),
    begin: (call) => call("UpdateArchive", { ArchiveName: "a", RetentionDays: 1 }),
    state: archiveState,
  },
  {
    point: "route53:change-state",
    stage: "PENDING",
    settled: "INSYNC",
    begin: async (call) => {
      const zone = call("CreateHostedZone", { Name: "example.com", CallerReference: "zone" });
      changes.set(call.account, await told(zone, "ChangeInfo.Id"));
    },
    state: (call) => told(call("GetChange", { Id: changes.get(call.account) }), "ChangeInfo.Status"),
  },
  {
    point: "scheduler:schedule-group-state",
    stage: "DELETING",
    prepare: group,
    begin: (call) => call("DeleteScheduleGroup", { Name: "g" }),
    state: (call) => told(call("GetScheduleGroup", { Name: "g" }), "State"),
  },
  {
    point: "stepfunctions:state-machine-state",
    stage: "DELETING",
    prepare: (call) =>
      call("CreateStateMachine", {
        name: "m",
        roleArn: `arn:aws:iam::${call.account}:role/m`,
        definition: JSON.stringify({ StartAt: "A", States: { A: { Type: "Succeed" } } }),
      }),
    begin: (call) => call("DeleteStateMachine", { stateMachineArn: machineArn(call) }),
    state: (call) => told(call("DescribeStateMachine", { stateMachineArn: machineArn(call) }), "status"),
  },
  {
    point: "secretsmanager:replica-state",
    stage: "InProgress",
    settled: "InSync",
    failed: "Failed",
    prepare: (call) => call("CreateSecret", { Name: "s", SecretString: "v" }),
    begin: (call) =>
      call("ReplicateSecretToRegions", { SecretId: "s", AddReplicaRegions: [{ Region: "eu-west-1" }] }),
    state: (call) => told(call("DescribeSecret", { SecretId: "s" }), "ReplicationStatus.0.Status"),
  },
  {
    point: "cloudcontrol:request-state",
    stage: "IN_PROGRESS",
    settled: "SUCCESS",
    failed: "FAILED",
    interrupted: "FAILED",
    begin: (call) =>
      call("CreateResource", {
        TypeName: "AWS::SQS::Queue",
        DesiredState: JSON.stringify({ QueueName: "q" }),
      }),
    state: (call) =>
      told(call("ListResourceRequests", {}), "ResourceRequestStatusSummaries.0.OperationStatus"),
  },
  {
    point: "cloudformation:change-set-state",
    stage: "CREATE_IN_PROGRESS",
    settled: "CREATE_COMPLETE",
    failed: "FAILED",
    begin: (call) => call("CreateChangeSet", { ...stack, ChangeSetName: "c", ChangeSetType: "CREATE" }),
    state: (call) => told(call("DescribeChangeSet", { StackName: "s", ChangeSetName: "c" }), "Status"),
  },
  {
    point: "cloudformation:drift-detection-state",
    stage: "DETECTION_IN_PROGRESS",
    settled: "DETECTION_COMPLETE",
    failed: "DETECTION_FAILED",
    prepare: (call) => call("CreateStack", stack),
    isReady: async (call) =>
      (await told(call("DescribeStacks", { StackName: "s" }), "Stacks.0.StackStatus")) === "CREATE_COMPLETE",
    begin: async (call) => {
      const { StackDriftDetectionId } = await call("DetectStackDrift", { StackName: "s" });
      detections.set(call.account, String(StackDriftDetectionId));
    },
    state: (call) =>
      told(
        call("DescribeStackDriftDetectionStatus", { StackDriftDetectionId: detections.get(call.account) }),
        "DetectionStatus",
      ),
  },
];
/** By account: only its own answer names a detection. */
const detections = new Map<string, string>();

const logGroupName = "g";
const createGroup = (call: Call) => call("CreateLogGroup", { logGroupName });
async function groupAndBucket(call: Call): Promise<void> {
  await createGroup(call);
  await call("CreateBucket", { Bucket: `lifecycles-${call.account}` }, "s3");
}

const logs: readonly StageCase[] = [
  {
    point: "logs:export-state",
    stage: "RUNNING",
    settled: "COMPLETED",
    failed: "FAILED",
    prepare: groupAndBucket,
    begin: (call) =>
      call("CreateExportTask", { logGroupName, from: 0, to: 1, destination: `lifecycles-${call.account}` }),
    state: (call) => told(call("DescribeExportTasks"), "exportTasks.0.status.code"),
  },
  {
    point: "logs:query-state",
    stage: "Running",
    settled: "Complete",
    failed: "Failed",
    prepare: createGroup,
    begin: (call) =>
      call("StartQuery", { logGroupName, startTime: 0, endTime: 1, queryString: "fields @message" }),
    state: (call) => told(call("DescribeQueries"), "queries.0.status"),
  },
  {
    point: "logs:anomaly-detector-state",
    stage: "TRAINING",
    settled: "ANALYZING",
    failed: "FAILED",
    prepare: createGroup,
    begin: (call) =>
      call("CreateLogAnomalyDetector", {
        logGroupArnList: [`arn:aws:logs:us-east-1:${call.account}:log-group:${logGroupName}`],
      }),
    state: (call) => told(call("ListLogAnomalyDetectors"), "anomalyDetectors.0.anomalyDetectorStatus"),
  },
];

const stage = (call: Call) => ({ restApiId: restApis.get(call.account), stageName: "dev" });
const restApis = new Map<string, string>();
const deployed =
  (more: object = {}) =>
  async (call: Call) => {
    const restApiId = String(await told(call("CreateRestApi", { name: "api" }), "id"));
    restApis.set(call.account, restApiId);
    const resourceId = await told(call("GetResources", { restApiId }), "items.0.id");
    const method = { restApiId, resourceId, httpMethod: "GET" };
    await call("PutMethod", { ...method, authorizationType: "NONE" });
    await call("PutIntegration", { ...method, type: "MOCK" });
    await call("CreateDeployment", { ...stage(call), ...more });
  };
const withCache = deployed({ cacheClusterEnabled: true });
const switchCache = (call: Call, value: string) =>
  call("UpdateStage", {
    ...stage(call),
    patchOperations: [{ op: "replace", path: "/cacheClusterEnabled", value }],
  });
const cacheState = (call: Call) => told(call("GetStage", stage(call)), "cacheClusterStatus");

const caches: readonly StageCase[] = [
  {
    point: "apigateway:cache-cluster-state",
    stage: "CREATE_IN_PROGRESS",
    settled: "AVAILABLE",
    prepare: deployed(),
    begin: (call) => switchCache(call, "true"),
    state: cacheState,
  },
  {
    point: "apigateway:cache-cluster-state",
    stage: "DELETE_IN_PROGRESS",
    settled: "NOT_AVAILABLE",
    prepare: withCache,
    begin: (call) => switchCache(call, "false"),
    state: cacheState,
  },
  {
    point: "apigateway:cache-cluster-state",
    stage: "FLUSH_IN_PROGRESS",
    settled: "AVAILABLE",
    prepare: withCache,
    begin: (call) => call("FlushStageCache", stage(call)),
    state: cacheState,
  },
];

/** Twelve hours are the longest that an action lasts. */
const experiment = {
  clientToken: "t",
  description: "waits",
  roleArn: "arn:aws:iam::123456789012:role/fis",
  stopConditions: [{ source: "none" }],
  targets: {},
  actions: { wait: { actionId: "aws:fis:wait", parameters: { duration: "PT12H" } } },
  tags: {},
};
const createTemplate = (call: Call) => call("CreateExperimentTemplate", experiment);
const startExperiment = async (call: Call) =>
  call("StartExperiment", {
    clientToken: "e",
    experimentTemplateId: await told(call("ListExperimentTemplates"), "experimentTemplates.0.id"),
  });
const experimentId = async (call: Call) => ({
  id: await told(call("ListExperiments"), "experiments.0.id"),
});
const experimentState = (call: Call) => told(call("ListExperiments"), "experiments.0.state.status");

const fis: readonly StageCase[] = [
  {
    point: "fis:experiment-state",
    stage: "initiating",
    settled: "running",
    failed: "failed",
    interrupted: "failed",
    prepare: createTemplate,
    begin: startExperiment,
    state: experimentState,
  },
  {
    point: "fis:experiment-state",
    stage: "stopping",
    settled: "stopped",
    interrupted: "failed",
    prepare: [createTemplate, startExperiment],
    begin: async (call) => call("StopExperiment", await experimentId(call)),
    state: experimentState,
  },
  {
    point: "fis:action-state",
    stage: "initiating",
    settled: "running",
    failed: "failed",
    interrupted: "stopped",
    prepare: createTemplate,
    begin: startExperiment,
    afterMs: 5_500,
    state: async (call) =>
      told(call("GetExperiment", await experimentId(call)), "experiment.actions.wait.state.status"),
  },
];

const document = (time: number) => ({
  Name: "doc",
  Content: JSON.stringify({
    schemaVersion: "2.2",
    mainSteps: [{ action: "aws:runShellScript", name: "s", inputs: { runCommand: [`sleep ${time}`] } }],
  }),
});
const createDocument = (call: Call) => call("CreateDocument", { ...document(1), DocumentType: "Command" });
const documentState = (call: Call) =>
  told(call("DescribeDocument", { Name: "doc", DocumentVersion: "$LATEST" }), "Document.Status");

const archived = (call: Call) => ({ Bucket: `lifecycles-${call.account}`, Key: "k" });

const others: readonly StageCase[] = [
  {
    point: "ssm:document-state",
    stage: "Creating",
    settled: "Active",
    failed: "Failed",
    begin: createDocument,
    state: documentState,
  },
  {
    point: "ssm:document-state",
    stage: "Updating",
    settled: "Active",
    failed: "Failed",
    prepare: createDocument,
    begin: (call) => call("UpdateDocument", { ...document(2), DocumentVersion: "$LATEST" }),
    state: documentState,
  },
  {
    point: "iam:credential-report-state",
    stage: "INPROGRESS",
    settled: "COMPLETE",
    begin: (call) => call("GenerateCredentialReport"),
    state: (call) => told(call("GenerateCredentialReport"), "State"),
  },
  {
    point: "s3:restore-state",
    stage: "ongoing-request",
    settled: "restored",
    async prepare(call) {
      await call("CreateBucket", { Bucket: archived(call).Bucket });
      await call("PutObject", { ...archived(call), Body: Buffer.from("cold"), StorageClass: "GLACIER" });
    },
    begin: (call) =>
      call("RestoreObject", {
        ...archived(call),
        RestoreRequest: { Days: 30, GlacierJobParameters: { Tier: "Expedited" } },
      }),
    state: async (call) =>
      String(await told(call("HeadObject", archived(call)), "Restore")).startsWith('ongoing-request="true"')
        ? "ongoing-request"
        : "restored",
  },
];

const runTask = (call: Call) => call("RunTask", { taskDefinition: "web" });
const oneTask = async (call: Call) => {
  const { taskArns = [] } = (await call("ListTasks")) as { taskArns?: string[] };
  const stopped = (await call("ListTasks", { desiredStatus: "STOPPED" })) as { taskArns?: string[] };
  return [...taskArns, ...(stopped.taskArns ?? [])];
};
const taskState = async (call: Call) =>
  told(call("DescribeTasks", { tasks: await oneTask(call) }), "tasks.0.lastStatus");
const webTask = (call: Call) =>
  call("RegisterTaskDefinition", {
    family: "web",
    containerDefinitions: [
      { name: "app", image: "web", memory: 64, command: ["node", "-e", "setInterval(() => {}, 1000)"] },
    ],
  });
const stopTask = async (call: Call) => {
  const [task] = await oneTask(call);
  return call("StopTask", { task });
};

const ecs: readonly StageCase[] = [
  {
    point: "ecs:task-state",
    stage: "PROVISIONING",
    settled: "RUNNING",
    failed: "STOPPED",
    prepare: webTask,
    begin: runTask,
    state: taskState,
  },
  {
    point: "ecs:task-state",
    stage: "DEPROVISIONING",
    settled: "STOPPED",
    prepare: async (call) => {
      await webTask(call);
      await runTask(call);
    },
    isReady: async (call) => (await taskState(call)) === "RUNNING",
    begin: async (call) => {
      await stopTask(call);
      await until(async () => /^(?:DEPROVISIONING|STOPPED)$/.test(String(await taskState(call))));
    },
    state: taskState,
  },
];

const runInstance = (call: Call) => call("RunInstances", { ImageId: "ami-1", MinCount: 1, MaxCount: 1 });
async function instance(call: Call) {
  const { Reservations } = (await call("DescribeInstances")) as {
    Reservations: { Instances: { InstanceId: string; State: { Name: string } }[] }[];
  };
  return Reservations[0]?.Instances[0];
}
const instanceState = async (call: Call) => (await instance(call))?.State.Name;
const ec2: readonly StageCase[] = [
  {
    point: "ec2:instance-state",
    stage: "pending",
    settled: "running",
    failed: "terminated",
    begin: runInstance,
    state: instanceState,
  },
  ...(
    [
      ["stopping", "stopped", "StopInstances"],
      ["shutting-down", "terminated", "TerminateInstances"],
    ] as const
  ).map(([stage, settled, operation]) => ({
    point: "ec2:instance-state",
    stage,
    settled,
    prepare: runInstance,
    isReady: async (call: Call) => (await instanceState(call)) === "running",
    begin: async (call: Call) => call(operation, { InstanceIds: [(await instance(call))?.InstanceId] }),
    state: instanceState,
  })),
];

const DBClusterIdentifier = "main";
const dbCluster = (call: Call) =>
  call("CreateDBCluster", {
    DBClusterIdentifier,
    Engine: "aurora-postgresql",
    MasterUserPassword: "correct-horse",
  });
const dbClusterState = (call: Call) =>
  told(call("DescribeDBClusters", { DBClusterIdentifier }), "DBClusters.0.Status");
const rds: readonly StageCase[] = [
  {
    point: "rds:cluster-state",
    stage: "creating",
    settled: "available",
    begin: dbCluster,
    state: dbClusterState,
  },
  {
    point: "rds:cluster-state",
    stage: "deleting",
    prepare: dbCluster,
    begin: (call) => call("DeleteDBCluster", { DBClusterIdentifier, SkipFinalSnapshot: true }),
    state: dbClusterState,
  },
];
/** Stages of what is a PostgreSQL or a Valkey each: the service's own tests go through them. */
export const ELSEWHERE =
  /^rds:db-state |^rds:snapshot-state |^rds:global-cluster-state |^rds:cluster-state failing-over$|^elasticache:|^memorydb:|^dsql:/;

const xray: readonly StageCase[] = [
  {
    point: "xray:encryption-state",
    stage: "UPDATING",
    settled: "ACTIVE",
    begin: (call) => call("PutEncryptionConfig", { Type: "KMS", KeyId: "alias/traces" }),
    state: (call) => told(call("GetEncryptionConfig"), "EncryptionConfig.Status"),
  },
];

const elbv2: readonly StageCase[] = [
  {
    point: "elbv2:load-balancer-state",
    stage: "provisioning",
    settled: "active",
    failed: "failed",
    begin: (call) => aBalancer(call, "web"),
    state: (call) => told(call("DescribeLoadBalancers"), "LoadBalancers.0.State.Code"),
  },
];

export const stages: readonly StageCase[] = [
  ...elbv2,
  ...xray,
  ...ecs,
  ...ec2,
  ...rds,
  ...pipes,
  ...further,
  ...dynamodb,
  ...kinesis,
  ...apigateway,
  ...lambda,
  ...kms,
  ...events,
  ...logs,
  ...caches,
  ...fis,
  ...others,
];
