import assert from "node:assert/strict";
import { Agent, get } from "node:http";
import { test } from "node:test";
import { ECS } from "@aws-sdk/client-ecs";
import { StopExperimentCommand } from "@aws-sdk/client-fis";
import { clientOptions } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { laboratory } from "./fixture.test.ts";

/** Answers with how long AWS took to answer it, or with how long its own work took. */
const PROGRAM = `
  const http = require("http");
  const url = process.env.AWS_ENDPOINT_URL;
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "AmazonSQS.ListQueues",
  };
  const key = () => fetch(process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI, {
    headers: { authorization: process.env.AWS_CONTAINER_AUTHORIZATION_TOKEN },
  }).then((r) => r.json());
  http.createServer(async (request, response) => {
    if (request.url === "/pid") return response.end(String(process.pid));
    const { AccessKeyId } = await key();
    const startedAt = performance.now();
    const answer = await fetch(url, {
      method: "POST",
      body: "{}",
      signal: AbortSignal.timeout(5000),
      headers: { ...headers, authorization: "AWS4-HMAC-SHA256 Credential=" + AccessKeyId + "/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0" },
    }).then((r) => r.text(), (error) => error.name);
    response.end(JSON.stringify({ ms: performance.now() - startedAt, answer }));
  }).listen(process.env.PORT).keepAliveTimeout = 60_000;
`;

/** A service of one task that serves a port, and experiments on it. */
async function bed() {
  const lab = await laboratory();
  const ecs = new ECS(clientOptions(lab.cloud, lab.account));
  await ecs.registerTaskDefinition({
    family: "web",
    containerDefinitions: [
      {
        name: "app",
        image: "web",
        memory: 256,
        command: ["node", "-e", PROGRAM],
        portMappings: [{ containerPort: 18_070 }],
      },
    ],
  });
  await ecs.createService({ serviceName: "web", taskDefinition: "web", desiredCount: 1 });
  const task = async () => {
    const { taskArns = [] } = await ecs.listTasks({ serviceName: "web" });
    return taskArns[0] === undefined ? undefined : (await ecs.describeTasks({ tasks: taskArns })).tasks?.[0];
  };
  const running = await until(task, (one) => one?.lastStatus === "RUNNING");
  const arn = running?.taskArn ?? "";
  const port = running?.containers?.[0]?.networkBindings?.[0]?.hostPort;
  const ask = async (path = "/", patienceMs = 30_000): Promise<string> => {
    const signal = AbortSignal.timeout(patienceMs);
    const headers = { connection: "close" };
    return (await fetch(`http://127.0.0.1:${port}${path}`, { signal, headers })).text();
  };
  await until(() => ask("/pid").catch(() => undefined));
  const calls = async () => JSON.parse(await ask()) as { ms: number; answer: string };
  const timed = async () => {
    const startedAt = performance.now();
    await ask("/pid");
    return performance.now() - startedAt;
  };
  const start = (action: string, parameters: Record<string, string>, resourceArns = [arn]) =>
    lab.start({
      targets: { tasks: { resourceType: "aws:ecs:task", resourceArns, selectionMode: "ALL" } },
      actions: { act: { actionId: action, parameters, targets: { Tasks: "tasks" } } },
    });
  const is = (id: string, status: string) => until(async () => (await lab.states(id)).experiment === status);
  const acts = (id: string) =>
    until(async () => (await lab.get(id)).actions?.["act"]?.state?.status === "running");
  const stop = async (id: string) => {
    await lab.fis.send(new StopExperimentCommand({ id }));
    await is(id, "stopped");
  };
  const drain = (cluster: string) =>
    lab.start({
      targets: {
        clusters: {
          resourceType: "aws:ecs:cluster",
          resourceArns: [`arn:aws:ecs:us-east-1:${lab.account}:cluster/${cluster}`],
          selectionMode: "ALL",
        },
      },
      actions: {
        act: {
          actionId: "aws:ecs:drain-container-instances",
          parameters: { drainagePercentage: "50", duration: "PT10M" },
          targets: { Clusters: "clusters" },
        },
      },
    });
  return { ...lab, ecs, arn, port, task, ask, calls, timed, start, drain, is, acts, stop };
}

const { cloud, ecs, arn, port, task, ask, calls, timed, start, drain, is, acts, stop } = await bed();
test.after(() => cloud.stop());

/** Nothing slows a call: a machine that is busy slows some of them, and not all. */
const isQuick = () => until(async () => (await calls()).ms < 400);

test("aws:ecs:task-network-latency slows what a task calls and what it answers, and ends with the experiment", async () => {
  await isQuick();
  const id = await start("aws:ecs:task-network-latency", {
    duration: "PT10M",
    delayMilliseconds: "400",
    jitterMilliseconds: "0",
  });
  await acts(id);
  const { ms, answer } = await calls();
  assert.ok(ms >= 400, `${ms} ms`);
  assert.match(answer, /^\{/);
  // There and back.
  assert.ok((await timed()) >= 800);
  await stop(id);
  await isQuick();
  await until(async () => (await timed()) < 800);
});

test("a source is one service's answers, and one that Squall does not carry is refused by name", async () => {
  const id = await start("aws:ecs:task-network-latency", {
    duration: "PT10M",
    delayMilliseconds: "400",
    sources: "DYNAMODB",
  });
  await acts(id);
  // SQS is not DynamoDB.
  await isQuick();
  await stop(id);
  const other = await start("aws:ecs:task-network-latency", { duration: "PT1M", sources: "example.com" });
  await is(other, "failed");
});

/** A connection that stays, with one request under way at a time. */
function connection() {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<string>((resolve, reject) => {
      const request = get({ host: "127.0.0.1", port, path: "/pid", agent }, (response) => {
        response.setEncoding("utf8").on("data", resolve);
      });
      request.on("error", reject);
    });
  return { ask, [Symbol.dispose]: () => agent.destroy() };
}

/** What is asked on a connection that was there before, and on a new one: nothing comes until the fault is gone. */
async function nothingComesWhile(start: () => Promise<string>, end: (id: string) => Promise<void>) {
  using old = connection();
  using young = connection();
  const pid = await old.ask();
  assert.equal(await ask("/pid"), pid, "before");
  const id = await start();
  await acts(id);
  let answers = 0;
  const asked = [old, young].map(async (one) => {
    const answer = await one.ask();
    answers++;
    return answer;
  });
  await assert.rejects(ask("/pid", 500), { name: "TimeoutError" });
  assert.equal(answers, 0, "during");
  await end(id);
  // What was lost is sent again until it arrives: nobody has to ask anew.
  assert.deepEqual(await Promise.all(asked), [pid, pid], "after");
  assert.equal(await ask("/pid"), pid);
}

test("aws:ecs:task-network-packet-loss of everything lets nothing come back, and ends by its duration", async () => {
  assert.match((await calls()).answer, /^\{/);
  await nothingComesWhile(
    () => start("aws:ecs:task-network-packet-loss", { duration: "PT10M", lossPercent: "100" }),
    async (id) => {
      await cloud.clock.advance("PT11M");
      await is(id, "completed");
    },
  );
  assert.match((await calls()).answer, /^\{/);
});

test("what packets are lost of S3 alone leaves the task's ports alone", async () => {
  const parameters = { duration: "PT10M", lossPercent: "100", sources: "S3" };
  const id = await start("aws:ecs:task-network-packet-loss", parameters);
  await acts(id);
  assert.match((await calls()).answer, /^\{/);
  await stop(id);
});

test("of packets that are lost now and then none is missed: they come late", async () => {
  const id = await start("aws:ecs:task-network-packet-loss", { duration: "PT10M", lossPercent: "10" });
  await acts(id);
  await until(timed, (ms) => ms >= 200);
  await stop(id);
});

test("aws:ecs:task-network-blackhole-port takes connections that nothing comes of", () =>
  nothingComesWhile(
    () =>
      start("aws:ecs:task-network-blackhole-port", {
        duration: "PT10M",
        port: "18070",
        protocol: "tcp",
        trafficType: "ingress",
      }),
    stop,
  ));

test("latency is there on connections that were there before, and gone with the experiment", async () => {
  using old = connection();
  await old.ask();
  const ms = async () => {
    const startedAt = performance.now();
    await old.ask();
    return performance.now() - startedAt;
  };
  const parameters = { duration: "PT10M", delayMilliseconds: "300", jitterMilliseconds: "0" };
  const id = await start("aws:ecs:task-network-latency", parameters);
  await acts(id);
  assert.ok((await ms()) >= 600);
  await stop(id);
  await until(ms, (now) => now < 600);
});

test("aws:ecs:task-cpu-stress and -io-stress act on the task's processes alone, and are undone", async () => {
  for (const [action, parameters] of [
    ["aws:ecs:task-cpu-stress", { duration: "PT10M" }],
    ["aws:ecs:task-io-stress", { duration: "PT10M", workers: "1" }],
  ] as const) {
    const id = await start(action, parameters);
    await acts(id);
    assert.match(await ask("/pid"), /^\d+$/);
    await stop(id);
    assert.equal((await task())?.taskArn, arn);
  }
});

test("aws:ecs:task-kill-process ends a process by its name, and the service starts another task", async () => {
  const id = await start("aws:ecs:task-kill-process", { processName: "node", signal: "SIGKILL" });
  await is(id, "completed");
  const other = await until(task, (one) => one?.taskArn !== arn && one?.lastStatus === "RUNNING");
  assert.ok(other);
  const { tasks = [] } = await ecs.describeTasks({ tasks: [arn] });
  assert.equal(tasks[0]?.stopCode, "EssentialContainerExited");
  assert.equal(tasks[0]?.containers?.[0]?.exitCode, 137);
});

test("aws:ecs:stop-task stops a task, and the service starts another", async () => {
  const before = (await task())?.taskArn ?? "";
  const id = await start("aws:ecs:stop-task", {}, [before]);
  await is(id, "completed");
  const { tasks = [] } = await ecs.describeTasks({ tasks: [before] });
  assert.match(tasks[0]?.stoppedReason ?? "", /AWS FIS/);
  await until(task, (one) => one !== undefined && one.taskArn !== before && one.lastStatus === "RUNNING");
});

test("aws:ecs:drain-container-instances drains a share of them, and lets them go", async () => {
  const states = async () => {
    const { containerInstanceArns = [] } = await ecs.listContainerInstances({});
    const { containerInstances = [] } = await ecs.describeContainerInstances({
      containerInstances: containerInstanceArns,
    });
    return containerInstances.map(({ status }) => status).sort();
  };
  assert.deepEqual(await states(), ["ACTIVE", "ACTIVE"]);
  const id = await drain("default");
  await acts(id);
  assert.deepEqual(await states(), ["ACTIVE", "DRAINING"]);
  await stop(id);
  assert.deepEqual(await states(), ["ACTIVE", "ACTIVE"]);
});
