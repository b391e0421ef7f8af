import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ECS, type Task } from "@aws-sdk/client-ecs";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { Pipes } from "@aws-sdk/client-pipes";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SQS } from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

const cloud = await testCloud();
after(() => cloud.stop());

/** An account with a cluster and a definition of a task, which lasts. */
async function world() {
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const ecs = new ECS(options);
  const { cluster } = await ecs.createCluster({ clusterName: "yard" });
  const { taskDefinition } = await ecs.registerTaskDefinition({
    family: "job",
    containerDefinitions: [
      { name: "app", image: "job", memory: 64, command: ["node", "-e", "setInterval(() => {}, 1000)"] },
    ],
  });
  /** The tasks on the cluster, once there are so many. */
  const tasks = async (count: number): Promise<Task[]> => {
    const found = async () => {
      const { taskArns = [] } = await ecs.listTasks({ cluster: "yard" });
      return taskArns.length < count
        ? []
        : (await ecs.describeTasks({ cluster: "yard", tasks: taskArns })).tasks!;
    };
    return until(found, ({ length }) => length === count);
  };
  const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${account}:${resource}`;
  return {
    options,
    arn,
    tasks,
    RoleArn: `arn:aws:iam::${account}:role/starter`,
    clusterArn: cluster!.clusterArn!,
    TaskDefinitionArn: taskDefinition!.taskDefinitionArn!,
  };
}

const environmentOf = ({ overrides }: Task) =>
  overrides?.containerOverrides?.[0]?.environment?.map(({ name, value }) => `${name}=${value}`);

test("a rule runs tasks, with what its template makes of the event as their overrides", async () => {
  const { options, tasks, RoleArn, clusterArn, TaskDefinitionArn } = await world();
  const events = new EventBridge(options);
  await events.putRule({ Name: "orders", EventPattern: JSON.stringify({ source: ["shop"] }) });
  const target = { Id: "t", Arn: clusterArn, RoleArn };
  await assert.rejects(events.putTargets({ Rule: "orders", Targets: [target] }), {
    message: "Parameter(s) EcsParameters must be specified for target: t.",
  });
  const InputTemplate =
    '{"containerOverrides":[{"name":"app","environment":[{"name":"ORDER","value":<id>}]}]}';
  const { FailedEntryCount } = await events.putTargets({
    Rule: "orders",
    Targets: [
      {
        ...target,
        EcsParameters: {
          TaskDefinitionArn,
          TaskCount: 2,
          LaunchType: "EC2",
          Tags: [{ Key: "team", Value: "a" }],
        },
        InputTransformer: { InputPathsMap: { id: "$.detail.id" }, InputTemplate },
      },
    ],
  });
  assert.equal(FailedEntryCount, 0);
  const Detail = JSON.stringify({ id: "o-1" });
  await events.putEvents({ Entries: [{ Source: "shop", DetailType: "order", Detail }] });
  for (const task of await tasks(2)) {
    assert.equal(task.startedBy, "events-rule/orders");
    assert.equal(task.launchType, "EC2");
    assert.deepEqual(environmentOf(task), ["ORDER=o-1"]);
  }
});

test("a rule whose task cannot be placed sends its event to the dead-letter queue", async () => {
  const { options, arn, RoleArn, clusterArn } = await world();
  const [events, sqs] = [new EventBridge(options), new SQS(options)];
  const { QueueUrl } = await sqs.createQueue({ QueueName: "dead" });
  await events.putRule({ Name: "orders", EventPattern: JSON.stringify({ source: ["shop"] }) });
  const Targets = [
    {
      Id: "t",
      Arn: clusterArn,
      RoleArn,
      EcsParameters: { TaskDefinitionArn: arn("ecs", "task-definition/none:1") },
      DeadLetterConfig: { Arn: arn("sqs", "dead") },
      RetryPolicy: { MaximumRetryAttempts: 0 },
    },
  ];
  await events.putTargets({ Rule: "orders", Targets });
  await events.putEvents({ Entries: [{ Source: "shop", DetailType: "order", Detail: "{}" }] });
  const { Messages } = await until(
    () => sqs.receiveMessage({ QueueUrl, MessageAttributeNames: ["All"] }),
    ({ Messages = [] }) => Messages.length > 0,
  );
  const { ERROR_CODE, TARGET_ARN } = Messages![0]!.MessageAttributes!;
  assert.equal(TARGET_ARN?.StringValue, clusterArn);
  assert.match(ERROR_CODE?.StringValue ?? "", /./);
});

test("a schedule runs a task, and its input says how", async () => {
  const { options, tasks, RoleArn, clusterArn, TaskDefinitionArn } = await world();
  const scheduler = new Scheduler(options);
  const at = new Date(cloud.clock.now() + 60_000).toISOString().slice(0, 19);
  await scheduler.createSchedule({
    Name: "nightly",
    ScheduleExpression: `at(${at})`,
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: {
      Arn: clusterArn,
      RoleArn,
      EcsParameters: { TaskDefinitionArn, LaunchType: "EC2" },
      Input: JSON.stringify({
        containerOverrides: [{ name: "app", environment: [{ name: "WHEN", value: "night" }] }],
      }),
    },
  });
  await cloud.clock.advance("PT2M");
  const [task] = await tasks(1);
  assert.equal(task?.startedBy, "chronos-schedule/nightly");
  assert.deepEqual(environmentOf(task!), ["WHEN=night"]);
});

test("a pipe runs a task for each of its events, with what it reads in them", async () => {
  const { options, arn, tasks, RoleArn, clusterArn, TaskDefinitionArn } = await world();
  const [pipes, sqs] = [new Pipes(options), new SQS(options)];
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders" });
  const pipe = { Name: "p", RoleArn, Source: arn("sqs", "orders"), Target: clusterArn };
  await assert.rejects(pipes.createPipe(pipe), { name: "ValidationException" });
  await pipes.createPipe({
    ...pipe,
    TargetParameters: {
      EcsTaskParameters: {
        TaskDefinitionArn,
        LaunchType: "EC2",
        Overrides: {
          ContainerOverrides: [{ Name: "app", Environment: [{ name: "ORDER", value: "$.body.id" }] }],
        },
      },
    },
  });
  for (const id of ["o-1", "o-2"]) await sqs.sendMessage({ QueueUrl, MessageBody: JSON.stringify({ id }) });
  const environments = (await tasks(2)).flatMap(environmentOf).sort();
  assert.deepEqual(environments, ["ORDER=o-1", "ORDER=o-2"]);
});
