import assert from "node:assert/strict";
import { test } from "node:test";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import {
  ListExperimentResolvedTargetsCommand,
  StartExperimentCommand,
  StopExperimentCommand,
} from "@aws-sdk/client-fis";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { clientOptions } from "../../../test/cloud.ts";
import { loadCatalogue } from "./catalogue.ts";
import { laboratory } from "./fixture.test.ts";

type Lab = Awaited<ReturnType<typeof laboratory>>;

const throttle = (...targets: string[]) =>
  Object.fromEntries(
    targets.map((target) => [
      `on-${target}`,
      {
        actionId: "aws:kinesis:stream-provisioned-throughput-exception",
        parameters: { duration: "PT5M", percentage: "100" },
        targets: { KinesisStreams: target },
      },
    ]),
  );

const streams = (more: object) => ({ resourceType: "aws:kinesis:stream", selectionMode: "ALL", ...more });

/** Streams with the tag `set` of a value, by their ARNs. */
async function createStreams({ cloud, account }: Lab, set: string, count: number): Promise<string[]> {
  const kinesis = new Kinesis(clientOptions(cloud, account));
  const names = Array.from({ length: count }, (_, at) => `${set}-${at}`);
  for (const StreamName of names)
    await kinesis.createStream({ StreamName, ShardCount: 1, Tags: { set, any: "yes" } });
  return names.map((name) => `arn:aws:kinesis:us-east-1:${account}:stream/${name}`);
}

const stateOf = async (lab: Lab, id: string) =>
  (await lab.ask("GET", `/experiments/${id}`)).body["experiment"].state;

test("every action of which AWS has a quota of targets has one", async () => {
  // The quotas that Service Quotas lists as `Target … for …`.
  const listed: Record<number, string> = {
    5: `aws:arc:start-zonal-autoshift aws:directconnect:virtual-interface-disconnect aws:dsql:cluster-connection-failure
      aws:dynamodb:global-table-pause-replication aws:ebs:pause-volume-io aws:ec2:asg-insufficient-instance-capacity-error
      aws:ec2:reboot-instances aws:ec2:send-spot-instance-interruptions aws:ec2:stop-instances aws:ec2:terminate-instances
      aws:ecs:drain-container-instances aws:ecs:stop-task aws:ecs:task-cpu-stress aws:ecs:task-io-stress
      aws:ecs:task-kill-process aws:ecs:task-network-blackhole-port aws:ecs:task-network-latency
      aws:ecs:task-network-packet-loss aws:eks:terminate-nodegroup-instances
      aws:elasticache:replicationgroup-interrupt-az-power aws:kinesis:stream-expired-iterator-exception
      aws:kinesis:stream-provisioned-throughput-exception aws:lambda:invocation-add-delay aws:lambda:invocation-error
      aws:lambda:invocation-http-integration-response aws:memorydb:multi-region-cluster-pause-replication
      aws:network:disrupt-connectivity aws:network:transit-gateway-disrupt-cross-region-connectivity
      aws:rds:failover-db-cluster aws:rds:reboot-db-instances aws:ssm:send-command`,
    6: "aws:network:route-table-disrupt-cross-region-connectivity",
    20: "aws:s3:bucket-pause-replication",
    50: `aws:eks:pod-cpu-stress aws:eks:pod-delete aws:eks:pod-io-stress aws:eks:pod-memory-stress
      aws:eks:pod-network-blackhole-port aws:eks:pod-network-latency aws:eks:pod-network-packet-loss`,
  };
  const expected = Object.entries(listed).flatMap(([quota, ids]) =>
    ids.split(/\s+/).map((id) => [id, Number(quota)] as const),
  );
  const catalogue = await loadCatalogue();
  const has = [...catalogue.values()].flatMap(({ id, targetQuota }) =>
    targetQuota === undefined ? [] : [[id, targetQuota] as const],
  );
  assert.deepEqual(Object.fromEntries(has), Object.fromEntries(expected));
  const counting = [...catalogue.values()].filter((action) => action.quotaCountsArns).map(({ id }) => id);
  assert.deepEqual(counting, [
    "aws:dynamodb:global-table-pause-replication",
    "aws:elasticache:replicationgroup-interrupt-az-power",
  ]);
});

test("as many resources as the quota says are struck, one more fails the experiment, and COUNT picks fewer", async () => {
  await using lab = await laboratory();
  await createStreams(lab, "five", 5);
  await createStreams(lab, "six", 6);
  const on = (set: string, selectionMode: string) =>
    lab.start({
      targets: { t: streams({ resourceTags: { set }, selectionMode }) },
      actions: throttle("t"),
    });
  assert.equal((await stateOf(lab, await on("five", "ALL"))).status, "running");
  assert.equal((await stateOf(lab, await on("six", "COUNT(5)"))).status, "running");
  assert.deepEqual(await stateOf(lab, await on("six", "ALL")), {
    status: "failed",
    reason:
      "Target resolution returned 6 resources; the quota of aws:kinesis:stream-provisioned-throughput-exception is 5.",
    error: { accountId: lab.account, code: "QuotaExceededFailure", location: "targets.t" },
  });
});

test("a quota is of all targets of an experiment, each resource counts once, and those with ARNs do not", async () => {
  await using lab = await laboratory();
  const [three, more] = [await createStreams(lab, "three", 3), await createStreams(lab, "more", 3)];
  const tagged = (set: string) => streams({ resourceTags: { set } });
  const start = async (targets: Record<string, ReturnType<typeof streams>>) => {
    const id = await lab.start({ targets, actions: throttle(...Object.keys(targets)) });
    const { status, error } = await stateOf(lab, id);
    if (status === "running") await lab.fis.send(new StopExperimentCommand({ id }));
    return error ? `${status} ${error.code} ${error.location}` : status;
  };
  assert.equal(
    await start({ a: tagged("three"), b: tagged("more") }),
    "failed QuotaExceededFailure targets.b",
  );
  assert.equal(await start({ a: tagged("three"), b: tagged("three") }), "running");
  assert.equal(
    await start({ a: streams({ resourceArns: three }), b: streams({ resourceArns: more }) }),
    "running",
  );
  assert.equal(await start({ a: tagged("three"), b: streams({ resourceArns: more }) }), "running");
});

test("the quota of global tables is of those that are named by their ARNs, too", async () => {
  await using lab = await laboratory();
  const dynamodb = new DynamoDB(clientOptions(lab.cloud, lab.account));
  const arns: string[] = [];
  for (let at = 0; at < 6; at++) {
    const TableName = `orders-${at}`;
    const { TableDescription } = await dynamodb.createTable({
      TableName,
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    });
    await dynamodb.updateTable({ TableName, ReplicaUpdates: [{ Create: { RegionName: "us-west-2" } }] });
    arns.push(TableDescription?.TableArn ?? "");
  }
  const tables = (resourceArns: string[]) => ({
    resourceType: "aws:dynamodb:global-table",
    selectionMode: "ALL",
    resourceArns,
  });
  const pause = (target: string) => ({
    actionId: "aws:dynamodb:global-table-pause-replication",
    parameters: { duration: "PT1M" },
    targets: { Tables: target },
  });
  const id = await lab.start({
    targets: { a: tables(arns.slice(0, 3)), b: tables(arns.slice(3)) },
    actions: { a: pause("a"), b: pause("b") },
  });
  assert.equal((await stateOf(lab, id)).error.code, "QuotaExceededFailure");
});

test("where AWS would raise the quota, a setting does", async () => {
  await using lab = await laboratory({ settings: { fis: { "target-quota": 6 } } });
  await createStreams(lab, "six", 6);
  const start = () =>
    lab.start({ targets: { t: streams({ resourceTags: { set: "six" } }) }, actions: throttle("t") });
  assert.equal((await stateOf(lab, await start())).status, "running");
  await createStreams(lab, "one", 1);
  const id = await lab.start({
    targets: { t: streams({ resourceTags: { any: "yes" } }) },
    actions: throttle("t"),
  });
  assert.match((await stateOf(lab, id)).reason, /returned 7 resources; the quota of .* is 6\.$/);
});

test("an ARN that is named twice is one target", async () => {
  await using lab = await laboratory();
  const [arn = ""] = await createStreams(lab, "one", 1);
  const experimentTemplateId = await lab.create({
    targets: { t: streams({ resourceArns: [arn, arn] }) },
    actions: throttle("t"),
  });
  const { experiment } = await lab.fis.send(
    new StartExperimentCommand({ clientToken: crypto.randomUUID(), experimentTemplateId }),
  );
  const { resolvedTargets } = await lab.fis.send(
    new ListExperimentResolvedTargetsCommand({ experimentId: experiment?.id }),
  );
  assert.deepEqual(
    resolvedTargets?.map(({ targetInformation }) => targetInformation),
    [{ arn }],
  );
});
