import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { Cloud } from "../../index.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud({ listen: false });
});
after(() => cloud.stop());

type Answer = Record<string, unknown>;

const OF_ORDERS = {
  ServiceNamespace: "dynamodb",
  ResourceId: "table/orders",
  ScalableDimension: "dynamodb:table:WriteCapacityUnits",
};

/** A table with five units of each kind, whose writes are a target of one to ten units. */
async function scaledTable() {
  const account = newAccount();
  const call = <O = Answer>(service: string, operation: string, input: object) =>
    cloud.call<O>(service, operation, input, { account });
  await call("dynamodb", "CreateTable", {
    TableName: "orders",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  });
  const scale = <O = Answer>(operation: string, input: object = {}) =>
    call<O>("application-autoscaling", operation, { ...OF_ORDERS, ...input });
  await scale("RegisterScalableTarget", { MinCapacity: 1, MaxCapacity: 10 });
  const units = async () => {
    const { Table } = await call<{ Table: { ProvisionedThroughput: Answer } }>("dynamodb", "DescribeTable", {
      TableName: "orders",
    });
    const { ReadCapacityUnits, WriteCapacityUnits } = Table.ProvisionedThroughput;
    return [ReadCapacityUnits, WriteCapacityUnits];
  };
  const activities = async () => {
    const { ScalingActivities } = await scale<{ ScalingActivities: Answer[] }>("DescribeScalingActivities");
    return ScalingActivities.map(({ Description, Cause, StatusCode }) => [Description, Cause, StatusCode]);
  };
  return { account, call, scale, units, activities };
}

const arrives = async (units: () => Promise<unknown[]>, writes: number) =>
  until(async () => (await units())[1] === writes);

describe("a step scaling policy", () => {
  test("is carried out by its alarm, each minute that it goes on, up to the target's limit", async () => {
    const { call, scale, units, activities } = await scaledTable();
    const { PolicyARN } = await scale("PutScalingPolicy", {
      PolicyName: "more",
      PolicyType: "StepScaling",
      StepScalingPolicyConfiguration: {
        AdjustmentType: "ChangeInCapacity",
        StepAdjustments: [
          { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 50, ScalingAdjustment: 1 },
          { MetricIntervalLowerBound: 50, ScalingAdjustment: 3 },
        ],
      },
    });
    assert.match(
      String(PolicyARN),
      /^arn:aws:autoscaling:us-east-1:\d{12}:scalingPolicy:[0-9a-f-]{36}:resource\/dynamodb\/table\/orders:policyName\/more$/,
    );
    await call("cloudwatch", "PutMetricAlarm", {
      AlarmName: "busy",
      Namespace: "Shop",
      MetricName: "Load",
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 100,
      ComparisonOperator: "GreaterThanThreshold",
      AlarmActions: [PolicyARN],
    });
    const alarm = (StateValue: string, value?: number) =>
      call("cloudwatch", "SetAlarmState", {
        AlarmName: "busy",
        StateValue,
        StateReason: "said",
        ...(value !== undefined && {
          StateReasonData: JSON.stringify({ recentDatapoints: [value], threshold: 100 }),
        }),
      });
    await alarm("ALARM", 160);
    await arrives(units, 8);
    assert.deepEqual(await units(), [5, 8]);
    assert.deepEqual(await activities(), [
      [
        "Setting write capacity units to 8.",
        "monitor alarm busy in state ALARM triggered policy more",
        "Successful",
      ],
    ]);
    await cloud.clock.advance("PT1M");
    await arrives(units, 10);
    await alarm("OK");
    await alarm("ALARM", 110);
    assert.deepEqual(await units(), [5, 10]);
  });
});

describe("a target tracking policy", () => {
  test("has two alarms, scales out by how far the metric is from its target, and in slowly", async () => {
    const { call, scale, units } = await scaledTable();
    const { Alarms } = await scale<{ Alarms: { AlarmName: string }[] }>("PutScalingPolicy", {
      PolicyName: "track",
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 50,
        PredefinedMetricSpecification: { PredefinedMetricType: "DynamoDBWriteCapacityUtilization" },
      },
    });
    const described = async () => {
      const { MetricAlarms } = await call<{ MetricAlarms: Answer[] }>("cloudwatch", "DescribeAlarms", {
        AlarmNamePrefix: "TargetTracking-table/orders-",
      });
      return MetricAlarms.map(({ MetricName, ComparisonOperator, Threshold, EvaluationPeriods }) => [
        MetricName,
        ComparisonOperator,
        Threshold,
        EvaluationPeriods,
      ]);
    };
    // Half of five units for sixty seconds, and nine tenths of that.
    assert.deepEqual(await described(), [
      ["ConsumedWriteCapacityUnits", "GreaterThanThreshold", 150, 2],
      ["ConsumedWriteCapacityUnits", "LessThanThreshold", 135, 15],
    ]);
    const [high, low] = Alarms;
    const alarm = (AlarmName: string | undefined, value: number) =>
      call("cloudwatch", "SetAlarmState", {
        AlarmName,
        StateValue: "ALARM",
        StateReason: "said",
        StateReasonData: JSON.stringify({ recentDatapoints: [value] }),
      });
    await alarm(high?.AlarmName, 240);
    await arrives(units, 8);
    // What is watched follows from what there is.
    await until(async () => (await described())[0]?.[2] === 240);
    await call("cloudwatch", "SetAlarmState", {
      AlarmName: high?.AlarmName,
      StateValue: "OK",
      StateReason: "said",
    });
    await alarm(low?.AlarmName, 30);
    await arrives(units, 1);
    await scale("DeleteScalingPolicy", { PolicyName: "track" });
    assert.deepEqual(await described(), []);
  });

  test("that does not scale in leaves the capacity as it is", async () => {
    const { call, scale, units, activities } = await scaledTable();
    const { Alarms } = await scale<{ Alarms: { AlarmName: string }[] }>("PutScalingPolicy", {
      PolicyName: "out",
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 50,
        DisableScaleIn: true,
        CustomizedMetricSpecification: { Namespace: "Shop", MetricName: "Load", Statistic: "Average" },
      },
    });
    for (const { AlarmName } of Alarms.toReversed())
      await call("cloudwatch", "SetAlarmState", { AlarmName, StateValue: "ALARM", StateReason: "said" });
    await arrives(units, 6);
    assert.equal((await activities()).length, 1);
  });
});

test("a scheduled action changes the limits at its time, and the capacity that is outside of them", async () => {
  const { scale, units, activities } = await scaledTable();
  const at = new Date(cloud.clock.now() + 60_000).toISOString().slice(0, 19);
  await scale("PutScheduledAction", {
    ScheduledActionName: "morning",
    Schedule: `at(${at})`,
    ScalableTargetAction: { MinCapacity: 20, MaxCapacity: 30 },
  });
  await cloud.clock.advance("PT59S");
  assert.deepEqual(await units(), [5, 5]);
  await cloud.clock.advance("PT2S");
  await arrives(units, 20);
  assert.deepEqual(await activities(), [
    ["Setting write capacity units to 20.", "minimum capacity was set to 20", "Successful"],
    [
      "Setting minimum capacity to 20 and maximum capacity to 30",
      "scheduled action name morning was triggered",
      "Successful",
    ],
  ]);
  const { ScalableTargets } = await scale<{ ScalableTargets: Answer[] }>("DescribeScalableTargets");
  assert.deepEqual([ScalableTargets[0]?.["MinCapacity"], ScalableTargets[0]?.["MaxCapacity"]], [20, 30]);
});

test("a target takes its policies, their alarms and its scheduled actions with it", async () => {
  const { call, scale } = await scaledTable();
  await scale("PutScalingPolicy", {
    PolicyName: "track",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 50,
      PredefinedMetricSpecification: { PredefinedMetricType: "DynamoDBWriteCapacityUtilization" },
    },
  });
  await scale("PutScheduledAction", {
    ScheduledActionName: "daily",
    Schedule: "cron(0 8 * * ? *)",
    Timezone: "Europe/Berlin",
    ScalableTargetAction: { MinCapacity: 2 },
  });
  await scale("DeregisterScalableTarget");
  const left = await Promise.all([
    scale("DescribeScalableTargets"),
    scale("DescribeScalingPolicies"),
    scale("DescribeScheduledActions"),
    call("cloudwatch", "DescribeAlarms", {}),
  ]);
  assert.deepEqual(
    left.map((answer) => (Object.values(answer)[0] as unknown[]).length),
    [0, 0, 0, 0],
  );
});

/** What is refused: the operation, what its input has of its own, and the answer. */
const REFUSED: Record<string, [operation: string, input: object, code: string, message: string | RegExp]> = {
  "a policy for what is no target": [
    "PutScalingPolicy",
    { ScalableDimension: "dynamodb:table:ReadCapacityUnits", PolicyName: "p", PolicyType: "StepScaling" },
    "ObjectNotFoundException",
    "No scalable target registered for service namespace: dynamodb, resource ID: table/orders, scalable dimension: dynamodb:table:ReadCapacityUnits",
  ],
  "a table that is not there": [
    "RegisterScalableTarget",
    { ResourceId: "table/nobody", MinCapacity: 1, MaxCapacity: 2 },
    "ValidationException",
    "DynamoDB table does not exist: table/nobody",
  ],
  "an ECS service that is not there": [
    "RegisterScalableTarget",
    {
      ServiceNamespace: "ecs",
      ResourceId: "service/default/web",
      ScalableDimension: "ecs:service:DesiredCount",
      MinCapacity: 1,
      MaxCapacity: 2,
    },
    "ValidationException",
    "ECS service doesn't exist: service/default/web",
  ],
  "a resource of another dimension": [
    "RegisterScalableTarget",
    { ResourceId: "service/default/web", MinCapacity: 1, MaxCapacity: 2 },
    "ValidationException",
    "Unsupported service namespace, resource type or scalable dimension",
  ],
  "limits that cross": [
    "RegisterScalableTarget",
    { MinCapacity: 11 },
    "ValidationException",
    /Maximum capacity/,
  ],
  "a dimension that is not scaled here": [
    "RegisterScalableTarget",
    {
      ServiceNamespace: "rds",
      ResourceId: "cluster:shop",
      ScalableDimension: "rds:cluster:ReadReplicaCount",
      MinCapacity: 1,
      MaxCapacity: 2,
    },
    "ValidationException",
    "Squall does not scale rds:cluster:ReadReplicaCount.",
  ],
  "a schedule that is none": [
    "PutScheduledAction",
    { ScheduledActionName: "a", Schedule: "daily", ScalableTargetAction: { MinCapacity: 1 } },
    "ValidationException",
    /daily/,
  ],
  "a label that names no target group": [
    "PutScalingPolicy",
    {
      PolicyName: "p",
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 100,
        PredefinedMetricSpecification: {
          PredefinedMetricType: "ALBRequestCountPerTarget",
          ResourceLabel: "app/web/0123456789abcdef",
        },
      },
    },
    "ValidationException",
    /^ResourceLabel must be specified as app/,
  ],
  "steps with a gap": [
    "PutScalingPolicy",
    {
      PolicyName: "p",
      PolicyType: "StepScaling",
      StepScalingPolicyConfiguration: {
        AdjustmentType: "ChangeInCapacity",
        StepAdjustments: [
          { MetricIntervalUpperBound: 0, ScalingAdjustment: 1 },
          { MetricIntervalLowerBound: 10, ScalingAdjustment: 3 },
        ],
      },
    },
    "ValidationException",
    /gap/,
  ],
};

for (const [what, [operation, input, code, message]] of Object.entries(REFUSED))
  test(`${what} is refused`, async () => {
    const { scale } = await scaledTable();
    await assert.rejects(scale(operation, input), { code, message });
  });
