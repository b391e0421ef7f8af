import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type ContainerDefinition, ECS } from "@aws-sdk/client-ecs";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { SQS } from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";

const cloud = await testCloud();
after(() => cloud.stop());

const WAITS = "process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000)";

async function world(program = WAITS, more: Partial<ContainerDefinition> = {}) {
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const ecs = new ECS(options);
  const register = async (code: string, changed: Partial<ContainerDefinition> = {}) =>
    (
      await ecs.registerTaskDefinition({
        family: "web",
        containerDefinitions: [
          { name: "app", image: "web", memory: 128, command: ["node", "-e", code], ...more, ...changed },
        ],
      })
    ).taskDefinition?.taskDefinitionArn;
  await register(program);
  const create = (input: object = {}) =>
    ecs.createService({ serviceName: "web", taskDefinition: "web", desiredCount: 2, ...input });
  const describe = async () => (await ecs.describeServices({ services: ["web"] })).services?.[0];
  const steady = (count: number) =>
    until(describe, (service) =>
      Boolean(
        service?.runningCount === count &&
          service.deployments?.length === 1 &&
          service.deployments[0]?.rolloutState === "COMPLETED",
      ),
    );
  const tasks = async () => (await ecs.listTasks({ serviceName: "web" })).taskArns ?? [];
  return { account, options, ecs, register, create, describe, steady, tasks };
}

test("a service keeps its count: a task that is stopped or ends is replaced", async () => {
  const { ecs, create, steady, tasks } = await world();
  await create();
  const service = await steady(2);
  assert.match(service?.events?.[0]?.message ?? "", /^\(service web\) has reached a steady state\.$/);
  const [first = "", second] = await tasks();
  await ecs.stopTask({ task: first });
  await until(tasks, (now) => now.length === 2 && !now.includes(first) && now.includes(second ?? ""));
  await steady(2);
  await ecs.updateService({ service: "web", desiredCount: 1 });
  await steady(1);
});

test("a new task definition is rolled out with the old tasks there until the new ones are", async () => {
  const { ecs, register, create, steady, tasks } = await world();
  await create();
  await steady(2);
  const before = await tasks();
  const arn = await register(WAITS);
  const { service } = await ecs.updateService({ service: "web", taskDefinition: arn ?? "" });
  assert.deepEqual(
    service?.deployments?.map(({ status, rolloutState }) => [status, rolloutState]),
    [
      ["PRIMARY", "IN_PROGRESS"],
      ["ACTIVE", "COMPLETED"],
    ],
  );
  const after = await steady(2);
  assert.equal(after?.taskDefinition, arn);
  assert.deepEqual(
    (await tasks()).filter((task) => before.includes(task)),
    [],
  );
});

test("a deployment whose tasks fail again and again is broken off and rolled back, and EventBridge hears of it", async () => {
  const { options, account, ecs, register, create, describe, steady } = await world();
  const events = new EventBridge(options);
  const sqs = new SQS(options);
  const { QueueUrl = "" } = await sqs.createQueue({ QueueName: "heard" });
  await events.putRule({
    Name: "ecs",
    EventPattern: JSON.stringify({ source: ["aws.ecs"], "detail-type": ["ECS Deployment State Change"] }),
  });
  await events.putTargets({
    Rule: "ecs",
    Targets: [{ Id: "q", Arn: `arn:aws:sqs:us-east-1:${account}:heard` }],
  });
  await create({
    desiredCount: 1,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  });
  await until(describe, (service) => service?.runningCount === 1);
  await cloud.clock.advance("PT10S");
  const before = await steady(1);
  // There is no such parameter: no task of it gets as far as RUNNING.
  await register(WAITS, { secrets: [{ name: "SECRET", valueFrom: "/not/there" }] });
  await ecs.updateService({ service: "web", taskDefinition: "web" });
  for (let n = 0; n < 4; n++) {
    await cloud.settle();
    await cloud.clock.advance("PT10M");
  }
  const after = await until(
    () => steady(1),
    (service) => service?.taskDefinition === before?.taskDefinition,
  );
  assert.ok(
    after?.events?.some(({ message = "" }) => /deployment failed: tasks failed to start\.$/.test(message)),
  );
  const names = new Set<string>();
  await until(
    async () => {
      const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
      for (const { Body = "{}" } of Messages) names.add(JSON.parse(Body).detail.eventName);
      return names;
    },
    () => names.has("SERVICE_DEPLOYMENT_FAILED") && names.has("SERVICE_DEPLOYMENT_COMPLETED"),
  );
});

test("tasks that die at once trip the circuit breaker, whatever they say as they end", async () => {
  for (const code of [1, 0]) {
    const { ecs, create, describe, tasks } = await world(`process.exit(${code})`);
    await create({
      desiredCount: 1,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    const seen = new Set<string>();
    const failed = await until(describe, (service) => {
      seen.add(service?.deployments?.[0]?.rolloutState ?? "");
      return seen.has("FAILED");
    });
    assert.deepEqual([...seen], ["IN_PROGRESS", "FAILED"]);
    const [deployment] = failed.deployments ?? [];
    assert.equal(deployment?.rolloutStateReason, "ECS deployment circuit breaker: tasks failed to start.");
    assert.equal(deployment.failedTasks, 3);
    const said = (failed.events ?? []).map(({ message = "" }) => message);
    assert.equal(
      said[0],
      `(service web) (deployment ${deployment.id}) deployment failed: tasks failed to start.`,
    );
    assert.ok(!said.some((message) => message.includes("steady state")));
    // It has nothing to go back to, and starts nothing any more.
    await cloud.clock.advance("PT30M");
    await cloud.settle();
    assert.deepEqual(await tasks(), []);
    const started = (await describe())?.events?.filter(({ message = "" }) => message.includes("has started"));
    assert.equal(started?.length, 3);
    assert.equal((await ecs.listTasks({ desiredStatus: "STOPPED" })).taskArns?.length, 3);
  }
});

test("a rollout whose tasks die at once leaves the old ones there, and goes back to them", async () => {
  const { register, create, steady, tasks, ecs, describe } = await world();
  await create({
    desiredCount: 2,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  });
  await until(describe, (service) => service?.runningCount === 2);
  await cloud.clock.advance("PT10S");
  const before = await steady(2);
  const there = await tasks();
  await register("process.exit(1)");
  await ecs.updateService({ service: "web", taskDefinition: "web" });
  const back = await until(describe, (service) =>
    Boolean(service?.events?.some(({ message = "" }) => message.includes("rolling back to deployment"))),
  );
  const old = before.deployments?.[0]?.id;
  assert.equal(back.deployments?.[0]?.id, old);
  assert.equal(back.taskDefinition, before.taskDefinition);
  assert.ok(
    back.events?.some(({ message }) => message === `(service web) rolling back to deployment ${old}.`),
  );
  assert.deepEqual((await tasks()).sort(), there.sort());
  await cloud.clock.advance("PT10S");
  await steady(2);
});

test("an unhealthy task is replaced", async () => {
  const { create, describe, ecs, tasks } = await world(WAITS, {
    healthCheck: { command: ["CMD-SHELL", "exit 1"], retries: 2 },
  });
  await create({ desiredCount: 1 });
  const [first = ""] = await until(tasks, (now) => now.length === 1);
  await until(
    async () => {
      await cloud.clock.advance("PT2S");
      return (await ecs.describeTasks({ tasks: [first] })).tasks?.[0];
    },
    (task) => task?.lastStatus === "STOPPED",
  );
  const { tasks: described = [] } = await ecs.describeTasks({ tasks: [first] });
  assert.equal(described[0]?.stoppedReason, "Task failed container health checks");
  assert.equal((await describe())?.desiredCount, 1);
  await ecs.deleteService({ service: "web", force: true });
});

test("a service is deleted with its tasks, and its cluster when nothing is in it", async () => {
  const { ecs, create, steady, describe } = await world();
  await create();
  await steady(2);
  await assert.rejects(ecs.deleteService({ service: "web" }), {
    name: "InvalidParameterException",
    message: "The service cannot be stopped while it is scaled above 0.",
  });
  await assert.rejects(ecs.deleteCluster({ cluster: "default" }), {
    name: "ClusterContainsServicesException",
  });
  await ecs.deleteService({ service: "web", force: true });
  await until(describe, (service) => service?.status === "INACTIVE");
  const { cluster } = await ecs.deleteCluster({ cluster: "default" });
  assert.equal(cluster?.status, "INACTIVE");
});

test("what runs on an instance that is drained moves to another", async () => {
  const { ecs, create, steady, tasks } = await world();
  await create();
  await steady(2);
  const { containerInstanceArns = [] } = await ecs.listContainerInstances({});
  assert.equal(containerInstanceArns.length, 2);
  const [drained = ""] = containerInstanceArns;
  await ecs.updateContainerInstancesState({ containerInstances: [drained], status: "DRAINING" });
  await until(
    async () => (await ecs.describeTasks({ tasks: await tasks() })).tasks ?? [],
    (now) =>
      now.length === 2 &&
      now.every(
        ({ containerInstanceArn, lastStatus }) =>
          containerInstanceArn !== drained && lastStatus === "RUNNING",
      ),
  );
});
