import { isThere } from "../needs.ts";
import { until } from "../until.ts";
import { arn, type Call } from "./lists.ts";
import { aCluster } from "./tagged/memorydb.ts";
import type { TaggedCase } from "./tagged.ts";

/** An operation that takes tags for what `tagged/` has another way of making. `type` is the operation. */
export type MakerCase = Pick<TaggedCase, "service" | "type" | "most"> & {
  create(call: Call, name: string): Promise<unknown>;
};

const TemplateBody = JSON.stringify({
  Resources: { Handle: { Type: "AWS::CloudFormation::WaitConditionHandle" } },
});
const ASSUME = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: ["sts:AssumeRole", "sts:TagSession"] }],
});

async function deploymentOf(call: Call, name: string): Promise<{ restApiId: string; deploymentId: string }> {
  const { id: restApiId } = (await call("CreateRestApi", { name })) as { id: string };
  const { items } = await call("GetResources", { restApiId });
  const [{ id: resourceId }] = items as [{ id: string }];
  const method = { restApiId, resourceId, httpMethod: "GET" };
  await call("PutMethod", { ...method, authorizationType: "NONE" });
  await call("PutIntegration", { ...method, type: "MOCK" });
  const { id: deploymentId } = (await call("CreateDeployment", { restApiId })) as { id: string };
  return { restApiId, deploymentId };
}

const source = (call: Call, name: string) =>
  call("PutDeliverySource", {
    name,
    resourceArn: "arn:aws:cloudfront::123456789012:distribution/E1",
    logType: "ACCESS_LOGS",
  });
const destination = (call: Call, name: string) =>
  call("PutDeliveryDestination", {
    name,
    deliveryDestinationConfiguration: { destinationResourceArn: "arn:aws:s3:::bucket" },
  });

export const makers: readonly MakerCase[] = [
  {
    service: "apigateway",
    type: "CreateDomainNameAccessAssociation",
    async create(call, name) {
      const { domainName } = await call("CreateDomainName", { domainName: `${name}.example.com` });
      await call("CreateDomainNameAccessAssociation", {
        domainNameArn: arn("apigateway", call.account, `/domainnames/${domainName}+abc`),
        accessAssociationSource: "vpce-1",
        accessAssociationSourceType: "VPCE",
      });
    },
  },
  {
    service: "apigateway",
    type: "CreateStage",
    create: async (call, name) =>
      call("CreateStage", { ...(await deploymentOf(call, name)), stageName: "dev" }),
  },
  {
    service: "apigatewayv2",
    type: "CreateDomainName",
    create: (call, name) => call("CreateDomainName", { DomainName: `${name}.example.com` }),
  },
  {
    service: "cloudformation",
    type: "CreateStack",
    create: (call, StackName) => call("CreateStack", { StackName, TemplateBody }),
  },
  {
    service: "cloudformation",
    type: "CreateChangeSet",
    create: (call, StackName) =>
      call("CreateChangeSet", { StackName, TemplateBody, ChangeSetName: "first", ChangeSetType: "CREATE" }),
  },
  {
    service: "cloudformation",
    type: "CreateStackSet",
    create: (call, StackSetName) => call("CreateStackSet", { StackSetName, TemplateBody }),
  },
  {
    service: "cloudformation",
    type: "UpdateStackSet",
    async create(call, StackSetName) {
      await call("CreateStackSet", { StackSetName, TemplateBody });
      await call("UpdateStackSet", { StackSetName, UsePreviousTemplate: true });
    },
  },
  {
    service: "cloudwatch",
    type: "PutCompositeAlarm",
    async create(call, AlarmName) {
      const alarm = { MetricName: "m", Namespace: "n", Statistic: "Sum", Period: 60, EvaluationPeriods: 1 };
      const compared = { Threshold: 1, ComparisonOperator: "GreaterThanThreshold" };
      await call("PutMetricAlarm", { AlarmName: "below", ...alarm, ...compared });
      await call("PutCompositeAlarm", { AlarmName, AlarmRule: 'ALARM("below")' });
    },
  },
  {
    service: "cloudwatch",
    type: "PutDashboard",
    create: (call, DashboardName) => call("PutDashboard", { DashboardName, DashboardBody: '{"widgets":[]}' }),
  },
  {
    service: "ecs",
    type: "StartTask",
    async create(call, taskDefinition) {
      const command = ["node", "-e", "setInterval(() => {}, 1000)"];
      const containerDefinitions = [{ name: "app", image: "shop", memory: 64, command }];
      await call("RegisterTaskDefinition", { family: taskDefinition, containerDefinitions });
      const { tasks } = await call("RunTask", { taskDefinition });
      const [{ containerInstanceArn }] = tasks as [{ containerInstanceArn: string }];
      await call("StartTask", { taskDefinition, containerInstances: [containerInstanceArn] });
    },
  },
  ...(isThere("valkey")
    ? [
        {
          service: "memorydb",
          type: "CopySnapshot",
          async create(call: Call, TargetSnapshotName: string) {
            await aCluster(call);
            await call("CreateSnapshot", { ClusterName: "alone", SnapshotName: "first" });
            await until(async () => {
              const { Snapshots } = await call("DescribeSnapshots");
              return (Snapshots as [{ Status: string }])[0].Status === "available";
            });
            await call("CopySnapshot", { SourceSnapshotName: "first", TargetSnapshotName });
          },
        },
        {
          service: "elasticache",
          type: "CopySnapshot",
          async create(call: Call, TargetSnapshotName: string) {
            await call("CreateCacheCluster", { CacheClusterId: "alone", Engine: "redis" });
            await until(async () => {
              const { CacheClusters } = await call("DescribeCacheClusters");
              return (
                (CacheClusters as [{ CacheClusterStatus: string }])[0].CacheClusterStatus === "available"
              );
            });
            await call("CreateSnapshot", { CacheClusterId: "alone", SnapshotName: "first" });
            await until(async () => {
              const { Snapshots } = await call("DescribeSnapshots");
              return (Snapshots as [{ SnapshotStatus: string }])[0].SnapshotStatus === "available";
            });
            await call("CopySnapshot", { SourceSnapshotName: "first", TargetSnapshotName });
          },
        },
      ]
    : []),
  {
    service: "kms",
    type: "ReplicateKey",
    async create(call, Description) {
      const { KeyMetadata } = await call("CreateKey", { Description, MultiRegion: true });
      const { KeyId } = KeyMetadata as { KeyId: string };
      await call("ReplicateKey", { KeyId, ReplicaRegion: "eu-west-1" });
    },
  },
  { service: "logs", type: "PutDeliverySource", create: source },
  { service: "logs", type: "PutDeliveryDestination", create: destination },
  {
    service: "logs",
    type: "CreateDelivery",
    async create(call, name) {
      await source(call, name);
      const { deliveryDestination } = await destination(call, "d");
      const { arn: deliveryDestinationArn } = deliveryDestination as { arn: string };
      await call("CreateDelivery", { deliverySourceName: name, deliveryDestinationArn });
    },
  },
  {
    service: "logs",
    type: "PutDestination",
    create: (call, destinationName) =>
      call("PutDestination", {
        destinationName,
        targetArn: arn("kinesis", call.account, "stream/s"),
        roleArn: `arn:aws:iam::${call.account}:role/r`,
      }),
  },
  {
    service: "rds",
    type: "CopyDBParameterGroup",
    create: (call, TargetDBParameterGroupIdentifier) =>
      call("CopyDBParameterGroup", {
        SourceDBParameterGroupIdentifier: "default.postgres17",
        TargetDBParameterGroupIdentifier,
        TargetDBParameterGroupDescription: "a copy",
      }),
  },
  {
    service: "rds",
    type: "CopyDBClusterParameterGroup",
    create: (call, TargetDBClusterParameterGroupIdentifier) =>
      call("CopyDBClusterParameterGroup", {
        SourceDBClusterParameterGroupIdentifier: "default.aurora-mysql8.0",
        TargetDBClusterParameterGroupIdentifier,
        TargetDBClusterParameterGroupDescription: "a copy",
      }),
  },
  {
    service: "sts",
    type: "AssumeRole",
    async create(call, RoleName) {
      await call("CreateRole", { RoleName, AssumeRolePolicyDocument: ASSUME }, "iam");
      const RoleArn = `arn:aws:iam::${call.account}:role/${RoleName}`;
      await call("AssumeRole", { RoleArn, RoleSessionName: "tagged" });
    },
  },
  {
    service: "sts",
    type: "GetFederationToken",
    create: (call, Name) => call("GetFederationToken", { Name }),
  },
];

/** Operations with a member for tags that make nothing with them. */
export const MAKING_NOTHING: Readonly<Record<string, string>> = {
  "rds.RestoreDBInstanceToPointInTime":
    "It needs a database that has run: the service's own tests see to it.",
  "rds.RestoreDBClusterToPointInTime": "It needs a database that has run: the service's own tests see to it.",
  "rds.CreateDBInstanceReadReplica": "It needs a database that has run: the service's own tests see to it.",
  "rds.RestoreDBInstanceFromDBSnapshot":
    "It needs a database that has run: the service's own tests see to it.",
  "rds.RestoreDBClusterFromSnapshot": "It needs a database that has run: the service's own tests see to it.",
  ...(!isThere("mariadb") && {
    "rds.CreateDBSnapshot": "This machine has no MariaDB to take one of.",
  }),
  ...(!isThere("postgres") && {
    "rds.CreateDBInstance": "This machine has no PostgreSQL to run one on.",
    "rds.CreateDBClusterSnapshot": "This machine has no PostgreSQL to take one of.",
    "dsql.CreateCluster": "This machine has no PostgreSQL to run one on.",
  }),
  ...(!isThere("valkey") &&
    Object.fromEntries(
      [
        ...["CreateReplicationGroup", "CreateCacheCluster", "CreateSnapshot", "CopySnapshot"].map(
          (name) => `elasticache.${name}`,
        ),
        ...["CreateCluster", "CreateSnapshot", "CopySnapshot"].map((name) => `memorydb.${name}`),
      ].map((operation) => [operation, "This machine has no Valkey to run one on."]),
    )),
  "cloudformation.UpdateStack": "A change of a stack's tags: read as CreateStack's are.",
  "ssm.StartAutomationExecution":
    "Executions are no declared resource; ssm/automation/automation.test.ts reads their tags.",
};
