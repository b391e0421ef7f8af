import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Bed } from "./bed.fixture.ts";

/**
 * How each service is called in `aws-sdk:<id>:<action>`, and what a Catch must match when a call of it fails.
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
const NAMES: Readonly<Record<string, readonly [id: string, action: string, code: string, name: string]>> = {
  apigateway: [
    "apigateway",
    "getRestApis",
    "TooManyRequestsException",
    "ApiGateway.TooManyRequestsException",
  ],
  apigatewaymanagementapi: [
    "apigatewaymanagementapi",
    "getConnection",
    "GoneException",
    "ApiGatewayManagementApi.GoneException",
  ],
  apigatewayv2: [
    "apigatewayv2",
    "getApis",
    "TooManyRequestsException",
    "ApiGatewayV2.TooManyRequestsException",
  ],
  "application-autoscaling": [
    "applicationautoscaling",
    "describeScalableTargets",
    "ConcurrentUpdateException",
    "ApplicationAutoScaling.ConcurrentUpdateException",
  ],
  "arc-zonal-shift": [
    "arczonalshift",
    "listManagedResources",
    "ThrottlingException",
    "ArcZonalShift.ThrottlingException",
  ],
  autoscaling: [
    "autoscaling",
    "describeAutoScalingGroups",
    "ResourceContention",
    "AutoScaling.ResourceContentionException",
  ],
  eks: ["eks", "listClusters", "ServerException", "Eks.ServerException"],
  dsql: ["dsql", "listClusters", "ThrottlingException", "Dsql.ThrottlingException"],
  elbv2: [
    "elasticloadbalancingv2",
    "describeLoadBalancers",
    "LoadBalancerNotFound",
    "ElasticLoadBalancingV2.LoadBalancerNotFoundException",
  ],
  memorydb: ["memorydb", "describeClusters", "ClusterNotFoundFault", "MemoryDb.ClusterNotFoundException"],
  route53: ["route53", "listHostedZones", "NoSuchHostedZone", "Route53.NoSuchHostedZoneException"],
  cloudcontrol: [
    "cloudcontrol",
    "listResourceRequests",
    "ThrottlingException",
    "CloudControl.ThrottlingException",
  ],
  cloudformation: [
    "cloudformation",
    "describeStacks",
    "TokenAlreadyExistsException",
    "CloudFormation.TokenAlreadyExistsException",
  ],
  cloudwatch: ["cloudwatch", "describeAlarms", "InternalServiceFault", "CloudWatch.InternalServiceException"],
  dynamodb: [
    "dynamodb",
    "listTables",
    "ProvisionedThroughputExceededException",
    "DynamoDb.ProvisionedThroughputExceededException",
  ],
  dynamodbstreams: [
    "dynamodbstreams",
    "listStreams",
    "ExpiredIteratorException",
    "DynamoDbStreams.ExpiredIteratorException",
  ],
  ec2: ["ec2", "describeVpcs", "RequestLimitExceeded", "Ec2.RequestLimitExceededException"],
  ecr: ["ecr", "describeRepositories", "ServerException", "Ecr.ServerException"],
  ecs: ["ecs", "listClusters", "ServerException", "Ecs.ServerException"],
  elasticache: [
    "elasticache",
    "describeCacheClusters",
    "CacheClusterNotFound",
    "ElastiCache.CacheClusterNotFoundException",
  ],
  events: [
    "eventbridge",
    "listRules",
    "ConcurrentModificationException",
    "EventBridge.ConcurrentModificationException",
  ],
  fis: ["fis", "listExperiments", "ConflictException", "Fis.ConflictException"],
  iam: ["iam", "listRoles", "ServiceFailure", "Iam.ServiceFailureException"],
  kinesis: ["kinesis", "listStreams", "KMSThrottlingException", "Kinesis.KmsThrottlingException"],
  kms: ["kms", "listKeys", "KMSInternalException", "Kms.KmsInternalException"],
  lambda: ["lambda", "listFunctions", "EC2ThrottledException", "Lambda.Ec2ThrottledException"],
  logs: [
    "cloudwatchlogs",
    "describeLogGroups",
    "ServiceUnavailableException",
    "CloudWatchLogs.ServiceUnavailableException",
  ],
  pipes: ["pipes", "listPipes", "InternalException", "Pipes.InternalException"],
  rds: ["rds", "describeDBInstances", "DBInstanceNotFound", "Rds.DbInstanceNotFoundException"],
  "rds-data": [
    "rdsdata",
    "executeStatement",
    "ServiceUnavailableError",
    "RdsData.ServiceUnavailableErrorException",
  ],
  "resource-groups": [
    "resourcegroups",
    "listGroups",
    "TooManyRequestsException",
    "ResourceGroups.TooManyRequestsException",
  ],
  resourcegroupstaggingapi: [
    "resourcegroupstaggingapi",
    "getResources",
    "ThrottledException",
    "ResourceGroupsTaggingApi.ThrottledException",
  ],
  s3: ["s3", "listBuckets", "SlowDown", "S3.SlowDownException"],
  s3control: [
    "s3control",
    "listAccessPoints",
    "InternalServiceException",
    "S3Control.InternalServiceException",
  ],
  scheduler: ["scheduler", "listSchedules", "ThrottlingException", "Scheduler.ThrottlingException"],
  secretsmanager: [
    "secretsmanager",
    "listSecrets",
    "InternalServiceError",
    "SecretsManager.InternalServiceErrorException",
  ],
  sns: ["sns", "listTopics", "KMSDisabled", "Sns.KmsDisabledException"],
  sqs: ["sqs", "listQueues", "OverLimit", "Sqs.OverLimitException"],
  ssm: ["ssm", "describeParameters", "InternalServerError", "Ssm.InternalServerErrorException"],
  stepfunctions: ["sfn", "listStateMachines", "InvalidToken", "Sfn.InvalidTokenException"],
  xray: ["xray", "getSamplingRules", "ThrottledException", "XRay.ThrottledException"],
  sts: ["sts", "getCallerIdentity", "RegionDisabledException", "Sts.RegionDisabledException"],
};

/** The services that are served; a data plane is no API. */
const served = readdirSync(fileURLToPath(new URL("..", import.meta.url))).filter(
  (name) => name !== "execute-api",
);

test("an injected fault of every service arrives under the name that a Catch must match", async () => {
  await using bed = await Bed.start();
  const Branches = [];
  const rows = Object.entries(NAMES).filter(([service]) => served.includes(service));
  for (const [at, [service, [id, action, code, name]]] of rows.entries()) {
    await bed.cloud.faults.add({
      match: { service, operation: action.charAt(0).toUpperCase() + action.slice(1), account: bed.account },
      effect: "error",
      params: { code },
    });
    Branches.push({
      StartAt: `Try ${at}`,
      States: {
        [`Try ${at}`]: {
          Type: "Task",
          Resource: `arn:aws:states:::aws-sdk:${id}:${action}`,
          Parameters: {},
          Catch: [{ ErrorEquals: [name], Next: `Caught ${at}` }],
          End: true,
        },
        [`Caught ${at}`]: { Type: "Pass", InputPath: "$.Error", End: true },
      },
    });
  }
  const { output, cause } = await bed.run({
    StartAt: "All",
    States: { All: { Type: "Parallel", Branches, End: true } },
  });
  assert.deepEqual(
    JSON.parse(output ?? `"${cause}"`),
    rows.map(([, [, , , name]]) => name),
  );
});

test("every service is in the table", () => {
  assert.deepEqual(
    served.filter((name) => NAMES[name] === undefined),
    [],
  );
});
