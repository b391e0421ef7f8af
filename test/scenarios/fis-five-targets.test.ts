import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { StopExperimentCommand } from "@aws-sdk/client-fis";
import { onCloud, say } from "../../src/services/elasticache/fixture.test.ts";
import { laboratory } from "../../src/services/fis/fixture.test.ts";
import { needs } from "../needs.ts";
import { until } from "../until.ts";

const ONLY_LINUX = process.platform === "linux" ? needs("valkey") : { skip: "Linux only" };

/** Processes that stand in a folder, or below it. */
const processesIn = (folder: string): string[] =>
  readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`).startsWith(folder);
    } catch {
      return false; // It has ended meanwhile.
    }
  });

/** Five kinds of targets, and clients that use them all the while. */
async function bed() {
  const lab = await laboratory();
  const { cloud, account } = lab;
  // biome-ignore lint/suspicious/noExplicitAny: outputs of several services
  const call = (service: string, operation: string, input: object = {}, as?: string): Promise<any> =>
    cloud.call(service, operation, input, { account, region: "us-east-1", ...(as && { as }) });
  const caches = onCloud(cloud, account);
  const { primary } = await caches.create("shop");
  const { Instances } = await call("ec2", "RunInstances", {
    ImageId: "ami-0abcdef1234567890",
    InstanceType: "t3.nano",
    MinCount: 1,
    MaxCount: 1,
  });
  const InstanceIds = [Instances[0].InstanceId as string];
  const instance = async () =>
    (await call("ec2", "DescribeInstances", { InstanceIds })).Reservations[0].Instances[0].State.Name;
  await until(async () => (await instance()) === "running");
  const TableName = "orders";
  await call("dynamodb", "CreateTable", {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
  });
  await call("dynamodb", "UpdateTable", {
    TableName,
    ReplicaUpdates: [{ Create: { RegionName: "eu-west-1" } }],
  });
  await call("kinesis", "CreateStream", { StreamName: "clicks", ShardCount: 1 });
  const role = `arn:aws:iam::${account}:role/worker`;
  await call("iam", "CreateRole", {
    RoleName: "worker",
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }],
    }),
  });
  const outcome = (asking: Promise<unknown>) =>
    asking.then(
      () => "ok",
      ({ code }: { code: string }) => code,
    );
  let n = 0;
  /** What each client meets now, by target. */
  const look = async (): Promise<Record<string, string>> => {
    const id = { S: String(n++) };
    await call("dynamodb", "PutItem", { TableName, Item: { id } });
    const elsewhere = { account, region: "eu-west-1" };
    const copied = await cloud.call<{ Item?: object }>(
      "dynamodb",
      "GetItem",
      { TableName, Key: { id } },
      elsewhere,
    );
    return {
      role: await outcome(call("sqs", "ListQueues", {}, role)),
      cache: /^\+OK/.test(await say(primary, "SET order 17")) ? await caches.primaryOf("shop") : "down",
      instance: await instance(),
      table: copied.Item ? "copied" : "waiting",
      stream: await outcome(
        call("kinesis", "PutRecord", { StreamName: "clicks", PartitionKey: "a", Data: Buffer.from("a") }),
      ),
    };
  };
  const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${account}:${resource}`;
  const target = (resourceType: string, resourceArn: string, parameters?: Record<string, string>) => ({
    resourceType,
    resourceArns: [resourceArn],
    selectionMode: "ALL",
    ...(parameters && { parameters }),
  });
  const start = () =>
    lab.start({
      targets: {
        roles: target("aws:iam:role", role),
        caches: target("aws:elasticache:replicationgroup", arn("elasticache", "replicationgroup:shop"), {
          availabilityZoneIdentifier: "us-east-1a",
        }),
        instances: target("aws:ec2:instance", arn("ec2", `instance/${InstanceIds[0]}`)),
        tables: target("aws:dynamodb:global-table", arn("dynamodb", `table/${TableName}`)),
        streams: target("aws:kinesis:stream", arn("kinesis", "stream/clicks")),
      },
      actions: {
        throttle: {
          actionId: "aws:fis:inject-api-throttle-error",
          parameters: { service: "sqs", operations: "ListQueues", percentage: "100", duration: "PT6M" },
          targets: { Roles: "roles" },
        },
        power: {
          actionId: "aws:elasticache:replicationgroup-interrupt-az-power",
          parameters: { duration: "PT4M" },
          targets: { ReplicationGroups: "caches" },
        },
        stop: {
          actionId: "aws:ec2:stop-instances",
          parameters: { startInstancesAfterDuration: "PT3M" },
          targets: { Instances: "instances" },
        },
        pause: {
          actionId: "aws:dynamodb:global-table-pause-replication",
          parameters: { duration: "PT4M" },
          targets: { Tables: "tables" },
          startAfter: ["stop", "power"],
        },
        exceed: {
          actionId: "aws:kinesis:stream-provisioned-throughput-exception",
          parameters: { duration: "PT3M", percentage: "100" },
          targets: { KinesisStreams: "streams" },
          startAfter: ["power"],
        },
      },
    });
  const policy = () =>
    outcome(call("dynamodb", "GetResourcePolicy", { ResourceArn: arn("dynamodb", `table/${TableName}`) }));
  return { ...lab, look, start, policy };
}

/** Runs something with a folder for temporary files of its own, in which nothing may be left, and no process. */
async function withoutLeftovers(run: () => Promise<void>): Promise<void> {
  const before = process.env["TMPDIR"];
  const folder = mkdtempSync(join(tmpdir(), "five-"));
  process.env["TMPDIR"] = folder;
  try {
    await run();
    await until(() => processesIn(folder).length === 0);
    assert.deepEqual(readdirSync(folder, { recursive: true }), []);
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    rmSync(folder, { recursive: true, force: true });
  }
}

const WELL = { role: "ok", instance: "running", table: "copied", stream: "ok" };

test("an experiment over five kinds of targets under load leaves nothing behind", ONLY_LINUX, () =>
  withoutLeftovers(async () => {
    await using at = await bed();
    assert.deepEqual(await at.look(), { ...WELL, cache: "shop-001" });
    const seen = new Map<string, Set<string>>();
    const id = await at.start();
    while (/initiating|pending|running/.test((await at.states(id)).experiment ?? "")) {
      for (const [name, state] of Object.entries(await at.look())) {
        const states = seen.get(name) ?? new Set();
        seen.set(name, states.add(state));
      }
      await at.cloud.clock.advance("PT20S");
    }
    const states = await at.states(id);
    assert.deepEqual([...new Set(Object.values(states))], ["completed"], JSON.stringify(states));
    // Each was struck, and each was well for a time.
    const wasSeen = (name: string, state: RegExp) =>
      [...(seen.get(name) ?? [])].some((one) => state.test(one));
    for (const [name, struck, well] of [
      ["role", /Throttl/, /./],
      ["cache", /shop-002/, /shop-002/],
      ["instance", /stopped/, /running/],
      ["table", /waiting/, /copied/],
      ["stream", /ProvisionedThroughputExceededException/, /ok/],
    ] as const)
      assert.ok(wasSeen(name, struck) && wasSeen(name, well), `${name}: ${[...(seen.get(name) ?? [])]}`);
    await until(async () => {
      const now = await at.look();
      return (
        Object.entries(WELL).every(([name, state]) => now[name] === state) && now["cache"] === "shop-002"
      );
    });
    assert.deepEqual(at.cloud.faults.list(), []);
    assert.equal(await at.policy(), "PolicyNotFoundException");
  }),
);

test("neither does one that is stopped in the middle", ONLY_LINUX, () =>
  withoutLeftovers(async () => {
    await using at = await bed();
    const id = await at.start();
    await until(async () => {
      const { role, instance, cache } = await at.look();
      return role !== "ok" && instance === "stopped" && cache === "shop-002";
    });
    await at.fis.send(new StopExperimentCommand({ id }));
    await until(async () => (await at.states(id)).experiment === "stopped");
    await until(async () => {
      const now = await at.look();
      return Object.entries(WELL).every(([name, state]) => now[name] === state);
    });
    assert.deepEqual(at.cloud.faults.list(), []);
    assert.equal(await at.policy(), "PolicyNotFoundException");
  }),
);
