import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { type ContainerDefinition, ECS } from "@aws-sdk/client-ecs";
import { SSM } from "@aws-sdk/client-ssm";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";

const cloud = await testCloud();
after(() => cloud.stop());

/** An account of its own with a definition of one container, which runs a Node.js program. */
async function world(program: string, more: Partial<ContainerDefinition> = {}, task: object = {}) {
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const ecs = new ECS(options);
  const { taskDefinition } = await ecs.registerTaskDefinition({
    family: "shop",
    containerDefinitions: [
      { name: "app", image: "shop", memory: 256, command: ["node", "-e", program], ...more },
    ],
    ...task,
  });
  const run = async (input: object = {}): Promise<string> => {
    const { tasks = [], failures } = await ecs.runTask({ taskDefinition: "shop", ...input });
    assert.deepEqual(failures, []);
    return tasks[0]?.taskArn ?? "";
  };
  const describe = async (arn: string) => (await ecs.describeTasks({ tasks: [arn] })).tasks?.[0];
  const reaches = (arn: string, status: string) =>
    until(
      () => describe(arn),
      (task) => task?.lastStatus === status,
    );
  return { account, options, ecs, definition: taskDefinition, run, describe, reaches };
}

const folder = mkdtempSync(join(tmpdir(), "ecs-test-"));
after(() => rmSync(folder, { recursive: true }));

/** A program that says by a file that it is there. */
const marked = (name: string, program: string) =>
  `${program}; require("fs").writeFileSync(${JSON.stringify(join(folder, name))}, ""); setInterval(() => {}, 1000)`;
const isMarked = (name: string) => until(() => existsSync(join(folder, name)));

const WAITS = "setInterval(() => {}, 1000)";

/** A program that asks for its queues, as an SDK would, a moment after it has begun. */
const ASKS = `setTimeout(async () => {
  const { AccessKeyId } = await (await fetch(process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI, {
    headers: { authorization: process.env.AWS_CONTAINER_AUTHORIZATION_TOKEN },
  })).json();
  await fetch(process.env.AWS_ENDPOINT_URL, {
    method: "POST",
    headers: {
      authorization: "AWS4-HMAC-SHA256 Credential=" + AccessKeyId + "/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
      "x-amz-target": "AmazonSQS.ListQueues",
      "content-type": "application/x-amz-json-1.0",
    },
    body: "{}",
  });
}, 300)`;

test("a world comes to rest when its tasks are done, and what a task asks for comes of the call that started it", async () => {
  const { run, describe, account } = await world(ASKS);
  const arn = await run();
  await cloud.settle("PT5M");
  assert.equal((await describe(arn))?.lastStatus, "STOPPED");
  const asked = cloud.calls.of("sqs", "ListQueues").find((call) => call.account === account);
  const started = cloud.calls.of("ecs", "RunTask").find((call) => call.account === account);
  assert.equal(asked?.parentId, started?.id);
  assert.match(asked?.site ?? "", / > ecs\.RunTask\S* > sqs\.ListQueues/);
});

test("a task runs its container's command as a process, and ends when that ends", async () => {
  const { run, reaches } = await world("process.exit(3)");
  const arn = await run();
  const task = await reaches(arn, "STOPPED");
  assert.equal(task?.stopCode, "EssentialContainerExited");
  assert.equal(task?.stoppedReason, "Essential container in task exited");
  assert.equal(task?.containers?.[0]?.exitCode, 3);
  assert.equal(task?.desiredStatus, "STOPPED");
});

test("StopTask sends SIGTERM, and SIGKILL to what does not heed it by its stopTimeout", async () => {
  const heeds = await world(marked("heeds", "process.on('SIGTERM', () => process.exit(0))"));
  const arn = await heeds.run();
  await heeds.reaches(arn, "RUNNING");
  await isMarked("heeds");
  const { task } = await heeds.ecs.stopTask({ task: arn, reason: "enough" });
  assert.equal(task?.desiredStatus, "STOPPED");
  const stopped = await heeds.reaches(arn, "STOPPED");
  assert.equal(stopped?.stopCode, "UserInitiated");
  assert.equal(stopped?.stoppedReason, "enough");
  assert.equal(stopped?.containers?.[0]?.exitCode, 0);

  const deaf = await world(marked("deaf", "process.on('SIGTERM', () => {})"), {
    stopTimeout: 2,
  });
  const other = await deaf.run();
  await deaf.reaches(other, "RUNNING");
  await isMarked("deaf");
  await deaf.ecs.stopTask({ task: other });
  await deaf.reaches(other, "STOPPING");
  await cloud.clock.advance("PT3S");
  const killed = await deaf.reaches(other, "STOPPED");
  assert.equal(killed?.containers?.[0]?.exitCode, 137);
});

test("a container has its variables, its secrets, its role's credentials and its metadata, and its logs are in CloudWatch Logs", async () => {
  const program = `
    const get = async (url, headers) => (await fetch(url, { headers })).json();
    const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } = process.env;
    const { RoleArn, AccessKeyId } = await get(url, { authorization: token });
    const { Family, Containers } = await get(process.env.ECS_CONTAINER_METADATA_URI_V4 + "/task");
    console.log(JSON.stringify({ color: process.env.COLOR, secret: process.env.SECRET, RoleArn, Family, image: Containers[0].Image }));
    process.exit(AccessKeyId.startsWith("ASIA") ? 0 : 1);
  `;
  const { account, options, run, reaches } = await world(
    program,
    {
      command: ["node", "--input-type=module", "-e", program],
      environment: [{ name: "COLOR", value: "green" }],
      secrets: [{ name: "SECRET", valueFrom: "/shop/secret" }],
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": "/ecs/shop",
          "awslogs-stream-prefix": "s",
          "awslogs-region": "us-east-1",
        },
      },
    },
    { taskRoleArn: "arn:aws:iam::000000000000:role/shop" },
  );
  await new SSM(options).putParameter({ Name: "/shop/secret", Value: "hush", Type: "SecureString" });
  const arn = await run();
  const task = await reaches(arn, "STOPPED");
  assert.equal(task?.containers?.[0]?.exitCode, 0, account);
  const logs = new CloudWatchLogs(options);
  const events = await until(
    async () =>
      (await logs.filterLogEvents({ logGroupName: "/ecs/shop" }).catch(() => ({ events: [] }))).events ?? [],
    (found) => found.length > 0,
  );
  assert.deepEqual(JSON.parse(events[0]?.message ?? ""), {
    color: "green",
    secret: "hush",
    RoleArn: "arn:aws:iam::000000000000:role/shop",
    Family: "shop",
    image: "shop",
  });
  assert.match(events[0]?.logStreamName ?? "", /^s\/app\/[0-9a-f]{32}$/);
});

test("what a task listens on is reached by the port that it is bound to, also when two of them run", async () => {
  const { run, reaches } = await world(
    "require('http').createServer((q, s) => s.end('hello ' + process.pid)).listen(process.env.PORT)",
    { portMappings: [{ containerPort: 18080 }] },
  );
  const ports: number[] = [];
  for (const arn of [await run(), await run()]) {
    const task = await reaches(arn, "RUNNING");
    ports.push(task?.containers?.[0]?.networkBindings?.[0]?.hostPort ?? 0);
  }
  assert.notEqual(ports[0], ports[1]);
  const answers = await Promise.all(ports.map((port) => until(() => get(port).catch(() => ""))));
  assert.notEqual(answers[0], answers[1]);
});

const MANY_ADDRESSES = process.platform === "linux" ? {} : { skip: "one loopback address" };

test("a port is not a container's while another loopback address listens on it", MANY_ADDRESSES, async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(18081, "127.9.9.9", resolve));
  after(() => other.close());
  const { run, reaches } = await world(
    "require('http').createServer((q, s) => s.end('hello')).listen(process.env.PORT)",
    { portMappings: [{ containerPort: 18081 }] },
  );
  const task = await reaches(await run(), "RUNNING");
  const port = task?.containers?.[0]?.networkBindings?.[0]?.hostPort ?? 0;
  assert.equal(await until(() => get(port).catch(() => "")), "hello");
});

test("what cannot run here is refused with what to do", async () => {
  const { ecs } = await world(WAITS, { command: ["no-such-program"] });
  await assert.rejects(ecs.runTask({ taskDefinition: "shop" }), {
    name: "InvalidParameterException",
    message: /no command that exists here.*--ecs-image 'shop=COMMAND'/,
  });
});

for (const [what, call, name, message] of [
  [
    "a cluster that is not there",
    (ecs: ECS) => ecs.runTask({ cluster: "nowhere", taskDefinition: "shop" }),
    "ClusterNotFoundException",
    "Cluster not found.",
  ],
  [
    "a definition that is not there",
    (ecs: ECS) => ecs.runTask({ taskDefinition: "none" }),
    "ClientException",
    "TaskDefinition not found.",
  ],
  [
    "a task that is not there",
    (ecs: ECS) => ecs.stopTask({ task: "0".repeat(32) }),
    "InvalidParameterException",
    "The referenced task was not found.",
  ],
  [
    "eleven tasks",
    (ecs: ECS) => ecs.runTask({ taskDefinition: "shop", count: 11 }),
    "InvalidParameterException",
    "Task count must be between 1 and 10.",
  ],
  [
    "a network without awsvpc",
    (ecs: ECS) =>
      ecs.runTask({
        taskDefinition: "shop",
        networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
      }),
    "InvalidParameterException",
    "Network Configuration is not valid for the given networkMode of this task definition.",
  ],
  [
    "a container without memory",
    (ecs: ECS) =>
      ecs.registerTaskDefinition({ family: "f", containerDefinitions: [{ name: "a", image: "b" }] }),
    "ClientException",
    "Invalid setting for container 'a'. At least one of 'memory' or 'memoryReservation' must be specified.",
  ],
  [
    "Fargate without awsvpc",
    (ecs: ECS) =>
      ecs.registerTaskDefinition({
        family: "f",
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
        containerDefinitions: [{ name: "a", image: "b" }],
      }),
    "ClientException",
    "Fargate only supports network mode ‘awsvpc’.",
  ],
] as const) {
  test(`${what} is refused in ECS's words`, async () => {
    const { ecs, run } = await world(WAITS);
    await run();
    await assert.rejects(call(ecs), { name, message });
  });
}

test("a container waits for the one that it depends on, and a task whose dependency fails does not start", async () => {
  const { ecs, reaches } = await world(WAITS);
  const containers = (code: number): ContainerDefinition[] => [
    {
      name: "init",
      image: "i",
      memory: 64,
      essential: false,
      command: ["node", "-e", `process.exit(${code})`],
    },
    {
      name: "app",
      image: "a",
      memory: 64,
      command: ["node", "-e", WAITS],
      dependsOn: [{ containerName: "init", condition: "SUCCESS" }],
    },
  ];
  await ecs.registerTaskDefinition({ family: "good", containerDefinitions: containers(0) });
  await ecs.registerTaskDefinition({ family: "bad", containerDefinitions: containers(1) });
  const good = (await ecs.runTask({ taskDefinition: "good" })).tasks?.[0]?.taskArn ?? "";
  const bad = (await ecs.runTask({ taskDefinition: "bad" })).tasks?.[0]?.taskArn ?? "";
  await reaches(good, "RUNNING");
  const failed = await reaches(bad, "STOPPED");
  assert.equal(failed?.stopCode, "TaskFailedToStart");
});

function get(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve(text));
    })
      .on("error", reject)
      .end();
  });
}

test("a container is given credentials that have expired, as metadata sometimes do, and good ones when it asks again", async () => {
  const program = `
    const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: authorization } = process.env;
    const until = async () => {
      const { Expiration } = await (await fetch(url, { headers: { authorization } })).json();
      return Date.parse(Expiration);
    };
    const [first, , third] = [await until(), await until(), await until()];
    process.exit(third - first > 600_000 ? 0 : 1);
  `;
  const roleArn = "arn:aws:iam::000000000000:role/shop";
  await cloud.faults.add({
    point: "sts:session",
    effect: "expires-early",
    match: { resource: roleArn },
    params: { after: "1s" },
    // The first may be Squall's own, as it starts the task.
    times: 2,
  });
  const { run, reaches } = await world(
    program,
    { command: ["node", "--input-type=module", "-e", program] },
    { taskRoleArn: roleArn },
  );
  const task = await reaches(await run(), "STOPPED");
  assert.equal(task?.containers?.[0]?.exitCode, 0);
});

test("a container that takes more memory than it may is killed, and says so as AWS does", {
  skip: process.platform !== "linux" && "Memory is watched on Linux.",
}, async () => {
  const { run, reaches } = await world(
    "const held = Buffer.alloc(400e6, 1); setInterval(() => held.length, 1000)",
    { memory: 160 },
  );
  const task = await reaches(await run(), "STOPPED");
  assert.equal(task?.stopCode, "EssentialContainerExited");
  assert.equal(task?.stoppedReason, "Essential container in task exited");
  assert.equal(task?.containers?.[0]?.exitCode, 137);
  assert.equal(task?.containers?.[0]?.reason, "OutOfMemoryError: Container killed due to memory usage");
});

test("containers that wait for each other in a circle are refused, and those that only wait long are not", async () => {
  const { ecs } = await world(WAITS, { command: ["true"] });
  const define = (waits: Readonly<Record<string, readonly string[]>>) =>
    ecs.registerTaskDefinition({
      family: "waits",
      containerDefinitions: Object.entries(waits).map(([name, before]) => ({
        name,
        image: "a",
        memory: 16,
        dependsOn: before.map((containerName) => ({ containerName, condition: "START" as const })),
      })),
    });
  const circular = { name: "ClientException", message: "Container dependencies must not be circular." };
  await assert.rejects(define({ a: ["a"] }), circular);
  await assert.rejects(define({ a: ["b"], b: ["a"] }), circular);
  await assert.rejects(define({ z: [], a: ["z", "c"], b: ["a"], c: ["b"] }), circular);
  await define({ a: [], b: ["a"], c: ["a", "b"], d: ["b", "c"] });
});
