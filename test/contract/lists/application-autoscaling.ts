import type { Call, ListCase } from "../lists.ts";

const PAGES = { size: "MaxResults", token: "NextToken", next: "NextToken" } as const;

const table = (call: Call, TableName: string) =>
  call(
    "CreateTable",
    {
      TableName,
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
    },
    "dynamodb",
  );

const of = (name: string) => ({
  ServiceNamespace: "dynamodb",
  ResourceId: `table/${name}`,
  ScalableDimension: "dynamodb:table:ReadCapacityUnits",
});

async function target(call: Call, name: string): Promise<unknown> {
  await table(call, name);
  return call("RegisterScalableTarget", { ...of(name), MinCapacity: 1, MaxCapacity: 10 });
}

export const lists: readonly ListCase[] = [
  {
    service: "application-autoscaling",
    operation: "DescribeScalableTargets",
    ...PAGES,
    items: "ScalableTargets",
    input: () => ({ ServiceNamespace: "dynamodb" }),
    add: target,
    remove: (call, name) => call("DeregisterScalableTarget", of(name)),
    nameOf: ({ ResourceId }: { ResourceId: string }) => ResourceId.replace("table/", ""),
  },
  {
    service: "application-autoscaling",
    operation: "DescribeScalingPolicies",
    ...PAGES,
    items: "ScalingPolicies",
    input: () => ({ ServiceNamespace: "dynamodb" }),
    prepare: (call) => target(call, "orders"),
    add: (call, PolicyName) =>
      call("PutScalingPolicy", {
        ...of("orders"),
        PolicyName,
        PolicyType: "StepScaling",
        StepScalingPolicyConfiguration: {
          AdjustmentType: "ChangeInCapacity",
          StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
        },
      }),
    remove: (call, PolicyName) => call("DeleteScalingPolicy", { ...of("orders"), PolicyName }),
    nameOf: ({ PolicyName }: { PolicyName: string }) => PolicyName,
  },
  {
    service: "application-autoscaling",
    operation: "DescribeScheduledActions",
    ...PAGES,
    items: "ScheduledActions",
    input: () => ({ ServiceNamespace: "dynamodb" }),
    prepare: (call) => target(call, "orders"),
    add: (call, ScheduledActionName) =>
      call("PutScheduledAction", {
        ...of("orders"),
        ScheduledActionName,
        Schedule: "rate(1 day)",
        ScalableTargetAction: { MinCapacity: 2 },
      }),
    remove: (call, ScheduledActionName) =>
      call("DeleteScheduledAction", { ...of("orders"), ScheduledActionName }),
    nameOf: ({ ScheduledActionName }: { ScheduledActionName: string }) => ScheduledActionName,
  },
];
