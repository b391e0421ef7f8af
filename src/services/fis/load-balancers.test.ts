import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { StopExperimentCommand } from "@aws-sdk/client-fis";
import { testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { aTarget, balancedOn } from "../elbv2/fixture.test.ts";
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
  assert.ok(answers.length > 0);
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

/** A load balancer with a target in each of two zones, which ARC may shift, and experiments on it. */
async function twoZones(options: Parameters<typeof laboratory>[0] = {}) {
  const lab = await laboratory(options);
  const balanced = await balancedOn(lab.cloud, lab.account);
  const a = await aTarget("a");
  const b = await aTarget("b");
  const { arn, host } = await balanced.balancer("zones");
  const group = await balanced.group("zones");
  await balanced.listen(arn, group, 18_110);
  await balanced.register(group, { port: a.port, zone: "us-east-1a" }, { port: b.port, zone: "us-east-1b" });
  await balanced.areAll(group, "healthy");
  await balanced.call("elbv2", "ModifyLoadBalancerAttributes", {
    LoadBalancerArn: arn,
    Attributes: [{ Key: "zonal_shift.config.enabled", Value: "true" }],
  });
  const answering = async (cloud = lab.cloud) => {
    const said = new Set<string>();
    for (let n = 0; n < 4; n++) {
      const answer = await fetch(cloud.url, { headers: { "x-forwarded-host": host } });
      said.add(await answer.text());
    }
    return [...said].sort().join();
  };
  const begin = (parameters: Record<string, string> = {}) =>
    lab.start({
      targets: {
        all: {
          resourceType: "aws:arc:zonal-shift-managed-resource",
          resourceArns: [arn],
          selectionMode: "ALL",
        },
      },
      actions: {
        shift: {
          actionId: "aws:arc:start-zonal-autoshift",
          parameters: {
            duration: "PT10M",
            availabilityZoneIdentifier: "us-east-1a",
            zonalAutoshiftStatus: "ANY",
            ...parameters,
          },
          targets: { ManagedResources: "all" },
        },
      },
    });
  const is = (id: string, status: string) =>
    until(
      () => lab.get(id),
      ({ state }) => state?.status === status,
    );
  const end = async () => {
    await lab.cloud.stop();
    await Promise.all([a.stop(), b.stop()]);
  };
  return { ...lab, ...balanced, arn, zones: group, answering, begin, is, [Symbol.asyncDispose]: end };
}

test("aws:arc:start-zonal-autoshift takes traffic away from a zone, until its time is over or it is stopped", async () => {
  await using lab = await twoZones();
  assert.equal(await lab.answering(), "a,b");
  const id = await lab.begin();
  await until(async () => (await lab.answering()) === "b");
  await lab.cloud.clock.advance(10 * 60_000);
  await lab.is(id, "completed");
  assert.equal(await lab.answering(), "a,b");
  const second = await lab.begin({ availabilityZoneIdentifier: "use1-az2" });
  await until(async () => (await lab.answering()) === "a");
  await lab.fis.send(new StopExperimentCommand({ id: second }));
  await lab.is(second, "stopped");
  assert.equal(await lab.answering(), "a,b");
});

test("it fails where none of its targets is of its types and in its autoshift status", async () => {
  await using lab = await twoZones();
  for (const parameters of [{ zonalAutoshiftStatus: "ENABLED" }, { managedResourceTypes: "NLB" }] as Record<
    string,
    string
  >[]) {
    const id = await lab.begin(parameters);
    const { state } = await lab.is(id, "failed");
    assert.match(state?.reason ?? "", /None of the targets is of the types/);
  }
});

test("what a process that is killed has shifted, the next one shifts back", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "squall-shift-"));
  const left = `${dataDir}-left`;
  const lab = await twoZones({ dataDir });
  try {
    await lab.begin();
    await until(async () => (await lab.answering()) === "b");
    // Its files as they are at this moment: that is what a process leaves that is killed.
    await cp(dataDir, left, { recursive: true });
    await using next = await testCloud({ dataDir: left });
    await until(async () => (await lab.answering(next)) === "a,b");
    const { items } = await next.call<{ items: { status: string }[] }>(
      "arc-zonal-shift",
      "ListZonalShifts",
      {},
      { account: lab.account, region: "us-east-1" },
    );
    assert.deepEqual(
      items.map(({ status }) => status),
      ["CANCELED"],
    );
  } finally {
    await lab[Symbol.asyncDispose]();
    for (const folder of [dataDir, left]) await rm(folder, { recursive: true, force: true });
  }
});

test("a zone whose subnet is cut off gets no answers, then no requests, and is back with the experiment's end", async () => {
  await using lab = await twoZones();
  const [subnet] = lab.subnets;
  assert.equal(subnet?.AvailabilityZone, "us-east-1a");
  const id = await lab.start({
    targets: {
      subnets: {
        resourceType: "aws:ec2:subnet",
        resourceArns: [`arn:aws:ec2:us-east-1:${lab.account}:subnet/${subnet.SubnetId}`],
        selectionMode: "ALL",
      },
    },
    actions: {
      cut: {
        actionId: "aws:network:disrupt-connectivity",
        parameters: { duration: "PT1H", scope: "all" },
        targets: { Subnets: "subnets" },
      },
    },
  });
  await lab.is(id, "running");
  await until(async () => {
    await lab.cloud.clock.advance(5_000);
    return (await lab.health(lab.zones)).some(
      ({ state, reason }) => state === "unhealthy" && reason === "Target.Timeout",
    );
  });
  assert.equal(await lab.answering(), "b");
  await lab.fis.send(new StopExperimentCommand({ id }));
  await lab.is(id, "stopped");
  await until(async () => {
    await lab.cloud.clock.advance(5_000);
    return (await lab.answering()) === "a,b";
  });
});
