import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import type { Cloud } from "../../src/index.ts";
import { testCloud } from "../cloud.ts";
import { until } from "../until.ts";
import { WORKLOAD } from "../workload.ts";

/** What each service lists: nothing, in a cloud that has just started. */
const LISTS: readonly [service: string, operation: string, input?: object][] = [
  ["apigateway", "GetRestApis"],
  ["apigateway", "GetUsagePlans"],
  ["apigatewayv2", "GetApis"],
  ["cloudformation", "DescribeStacks"],
  ["cloudwatch", "DescribeAlarms"],
  ["cloudwatch", "ListMetrics"],
  ["dynamodb", "ListTables"],
  ["dynamodbstreams", "ListStreams"],
  // Ids are drawn, and what is listed is in their order: of the default network they are always the same.
  ["ec2", "DescribeVpcs", { Filters: [{ Name: "is-default", Values: ["true"] }] }],
  ["ec2", "DescribeSubnets", { Filters: [{ Name: "default-for-az", Values: ["true"] }] }],
  ["ec2", "DescribeInstances"],
  ["ec2", "DescribeVolumes"],
  ["ec2", "DescribeLaunchTemplates"],
  ["arc-zonal-shift", "ListZonalShifts"],
  ["elbv2", "DescribeLoadBalancers"],
  ["elbv2", "DescribeTargetGroups"],
  ["eks", "ListClusters"],
  ["elasticache", "DescribeReplicationGroups"],
  ["elasticache", "DescribeCacheClusters"],
  ["elasticache", "DescribeCacheParameterGroups"],
  ["elasticache", "DescribeCacheSubnetGroups"],
  ["elasticache", "DescribeEvents"],
  ["elasticache", "DescribeSnapshots"],
  ["elasticache", "DescribeUserGroups"],
  ["elasticache", "DescribeUsers"],
  ["dsql", "ListClusters"],
  ["memorydb", "DescribeACLs"],
  ["memorydb", "DescribeClusters"],
  ["memorydb", "DescribeEvents"],
  ["memorydb", "DescribeMultiRegionClusters"],
  ["memorydb", "DescribeParameterGroups"],
  ["memorydb", "DescribeSnapshots"],
  ["memorydb", "DescribeSubnetGroups"],
  ["memorydb", "DescribeUsers"],
  ["rds", "DescribeDBClusters"],
  ["rds", "DescribeDBClusterParameterGroups"],
  ["rds", "DescribeDBSubnetGroups"],
  ["autoscaling", "DescribeAutoScalingGroups"],
  ["cloudcontrol", "ListResourceRequests"],
  ["ecr", "DescribeRepositories"],
  ["ecs", "ListClusters"],
  ["ecs", "ListTaskDefinitions"],
  ["fis", "ListExperimentTemplates"],
  ["fis", "ListExperiments"],
  ["iam", "ListRoles"],
  ["events", "ListEventBuses"],
  ["events", "ListRules"],
  ["iam", "ListUsers"],
  ["kinesis", "ListStreams"],
  ["lambda", "ListFunctions"],
  ["logs", "DescribeLogGroups"],
  ["resource-groups", "ListGroups"],
  ["xray", "GetGroups"],
  ["xray", "GetSamplingRules"],
  ["resourcegroupstaggingapi", "GetResources"],
  ["s3", "ListBuckets"],
  ["s3control", "ListAccessPoints"],
  ["kms", "ListKeys"],
  ["kms", "ListAliases"],
  ["pipes", "ListPipes"],
  ["application-autoscaling", "DescribeScalableTargets", { ServiceNamespace: "dynamodb" }],
  ["route53", "ListHostedZones"],
  ["route53", "ListHealthChecks"],
  ["route53", "ListReusableDelegationSets"],
  ["scheduler", "ListSchedules"],
  ["secretsmanager", "ListSecrets"],
  ["sns", "ListTopics"],
  ["sns", "ListSubscriptions"],
  ["sqs", "ListQueues"],
  ["ssm", "DescribeParameters"],
  ["stepfunctions", "ListStateMachines"],
  ["sts", "GetCallerIdentity"],
];
/** Services without a list of their own: they call, or are called by, one that has. */
const WITHOUT_LISTS = ["apigatewaymanagementapi", "execute-api", "rds-data"];

/** Everything that the workload and the lists answer. */
async function run(cloud: Cloud): Promise<unknown> {
  const answers: unknown[] = [];
  const call = async (service: string, operation: string, input: object = {}) => {
    const answer = await cloud.call(service, operation, input);
    answers.push({ service, operation, answer: plain(answer) });
    return answer;
  };
  const list = async () => {
    for (const [service, operation, input] of LISTS) await call(service, operation, input);
  };
  await list();
  for (const step of WORKLOAD) {
    await step(call);
    await delivered(cloud);
  }
  await list();
  return answers;
}

/** What topics send by themselves has arrived, and been measured. */
async function delivered(cloud: Cloud): Promise<void> {
  await until(async () => {
    const { Metrics } = await cloud.call<{ Metrics: { MetricName: string }[] }>("cloudwatch", "ListMetrics", {
      Namespace: "AWS/SNS",
    });
    const names = new Set(Metrics.map(({ MetricName }) => MetricName));
    return names.has("NumberOfMessagesPublished") === names.has("NumberOfNotificationsDelivered");
  });
}

/** What an answer says, without its times and bodies. */
function plain(value: unknown): unknown {
  if (value instanceof Date || (typeof value === "number" && value > 1e9)) return "a time";
  if (value instanceof Uint8Array) return "bytes";
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member], i) => [UUID.test(name) ? `id ${i}` : name, plain(member)]),
  );
}

/** A secret's versions are by their ids. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CHANCE = "differs from run to run";

/** What two fresh clouds agree on. */
function agreed(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) {
    assert.equal(one.length, other.length, JSON.stringify([one, other]));
    return one.map((member, i) => agreed(member, other[i]));
  }
  if (isObject(one) && isObject(other)) {
    assert.deepEqual(Object.keys(one), Object.keys(other));
    return Object.fromEntries(
      Object.entries(one).map(([name, member]) => [name, agreed(member, other[name])]),
    );
  }
  assert.equal(typeof one, typeof other);
  return one === other ? one : CHANCE;
}

/** The same, with what is left to chance taken out where it is. */
function without(chance: unknown, value: unknown): unknown {
  if (chance === CHANCE) return typeof value === "string" ? CHANCE : value;
  if (Array.isArray(chance) && Array.isArray(value))
    return value.map((member, i) => without(chance[i], member));
  if (isObject(chance) && isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, without(chance[name], member)]),
    );
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

test("every served service is asked what it lists", () => {
  const asked = new Set([...LISTS.map(([service]) => service), ...WITHOUT_LISTS]);
  const served = readdirSync(new URL("../../src/services/", import.meta.url));
  assert.deepEqual(
    served.filter((name) => !asked.has(name)),
    [],
  );
});

test("after a reset every service answers as after a fresh start", async () => {
  await using cloud = await testCloud({ clockRate: 0 });
  await using other = await testCloud({ clockRate: 0 });
  const fresh = agreed(await run(cloud), await run(other));
  for (let round = 0; round < 2; round++) {
    await cloud.reset();
    assert.deepEqual(without(fresh, await run(cloud)), fresh);
  }
});

test("services that watch the others watch on after a reset", async () => {
  await using cloud = await testCloud();
  const metricsOf = async () => {
    await cloud.call("sqs", "CreateQueue", { QueueName: "watched" });
    const { id } = await cloud.call<{ id: string }>("apigateway", "CreateRestApi", { name: "watched" });
    assert.ok(id);
    await invoke(cloud);
    await cloud.clock.advance("PT2M");
    const { Metrics = [] } = await cloud.call<{ Metrics?: { MetricName: string }[] }>(
      "cloudwatch",
      "ListMetrics",
      { Namespace: "AWS/Lambda" },
    );
    return [...new Set(Metrics.map(({ MetricName }) => MetricName))].sort();
  };
  const before = await metricsOf();
  assert.ok(before.includes("Invocations"), before.join());
  await cloud.reset();
  assert.deepEqual(await metricsOf(), before);
});

async function invoke(cloud: Cloud): Promise<void> {
  const create = WORKLOAD.find((step) => step.toString().includes("CreateFunction"))!;
  await create(cloud.call);
  await cloud.call("lambda", "Invoke", { FunctionName: "f" });
}

test("a reset of one service leaves the others, and what they have under way", async () => {
  await using cloud = await testCloud();
  await cloud.call("sqs", "CreateQueue", { QueueName: "kept" });
  await cloud.call("sns", "CreateTopic", { Name: "gone" });
  await cloud.call("dynamodb", "CreateTable", {
    TableName: "Kept",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  await cloud.reset("sns");
  assert.deepEqual((await cloud.call("sns", "ListTopics", {}))["Topics"], []);
  assert.equal(((await cloud.call("sqs", "ListQueues", {}))["QueueUrls"] as string[]).length, 1);
  // A face of DynamoDB: they are one service, and go together.
  await cloud.reset("dynamodbstreams");
  assert.deepEqual((await cloud.call("dynamodb", "ListTables", {}))["TableNames"], []);
});

test("the rules of the start, and those of LocalStack's variables, are there again after a reset", async () => {
  await using cloud = await testCloud({
    faults: [{ id: "given", effect: "error", params: { kind: "throttle" }, match: { service: "kinesis" } }],
    environment: { DYNAMODB_ERROR_PROBABILITY: "1.0" },
  });
  const before = cloud.faults.list().map(({ id }) => id);
  assert.ok(before.length >= 2, before.join());
  await cloud.faults.add({ effect: "error", params: { kind: "throttle" }, match: { service: "sqs" } });
  await cloud.reset();
  assert.deepEqual(
    cloud.faults
      .list()
      .map(({ id }) => id)
      .sort(),
    before.sort(),
  );
});
