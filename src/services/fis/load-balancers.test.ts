import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../test/until.ts";
import { balancedOn } from "../elbv2/fixture.test.ts";
import { laboratory } from "./fixture.test.ts";

const PROGRAM = `require("http").createServer((request, response) => response.end(String(process.pid)))
  .listen(process.env.PORT, "127.0.0.1")`;

/** A service of ECS's with two tasks behind an application load balancer. */
async function shop(more: object = {}, definition: object = {}, targetType: "instance" | "ip" = "instance") {
  const lab = await laboratory();
  const balanced = await balancedOn(lab.cloud, lab.account);
  const { arn, host } = await balanced.balancer("shop");
  const group = await balanced.group("web", { TargetType: targetType });
  await balanced.listen(arn, group, 18_100);
  const ecs = (operation: string, input: object) => balanced.call("ecs", operation, input);
  await ecs("RegisterTaskDefinition", {
    family: "web",
    containerDefinitions: [
      {
        name: "app",
        image: "web",
        memory: 128,
        command: ["node", "-e", PROGRAM],
        portMappings: [{ containerPort: 18_101 }],
      },
    ],
    ...definition,
  });
  await ecs("CreateService", {
    serviceName: "web",
    taskDefinition: "web",
    desiredCount: 2,
    loadBalancers: [{ targetGroupArn: group, containerName: "app", containerPort: 18_101 }],
    ...more,
  });
  const steady = () =>
    until(
      async () => (await ecs("DescribeServices", { services: ["web"] })).services[0],
      ({ runningCount, deployments }) => runningCount === 2 && deployments[0].rolloutState === "COMPLETED",
    );
  const tasks = async () => (await ecs("ListTasks", { serviceName: "web" })).taskArns as string[];
  const inService = async () =>
    (await balanced.health(group)).filter(({ state }) => state === "healthy").length;
  return { ...lab, ...balanced, host, web: group, ecs, steady, tasks, inService };
}

test("a task that FIS stops leaves its load balancer before it ends, and traffic goes on", async () => {
  await using lab = await shop();
  const { events } = await lab.steady();
  assert.equal(await lab.inService(), 2);
  const said = events.map(({ message }: { message: string }) => message);
  assert.ok(
    said.includes(`(service web) registered 1 targets in (target-group ${lab.web})`),
    said.join("\n"),
  );
  const [first = ""] = await lab.tasks();
  const answers: (number | string)[] = [];
  let isOver = false;
  const traffic = (async () => {
    while (!isOver) {
      const answer = await lab.ask(lab.host).catch((error: Error) => ({ status: error.message }));
      answers.push(answer.status);
    }
  })();
  await lab.start({
    targets: {
      tasks: { resourceType: "aws:ecs:task", resourceArns: [first], selectionMode: "ALL" },
    },
    actions: { stop: { actionId: "aws:ecs:stop-task", targets: { Tasks: "tasks" } } },
  });
  await until(async () => !(await lab.tasks()).includes(first));
  await until(async () => (await lab.tasks()).length === 2 && (await lab.inService()) === 2);
  isOver = true;
  await traffic;
  assert.ok(answers.length > 5);
  assert.deepEqual([...new Set(answers)], [200]);
});

test("a task that its load balancer finds unhealthy is ended and replaced", async () => {
  await using lab = await shop(
    {
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1", "subnet-2"] } },
    },
    { networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"], cpu: "256", memory: "512" },
    "ip",
  );
  await lab.steady();
  const before = await lab.tasks();
  const [sick = ""] = before;
  const blackhole = await lab.cloud.faults.add({
    point: "ecs:task",
    effect: "blackhole-port",
    params: { port: 18_101 },
    match: { resource: sick },
  });
  await until(async () => {
    await lab.cloud.clock.advance(5_000);
    return !(await lab.tasks()).includes(sick);
  });
  await lab.cloud.faults.remove(blackhole.id);
  await lab.steady();
  assert.equal((await lab.tasks()).length, 2);
  const { tasks } = await lab.ecs("DescribeTasks", { tasks: [sick] });
  assert.equal(tasks[0].stoppedReason, `Task failed ELB health checks in (target-group ${lab.web})`);
});

test("a service says what it lacks to be behind a load balancer", async () => {
  await using lab = await shop();
  const behind = (loadBalancer: object) =>
    lab.ecs("CreateService", {
      serviceName: "other",
      taskDefinition: "web",
      desiredCount: 1,
      loadBalancers: [{ containerName: "app", containerPort: 18_101, ...loadBalancer }],
    });
  const alone = await lab.group("alone");
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ targetGroupArn: alone }, /does not have an associated load balancer\.$/],
    [{ targetGroupArn: `${alone}0` }, /does not have an associated load balancer\.$/],
    [{ targetGroupArn: lab.web, containerName: "db" }, /^The container db does not exist/],
    [{ targetGroupArn: lab.web, containerPort: 1 }, /did not have a container port 1 defined\.$/],
    [{ loadBalancerName: "classic" }, /^Squall serves no classic load balancers/],
  ];
  for (const [given, message] of wrong)
    await assert.rejects(behind(given), { code: "InvalidParameterException", message });
});
