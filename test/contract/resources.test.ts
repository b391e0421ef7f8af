import assert from "node:assert/strict";
import { test } from "node:test";
import { Catalog } from "../../src/aws/catalog.ts";
import { loadModel, wireIndex, wireService } from "../../src/models/model.ts";
import { loadDeclarations, serviceSources } from "../../src/service-folders.ts";
import { testCloud } from "../cloud.ts";

const catalog = new Catalog(await loadDeclarations());
const served = serviceSources(undefined).map(({ name }) => name);

const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;
const iam = (resource: string) => `arn:aws:iam::000000000000:${resource}`;

/** A call, and the ARN of a resource that its input names in one way or another. */
const NAMED: readonly (readonly [service: string, operation: string, input: object, arn: string])[] = [
  ["sqs", "CreateQueue", { QueueName: "q" }, arn("sqs", "q")],
  [
    "application-autoscaling",
    "ListTagsForResource",
    { ResourceARN: arn("application-autoscaling", "scalable-target/t1") },
    arn("application-autoscaling", "scalable-target/t1"),
  ],
  ["cloudformation", "DescribeStacks", { StackName: "s" }, arn("cloudformation", "stack/s/*")],
  [
    "sqs",
    "SendMessage",
    { QueueUrl: "http://sqs.us-east-1.localhost:1/000000000000/q", MessageBody: "m" },
    arn("sqs", "q"),
  ],
  [
    "sqs",
    "SendMessage",
    { QueueUrl: "http://localhost:1/queue/us-east-1/000000000000/q", MessageBody: "m" },
    arn("sqs", "q"),
  ],
  ["sqs", "ReceiveMessage", { QueueUrl: "q" }, arn("sqs", "q")],
  [
    "kms",
    "Encrypt",
    { KeyId: "0a1b2c3d-0000-4000-8000-000000000000", Plaintext: new Uint8Array(1) },
    arn("kms", "key/0a1b2c3d-0000-4000-8000-000000000000"),
  ],
  ["kms", "DescribeKey", { KeyId: "alias/t" }, arn("kms", "alias/t")],
  ["secretsmanager", "GetSecretValue", { SecretId: "t" }, arn("secretsmanager", "secret:t")],
  ["events", "PutEvents", { Entries: [{ EventBusName: "b" }] }, arn("events", "event-bus/b")],
  ["events", "PutRule", { Name: "r" }, arn("events", "rule/r")],
  ["events", "PutTargets", { Rule: "r", EventBusName: "b" }, arn("events", "rule/b/r")],
  ["events", "DescribeArchive", { ArchiveName: "a" }, arn("events", "archive/a")],
  ["events", "DescribeReplay", { ReplayName: "p" }, arn("events", "replay/p")],
  ["events", "DescribeConnection", { Name: "c" }, arn("events", "connection/c/*")],
  ["events", "DescribeApiDestination", { Name: "d" }, arn("events", "api-destination/d/*")],
  ["ecr", "DeleteRepository", { repositoryName: "team/app" }, arn("ecr", "repository/team/app")],
  ["eks", "DescribeCluster", { name: "c" }, arn("eks", "cluster/c")],
  ["eks", "DescribeNodegroup", { clusterName: "c", nodegroupName: "n" }, arn("eks", "nodegroup/c/n/*")],
  ["route53", "GetHostedZone", { Id: "Z1" }, "arn:aws:route53:::hostedzone/Z1"],
  ["route53", "ListResourceRecordSets", { HostedZoneId: "Z1" }, "arn:aws:route53:::hostedzone/Z1"],
  ["route53", "GetHealthCheck", { HealthCheckId: "h" }, "arn:aws:route53:::healthcheck/h"],
  ["route53", "GetReusableDelegationSet", { Id: "N1" }, "arn:aws:route53:::delegationset/N1"],
  ["pipes", "DescribePipe", { Name: "p" }, arn("pipes", "pipe/p")],
  ["scheduler", "GetSchedule", { Name: "s" }, arn("scheduler", "schedule/default/s")],
  ["scheduler", "GetScheduleGroup", { Name: "g" }, arn("scheduler", "schedule-group/g")],
  ["sns", "CreateTopic", { Name: "t" }, arn("sns", "t")],
  ["sns", "Publish", { TopicArn: arn("sns", "t"), Message: "m" }, arn("sns", "t")],
  ["sns", "Unsubscribe", { SubscriptionArn: arn("sns", "t:5be8") }, arn("sns", "t")],
  ["dynamodb", "DescribeTable", { TableName: "T" }, arn("dynamodb", "table/T")],
  ["dynamodb", "DescribeTable", { TableName: arn("dynamodb", "table/T") }, arn("dynamodb", "table/T")],
  ["dynamodb", "Query", { TableName: "T", IndexName: "by-name" }, arn("dynamodb", "table/T/index/by-name")],
  [
    "dynamodb",
    "BatchGetItem",
    { RequestItems: { A: { Keys: [] }, T: { Keys: [] } } },
    arn("dynamodb", "table/T"),
  ],
  [
    "dynamodb",
    "TransactWriteItems",
    { TransactItems: [{ Put: { TableName: "T", Item: {} } }] },
    arn("dynamodb", "table/T"),
  ],
  [
    "dynamodb",
    "ExecuteStatement",
    { Statement: `SELECT * FROM "T" WHERE id = 1` },
    arn("dynamodb", "table/T"),
  ],
  [
    "dynamodb",
    "ExecuteStatement",
    { Statement: `SELECT * FROM "T"."i"` },
    arn("dynamodb", "table/T/index/i"),
  ],
  [
    "dynamodb",
    "ExecuteStatement",
    { Statement: `insert into T value {'id': 1}` },
    arn("dynamodb", "table/T"),
  ],
  [
    "dynamodb",
    "BatchExecuteStatement",
    { Statements: [{ Statement: `UPDATE "T" SET a = 1 WHERE id = 1` }] },
    arn("dynamodb", "table/T"),
  ],
  [
    "dynamodbstreams",
    "DescribeStream",
    { StreamArn: arn("dynamodb", "table/T/stream/2026") },
    arn("dynamodb", "table/T"),
  ],
  ["rds-data", "ExecuteStatement", { resourceArn: arn("rds", "cluster:c") }, arn("rds", "cluster:c")],
  ["rds-data", "ExecuteSql", { dbClusterOrInstanceArn: arn("rds", "cluster:c") }, arn("rds", "cluster:c")],
  ["lambda", "GetFunction", { FunctionName: "f" }, arn("lambda", "function:f")],
  ["lambda", "Invoke", { FunctionName: "f" }, arn("lambda", "function:f:$LATEST")],
  ["lambda", "Invoke", { FunctionName: "f", Qualifier: "live" }, arn("lambda", "function:f:live")],
  ["lambda", "Invoke", { FunctionName: "000000000000:function:f:live" }, arn("lambda", "function:f:live")],
  ["lambda", "GetEventSourceMapping", { UUID: "u" }, arn("lambda", "event-source-mapping:u")],
  [
    "lambda",
    "GetCodeSigningConfig",
    { CodeSigningConfigArn: arn("lambda", "code-signing-config:csc-1") },
    arn("lambda", "code-signing-config:csc-1"),
  ],
  ["lambda", "GetLayerVersion", { LayerName: "l", VersionNumber: 1 }, arn("lambda", "layer:l:1")],
  ["ecs", "CreateCluster", { clusterName: "c" }, arn("ecs", "cluster/c")],
  ["ecs", "RunTask", { taskDefinition: "f:2" }, arn("ecs", "task-definition/f:2")],
  ["ecs", "UpdateService", { cluster: "c", service: "s" }, arn("ecs", "service/c/s")],
  ["ecs", "StopTask", { task: "0a" }, arn("ecs", "task/default/0a")],
  ["ecs", "DescribeTasks", { cluster: "c", tasks: ["0a", "0b"] }, arn("ecs", "task/c/0b")],
  [
    "ecs",
    "UpdateContainerInstancesState",
    { cluster: "c", containerInstances: ["0c"], status: "DRAINING" },
    arn("ecs", "container-instance/c/0c"),
  ],
  ["kinesis", "DescribeStream", { StreamName: "s" }, arn("kinesis", "stream/s")],
  [
    "kinesis",
    "DescribeStreamConsumer",
    { ConsumerARN: arn("kinesis", "stream/s/consumer/c:1") },
    arn("kinesis", "stream/s/consumer/c:1"),
  ],
  [
    "kinesis",
    "DescribeStreamConsumer",
    { ConsumerARN: arn("kinesis", "stream/s/consumer/c:1") },
    arn("kinesis", "stream/s"),
  ],
  [
    "logs",
    "PutLogEvents",
    { logGroupName: "/g", logStreamName: "s", logEvents: [] },
    arn("logs", "log-group:/g"),
  ],
  [
    "logs",
    "PutLogEvents",
    { logGroupName: "/g", logStreamName: "s", logEvents: [] },
    arn("logs", "log-group:/g:log-stream:s"),
  ],
  [
    "logs",
    "StartQuery",
    { logGroupNames: ["/a", "/g"], startTime: 0, endTime: 1, queryString: "" },
    arn("logs", "log-group:/g"),
  ],
  [
    "logs",
    "ListAnomalies",
    { anomalyDetectorArn: arn("logs", "anomaly-detector:0a1b2c3d") },
    arn("logs", "anomaly-detector:0a1b2c3d"),
  ],
  ["cloudwatch", "DescribeAlarms", { AlarmNames: ["a", "b"] }, arn("cloudwatch", "alarm:b")],
  ["cloudwatch", "GetDashboard", { DashboardName: "d" }, "arn:aws:cloudwatch::000000000000:dashboard/d"],
  ["iam", "GetRole", { RoleName: "r" }, iam("role/r")],
  ["iam", "GetInstanceProfile", { InstanceProfileName: "p" }, iam("instance-profile/p")],
  ["iam", "GetPolicy", { PolicyArn: iam("policy/p") }, iam("policy/p")],
  [
    "iam",
    "GetOpenIDConnectProvider",
    { OpenIDConnectProviderArn: iam("oidc-provider/example.com") },
    iam("oidc-provider/example.com"),
  ],
  ["iam", "GetSAMLProvider", { SAMLProviderArn: iam("saml-provider/s") }, iam("saml-provider/s")],
  ["iam", "GetMFADevice", { SerialNumber: iam("mfa/m") }, iam("mfa/m")],
  ["iam", "GetServerCertificate", { ServerCertificateName: "c" }, iam("server-certificate/c")],
  ["iam", "CreateRole", { RoleName: "r", Path: "/p/", AssumeRolePolicyDocument: "{}" }, iam("role/p/r")],
  ["iam", "GetUser", { UserName: "u" }, iam("user/u")],
  ["iam", "GetGroup", { GroupName: "g" }, iam("group/g")],
  ["sts", "AssumeRole", { RoleArn: iam("role/r"), RoleSessionName: "s" }, iam("role/r")],
  ["fis", "GetExperiment", { id: "EXP123" }, arn("fis", "experiment/EXP123")],
  ["fis", "GetExperimentTemplate", { id: "EXT123" }, arn("fis", "experiment-template/EXT123")],
  [
    "apigateway",
    "GetStage",
    { restApiId: "a", stageName: "dev" },
    "arn:aws:apigateway:us-east-1::/restapis/a/stages/dev",
  ],
  ...(
    [
      ["GetRestApi", { restApiId: "a" }, "restapis/a"],
      ["GetApiKey", { apiKey: "k" }, "apikeys/k"],
      ["GetUsagePlan", { usagePlanId: "p" }, "usageplans/p"],
      ["GetDomainName", { domainName: "example.com" }, "domainnames/example.com"],
      ["GetVpcLink", { vpcLinkId: "v" }, "vpclinks/v"],
      ["GetClientCertificate", { clientCertificateId: "c" }, "clientcertificates/c"],
    ] as const
  ).map(
    ([operation, input, name]) =>
      ["apigateway", operation, input, `arn:aws:apigateway:us-east-1::/${name}`] as const,
  ),
  ...(
    [
      ["GetApi", { ApiId: "a" }, "apis/a"],
      ["GetStage", { ApiId: "a", StageName: "dev" }, "apis/a/stages/dev"],
      ["GetDomainName", { DomainName: "example.com" }, "domainnames/example.com"],
      ["GetVpcLink", { VpcLinkId: "v" }, "vpclinks/v"],
    ] as const
  ).map(
    ([operation, input, name]) =>
      ["apigatewayv2", operation, input, `arn:aws:apigateway:us-east-1::/${name}`] as const,
  ),
  ["resource-groups", "GetGroup", { Group: "g" }, arn("resource-groups", "group/g")],
  ["xray", "GetGroup", { GroupARN: arn("xray", "group/g/A1") }, arn("xray", "group/g/A1")],
  ["xray", "DeleteSamplingRule", { RuleName: "r" }, arn("xray", "sampling-rule/r")],
  ["s3", "GetBucketAcl", { Bucket: "b" }, "arn:aws:s3:::b"],
  ["s3", "GetObject", { Bucket: "b", Key: "k/1" }, "arn:aws:s3:::b/k/1"],
  [
    "s3",
    "DeleteObjects",
    { Bucket: "b", Delete: { Objects: [{ Key: "x" }, { Key: "k" }] } },
    "arn:aws:s3:::b/k",
  ],
  ["s3", "ListObjectsV2", { Bucket: arn("s3", "accesspoint/p") }, arn("s3", "accesspoint/p")],
  [
    "s3",
    "GetObject",
    { Bucket: arn("s3", "accesspoint/p"), Key: "k/1" },
    arn("s3", "accesspoint/p/object/k/1"),
  ],
  ["s3", "GetObject", { Bucket: "p-000000000000", Key: "k" }, arn("s3", "accesspoint/p/object/k")],
  ["s3", "GetObject", { Bucket: "b", Key: "arn:aws:s3:::a/k" }, "arn:aws:s3:::b/arn:aws:s3:::a/k"],
  ["s3", "CopyObject", { Bucket: "b", Key: "k", CopySource: "/a/x%2Fy?versionId=1" }, "arn:aws:s3:::a/x/y"],
  ["s3", "CopyObject", { Bucket: "b", Key: "k", CopySource: "a/x" }, "arn:aws:s3:::a"],
  ["s3", "CopyObject", { Bucket: "b", Key: "k", CopySource: "a/x" }, "arn:aws:s3:::b/k"],
  [
    "s3",
    "UploadPartCopy",
    { Bucket: "b", Key: "k", CopySource: `${arn("s3", "accesspoint/p")}/object/x` },
    arn("s3", "accesspoint/p/object/x"),
  ],
  ["dynamodb", "ExecuteStatement", { Statement: 'SELECT*FROM"T"' }, arn("dynamodb", "table/T")],
  [
    "dynamodb",
    "ExecuteStatement",
    { Statement: `SELECT * FROM "${arn("dynamodb", "table/T")}"."i"` },
    arn("dynamodb", "table/T/index/i"),
  ],
  ["s3control", "GetAccessPoint", { Name: "ppp" }, arn("s3", "accesspoint/ppp")],
  ["s3control", "ListTagsForResource", { ResourceArn: "arn:aws:s3:::b" }, "arn:aws:s3:::b"],
  ["secretsmanager", "GetSecretValue", { SecretId: "prod/db" }, arn("secretsmanager", "secret:prod/db")],
  ["ssm", "GetParameters", { Names: ["/x", "/a/b"] }, arn("ssm", "parameter/a/b")],
  ["ssm", "GetParameter", { Name: "url:3" }, arn("ssm", "parameter/url")],
  ["ssm", "GetParameter", { Name: `${arn("ssm", "parameter/a/b")}:live` }, arn("ssm", "parameter/a/b")],
  ["ssm", "GetParametersByPath", { Path: "/a/" }, arn("ssm", "parameter/a")],
  [
    "ssm",
    "ListTagsForResource",
    { ResourceType: "Parameter", ResourceId: "/a/b" },
    arn("ssm", "parameter/a/b"),
  ],
  ["ssm", "SendCommand", { DocumentName: "d" }, arn("ssm", "document/d")],
  ["ssm", "SendCommand", { DocumentName: "d", InstanceIds: ["i-0abc"] }, arn("ec2", "instance/i-0abc")],
  ["kms", "Decrypt", { KeyId: "alias/main" }, arn("kms", "alias/main")],
  ...(
    [
      ["DeleteVpc", { VpcId: "vpc-1" }, "vpc/vpc-1"],
      ["DescribeSubnets", { SubnetIds: ["subnet-1"] }, "subnet/subnet-1"],
      ["DeleteRouteTable", { RouteTableId: "rtb-1" }, "route-table/rtb-1"],
      ["DeleteInternetGateway", { InternetGatewayId: "igw-1" }, "internet-gateway/igw-1"],
      [
        "DeleteEgressOnlyInternetGateway",
        { EgressOnlyInternetGatewayId: "eigw-1" },
        "egress-only-internet-gateway/eigw-1",
      ],
      ["DeleteNatGateway", { NatGatewayId: "nat-1" }, "natgateway/nat-1"],
      ["ReleaseAddress", { AllocationId: "eipalloc-1" }, "elastic-ip/eipalloc-1"],
      ["DeleteSecurityGroup", { GroupId: "sg-1" }, "security-group/sg-1"],
      ["DescribeSecurityGroupRules", { SecurityGroupRuleIds: ["sgr-1"] }, "security-group-rule/sgr-1"],
      ["DeleteNetworkAcl", { NetworkAclId: "acl-1" }, "network-acl/acl-1"],
      ["DeleteNetworkInterface", { NetworkInterfaceId: "eni-1" }, "network-interface/eni-1"],
      ["DeleteManagedPrefixList", { PrefixListId: "pl-1" }, "prefix-list/pl-1"],
      ["DeleteVpcEndpoints", { VpcEndpointIds: ["vpce-1"] }, "vpc-endpoint/vpce-1"],
      ["DeleteVpcPeeringConnection", { VpcPeeringConnectionId: "pcx-1" }, "vpc-peering-connection/pcx-1"],
      ["DeleteDhcpOptions", { DhcpOptionsId: "dopt-1" }, "dhcp-options/dopt-1"],
      ["DeleteTransitGateway", { TransitGatewayId: "tgw-1" }, "transit-gateway/tgw-1"],
      [
        "DeleteTransitGatewayRouteTable",
        { TransitGatewayRouteTableId: "tgw-rtb-1" },
        "transit-gateway-route-table/tgw-rtb-1",
      ],
      [
        "DeleteTransitGatewayVpcAttachment",
        { TransitGatewayAttachmentId: "tgw-attach-1" },
        "transit-gateway-attachment/tgw-attach-1",
      ],
      ["TerminateInstances", { InstanceIds: ["i-1"] }, "instance/i-1"],
      ["DeleteVolume", { VolumeId: "vol-1" }, "volume/vol-1"],
      ["DeleteLaunchTemplate", { LaunchTemplateId: "lt-1" }, "launch-template/lt-1"],
      ["DeleteKeyPair", { KeyPairId: "key-1" }, "key-pair/key-1"],
      ["CancelSpotInstanceRequests", { SpotInstanceRequestIds: ["sir-1"] }, "spot-instances-request/sir-1"],
      ["CreateTags", { Resources: ["rtb-1"], Tags: [] }, "route-table/rtb-1"],
    ] as const
  ).map(([operation, input, name]) => ["ec2", operation, input, arn("ec2", name)] as const),
  [
    "autoscaling",
    "DeleteAutoScalingGroup",
    { AutoScalingGroupName: "g" },
    arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/g"),
  ],
  [
    "elasticache",
    "DescribeReplicationGroups",
    { ReplicationGroupId: "r" },
    arn("elasticache", "replicationgroup:r"),
  ],
  // A data plane's calls name what its service's do.
  ["lambda-url", "InvokeFunctionUrl", { FunctionName: "f" }, arn("lambda", "function:f")],
  [
    "elbv2",
    "DescribeLoadBalancerAttributes",
    { LoadBalancerArn: arn("elasticloadbalancing", "loadbalancer/app/web/0123456789abcdef") },
    arn("elasticloadbalancing", "loadbalancer/app/web/0123456789abcdef"),
  ],
  [
    "elbv2",
    "DescribeTargetHealth",
    { TargetGroupArn: arn("elasticloadbalancing", "targetgroup/web/0123456789abcdef") },
    arn("elasticloadbalancing", "targetgroup/web/0123456789abcdef"),
  ],
  [
    "elbv2",
    "DescribeListeners",
    { ListenerArns: [arn("elasticloadbalancing", "listener/app/web/0123456789abcdef/fedcba9876543210")] },
    arn("elasticloadbalancing", "listener/app/web/0123456789abcdef/fedcba9876543210"),
  ],
  [
    "elbv2",
    "DeleteRule",
    {
      RuleArn: arn(
        "elasticloadbalancing",
        "listener-rule/app/web/0123456789abcdef/fedcba9876543210/aaaaaaaaaaaaaaaa",
      ),
    },
    arn("elasticloadbalancing", "listener-rule/app/web/0123456789abcdef/fedcba9876543210/aaaaaaaaaaaaaaaa"),
  ],
  ["elasticache", "DescribeSnapshots", { SnapshotName: "s" }, arn("elasticache", "snapshot:s")],
  ["elasticache", "DescribeUsers", { UserId: "u" }, arn("elasticache", "user:u")],
  ["elasticache", "DescribeUserGroups", { UserGroupId: "g" }, arn("elasticache", "usergroup:g")],
  [
    "elasticache",
    "DescribeCacheSubnetGroups",
    { CacheSubnetGroupName: "g" },
    arn("elasticache", "subnetgroup:g"),
  ],
  [
    "elasticache",
    "DescribeCacheParameterGroups",
    { CacheParameterGroupName: "g" },
    arn("elasticache", "parametergroup:g"),
  ],
  ["elasticache", "DescribeCacheClusters", { CacheClusterId: "c" }, arn("elasticache", "cluster:c")],
  [
    "dsql",
    "GetCluster",
    { identifier: "abcdefghijklmnopqrstuvwxyz" },
    arn("dsql", "cluster/abcdefghijklmnopqrstuvwxyz"),
  ],
  ["memorydb", "DescribeClusters", { ClusterName: "c" }, arn("memorydb", "cluster/c")],
  ["memorydb", "DescribeSnapshots", { SnapshotName: "s" }, arn("memorydb", "snapshot/s")],
  ["memorydb", "DescribeUsers", { UserName: "u" }, arn("memorydb", "user/u")],
  ["memorydb", "DescribeACLs", { ACLName: "a" }, arn("memorydb", "acl/a")],
  ["memorydb", "DescribeSubnetGroups", { SubnetGroupName: "g" }, arn("memorydb", "subnetgroup/g")],
  ["memorydb", "DescribeParameterGroups", { ParameterGroupName: "g" }, arn("memorydb", "parametergroup/g")],
  [
    "memorydb",
    "DescribeMultiRegionClusters",
    { MultiRegionClusterName: "abcde-m" },
    "arn:aws:memorydb::000000000000:multiregioncluster/abcde-m",
  ],
  ["rds", "DescribeDBInstances", { DBInstanceIdentifier: "d" }, arn("rds", "db:d")],
  ["rds", "DescribeDBSnapshots", { DBSnapshotIdentifier: "s" }, arn("rds", "snapshot:s")],
  [
    "rds",
    "DescribeDBClusterSnapshots",
    { DBClusterSnapshotIdentifier: "s" },
    arn("rds", "cluster-snapshot:s"),
  ],
  [
    "rds",
    "DescribeGlobalClusters",
    { GlobalClusterIdentifier: "g" },
    "arn:aws:rds::000000000000:global-cluster:g",
  ],
  ["rds", "DescribeDBClusters", { DBClusterIdentifier: "c" }, arn("rds", "cluster:c")],
  ["rds", "DeleteDBSubnetGroup", { DBSubnetGroupName: "g" }, arn("rds", "subgrp:g")],
  ["rds", "DeleteDBClusterParameterGroup", { DBClusterParameterGroupName: "g" }, arn("rds", "cluster-pg:g")],
  ["rds", "DeleteDBParameterGroup", { DBParameterGroupName: "g" }, arn("rds", "pg:g")],
  [
    "stepfunctions",
    "DescribeExecution",
    { executionArn: arn("states", "execution:m:e") },
    arn("states", "stateMachine:m"),
  ],
  [
    "stepfunctions",
    "StartExecution",
    { stateMachineArn: arn("states", "stateMachine:m:live") },
    arn("states", "stateMachine:m"),
  ],
  [
    "stepfunctions",
    "GetActivityTask",
    { activityArn: arn("states", "activity:a") },
    arn("states", "activity:a"),
  ],
];

test("a rule by resource strikes the first call, however the input names the resource", async () => {
  for (const [service, operation, input, resource] of NAMED) {
    await using cloud = await testCloud();
    await cloud.faults.add({
      effect: "error",
      params: { code: "Struck" },
      match: { service, operation, resource },
    });
    const outcome = await cloud.call(service, operation, input).then(
      () => "no error",
      (error: { code?: string }) => error.code,
    );
    assert.equal(outcome, "Struck", `${service}.${operation} ${JSON.stringify(input)}`);
  }
});

/** Modelled services none of whose inputs names a resource of their own. */
const NAMELESS: ReadonlySet<string> = new Set(["apigatewaymanagementapi", "arc-zonal-shift"]);

test("what an input names is the same when it is remembered, wherever else the same text has been asked for", async () => {
  const asked = new Catalog(await loadDeclarations());
  const places = ["us-east-1", "eu-west-1"].flatMap((region) =>
    ["000000000000", "111111111111"].map((account) => ({ account, region })),
  );
  for (const round of ["learnt", "remembered"])
    for (const [service, operation, input] of NAMED)
      for (const place of places) {
        const given = input as Record<string, unknown>;
        const declared = [...asked.named(service, given, place)].flatMap(({ arns }) => arns);
        const found = asked.arnsOf(service, given, place);
        const texts = JSON.stringify(input).match(/(?<=(?<!\\)")arn:[^"\\]*(?=")/g) ?? [];
        assert.deepEqual(
          new Set(found),
          new Set([...declared, ...texts]),
          `${round}: ${service}.${operation} ${JSON.stringify(input)}`,
        );
        assert.equal(new Set(found).size, found.length);
      }
});

test("of every AWS service, a rule that can never hold is refused with a reason, and one that can is taken", async () => {
  await using cloud = await testCloud({ listen: false });
  const refusal = async (match: object): Promise<string> => {
    try {
      const { id } = await cloud.faults.add({ effect: "reset", match });
      cloud.faults.remove(id);
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  const wrong: string[] = [];
  for (const service of wireIndex().keys()) {
    const [operation] = Object.keys(wireService(service)!.operations);
    if ((await refusal({ service })) !== "") wrong.push(`${service} is refused`);
    if ((await refusal({ service, operation })) !== "") wrong.push(`${service}.${operation} is refused`);
    const nonsense = await refusal({ service, operation: "MakeNoSense" });
    if (!/has no operation "MakeNoSense"\./.test(nonsense)) wrong.push(`${service}.MakeNoSense: ${nonsense}`);
    // Of a service that is known by name only, a rule by resource can hold if its types are declared.
    const resource = await refusal({ service, resource: "some-name" });
    const isKnown =
      catalog.types(service).length > 0 || (loadModel(service) !== undefined && !NAMELESS.has(service));
    const says = /^No call of \S+ names a resource that Squall knows of/.test(resource);
    if (isKnown ? resource !== "" : !says) wrong.push(`${service} by resource: ${resource || "taken"}`);
  }
  assert.deepEqual(wrong, []);
  assert.match(await refusal({ service: "makes-no-sense" }), /^There is no service "makes-no-sense"\./);
});

test("of every operation of every served service, a rule by a type of resource is taken, or none of its members names one", async () => {
  await using cloud = await testCloud({ listen: false });
  const place = { account: "000000000000", region: "us-east-1" };
  const wrong: string[] = [];
  let [taken, refused] = [0, 0];
  for (const service of served) {
    const model = loadModel(service);
    if (!model) continue;
    for (const [operation, { input }] of Object.entries(model.operations)) {
      const members = Object.keys((input && model.shapes[input.shape]?.members) || {});
      for (const type of catalog.types(service)) {
        const names = Object.fromEntries(type.arn.placeholders.map((placeholder) => [placeholder, "x"]));
        const resource = type.arn.fill(names, place) ?? "";
        const said = await cloud.faults
          .add({ effect: "reset", match: { service, operation, resource } })
          .then(
            ({ id }) => void cloud.faults.remove(id),
            (error: Error) => error.message,
          );
        if (said === undefined) taken++;
        else refused++;
        if (said === undefined) continue;
        if (type.canBeNamedBy(members))
          wrong.push(`${service}.${operation} names ${type.name}, and is refused`);
        if (members.some((member) => /arn/i.test(member)))
          wrong.push(`${service}.${operation} takes an ARN, and is refused by ${type.name}`);
        if (!/^No call of \S+ \S+ names (?:such )?a resource/.test(said)) wrong.push(said);
        if (!said.includes("match.resource can never hold. ")) wrong.push(said);
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(taken > 1000 && refused > 1000, `${taken} taken, ${refused} refused`);
});

/** Rules that can hold, and rules whose calls never name what is asked for. */
const ASKED: readonly (readonly [
  service: string,
  operation: string | undefined,
  resource: string,
  isTaken: boolean,
])[] = [
  ["s3", "GetObject", "arn:aws:s3:::b/k", true],
  ["s3", "GetObject", "arn:aws:s3:::b/*", true],
  ["s3", "GetBucketAcl", "arn:aws:s3:::b", true],
  ["s3", "GetBucketAcl", "arn:aws:s3:::b*", true],
  ["s3", "GetBucketAcl", "arn:aws:s3:::b/k", false],
  ["s3", "GetBucketAcl", "arn:aws:s3:::b/*.jpg", false],
  ["s3", "ListBuckets", "arn:aws:s3:::b", false],
  ["s3", undefined, "arn:aws:s3:::b/k", true],
  ["s3", "PutBucketNotificationConfiguration", arn("sqs", "q"), true],
  ["dynamodb", "Query", arn("dynamodb", "table/T/index/i"), true],
  ["dynamodb", "PutItem", arn("dynamodb", "table/T/index/i"), false],
  ["dynamodb", "PutItem", arn("dynamodb", "*/T"), true],
  ["dynamodb", "PutItem", "arn:*", true],
  ["dynamodb", "GetItem", "arn:aws:*:*:*:*orders*", true],
  ["dynamodb", "GetItem", arn("dynamodb", "tabel/T"), false],
  ["dynamodb", "TagResource", arn("dynamodb", "table/T/backup/1"), true],
  ["sqs", "SendMessage", arn("sqs", "q"), true],
  ["sqs", "SendMessage", arn("sqs", "q?"), true],
  ["sqs", "SendMessage", arn("sqs", "a/b"), false],
  ["sqs", "ListQueues", arn("sqs", "q"), false],
  ["sqs", "CreateQueue", arn("kms", "key/0a"), true],
  ["sqs", "PurgeQueue", arn("dynamodb", "table/T"), true],
  ["lambda", "Invoke", arn("lambda", "function:f"), true],
  ["lambda", "Invoke", arn("lambda", "event-source-mapping:u"), false],
  ["lambda", "CreateFunction", iam("role/r"), true],
  ["kinesis", "PutRecord", arn("kinesis", "stream/s"), true],
  ["kinesis", "ListStreams", arn("kinesis", "stream/s"), false],
  ["sns", "Subscribe", arn("lambda", "function:f"), true],
  ["secretsmanager", "GetRandomPassword", arn("secretsmanager", "secret:s"), false],
  ["secretsmanager", "CreateSecret", arn("kms", "alias/a"), true],
  ["kms", "GenerateRandom", arn("kms", "key/0a"), false],
];

test("a rule by an ARN is taken where a call can name it, and refused with what it can name where it never does", async () => {
  await using cloud = await testCloud({ listen: false });
  for (const [service, operation, resource, isTaken] of ASKED) {
    const match = { service, resource, ...(operation && { operation }) };
    const said = await cloud.faults.add({ effect: "reset", match }).then(
      ({ id }) => void cloud.faults.remove(id),
      (error: Error) => error.message,
    );
    const at = `${service} ${operation} ${resource}: ${said}`;
    if (isTaken) assert.equal(said, undefined, at);
    else assert.match(String(said), /match\.resource can never hold/, at);
  }
  await assert.rejects(
    cloud.faults.add({
      effect: "reset",
      match: { service: "dynamodb", operation: "PutItem", resource: arn("dynamodb", "table/T/index/i") },
    }),
    /^RuleError: No call of dynamodb PutItem names such a resource: match\.resource can never hold\. What it names is arn:\{partition\}:dynamodb:\{region\}:\{account\}:table\/\{TableName\}/,
  );
});

test("every declared type of a served service is named above", () => {
  const missing = served
    .flatMap((service) => catalog.types(service))
    // Below: requests of a data plane are no calls by name.
    .filter(({ service }) => service !== "execute-api")
    .filter((type) => !NAMED.some(([service, , , named]) => service === type.service && type.arn.read(named)))
    .map(({ service, name }) => `${service} ${name}`);
  assert.deepEqual(missing, []);
});

test("a rule by a method of an API strikes the request on its data plane", async () => {
  await using cloud = await testCloud();
  const { id } = await cloud.call<{ id: string }>("apigateway", "CreateRestApi", { name: "shop" });
  await cloud.faults.add({
    id: "method",
    effect: "error",
    params: { code: "Struck" },
    match: {
      service: "execute-api",
      resource: arn("execute-api", `${id}/dev/GET/pets`),
    },
  });
  const struck = async (path: string) => {
    const response = await fetch(`${cloud.url}/_aws/execute-api/${id}/dev${path}`);
    await response.arrayBuffer();
    return response.headers.get("x-squall-fault");
  };
  assert.equal(await struck("/pets"), "method");
  assert.equal(await struck("/people"), null);
});

test("a rule by another resource strikes none of them", async () => {
  await using cloud = await testCloud();
  for (const service of new Set(NAMED.map(([name]) => name))) {
    await cloud.faults.add({
      effect: "error",
      params: { code: "Struck" },
      match: { service, resource: "arn:aws:*:*:*:nothing-is-called-so" },
    });
  }
  for (const [service, operation, input] of NAMED) {
    const outcome = await cloud.call(service, operation, input).then(
      () => "no error",
      (error: { code?: string }) => error.code,
    );
    assert.notEqual(outcome, "Struck", `${service}.${operation}`);
  }
});

test("a rule by resource that can never hold is refused, and says why", async () => {
  await using cloud = await testCloud();
  const add = (match: object) => cloud.faults.add({ effect: "reset", match });
  await assert.rejects(add({ service: "polly", resource: "voice" }), /No call of polly names a resource/);
  await assert.rejects(
    add({ service: "sqs", operation: "ListQueues", resource: "orders" }),
    /No call of sqs ListQueues names a resource/,
  );
  await assert.rejects(add({ service: "execute-api", operation: "GetItem" }), /no operation "GetItem"/);
  await add({ service: "sqs", operation: ["ListQueues", "SendMessage"], resource: "orders" });
});
