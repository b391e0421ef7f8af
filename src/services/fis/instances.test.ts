import assert from "node:assert/strict";
import { test } from "node:test";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EC2, type Instance, type RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { StopExperimentCommand } from "@aws-sdk/client-fis";
import { clientOptions } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { laboratory } from "./fixture.test.ts";

const lab = await laboratory();
const { cloud, account } = lab;
const options = clientOptions(cloud, account);
const ec2 = new EC2(options);
test.after(() => cloud.stop());

/** Serves its process id, and what its metadata say of an interruption under `/notice`. */
const server = (port: number) => `#!${process.execPath}
const imds = process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT + "/latest/";
const read = async (path) => {
  const token = await (await fetch(imds + "api/token", { method: "PUT", headers: { "x-aws-ec2-metadata-token-ttl-seconds": "60" } })).text();
  const answer = await fetch(imds + path, { headers: { "x-aws-ec2-metadata-token": token } });
  return answer.status === 200 ? answer.text() : String(answer.status);
};
require("node:http").createServer(async (request, response) => {
  response.end(request.url === "/" ? String(process.pid) : await read("meta-data" + request.url));
}).listen(${port}, process.env.SQUALL_ADDRESS);
`;

const arnOf = (kind: string, id = "") => `arn:aws:ec2:us-east-1:${account}:${kind}/${id}`;

async function launched(port: number, more: Partial<RunInstancesCommandInput> = {}): Promise<Instance> {
  const { Instances = [] } = await ec2.runInstances({
    ImageId: "ami-0abcdef1234567890",
    InstanceType: "t3.micro",
    MinCount: 1,
    MaxCount: 1,
    UserData: Buffer.from(server(port)).toString("base64"),
    ...more,
  });
  const id = Instances[0]?.InstanceId ?? "";
  return until(
    () => described(id),
    (one) => one?.State?.Name === "running",
  );
}
const described = async (id = "") =>
  (await ec2.describeInstances({ InstanceIds: [id] })).Reservations?.[0]?.Instances?.[0];
const stateOf = async ({ InstanceId }: Instance) => (await described(InstanceId))?.State?.Name;
const ask = ({ PublicIpAddress }: Instance, port: number, path = "/", patienceMs = 5_000): Promise<string> =>
  fetch(`http://${PublicIpAddress}:${port}${path}`, {
    headers: { connection: "close" },
    signal: AbortSignal.timeout(patienceMs),
  }).then(
    (response) => response.text(),
    (error: Error & { cause?: { code?: string } }) => error.cause?.code ?? error.name,
  );
const up = (instance: Instance, port: number) =>
  until(
    () => ask(instance, port),
    (text) => /^\d+$/.test(text),
  );

const start = (
  actionId: string,
  parameters: Record<string, string>,
  [key, resourceType, resourceArns]: readonly [string, string, readonly string[]],
) =>
  lab.start({
    targets: { them: { resourceType, resourceArns: [...resourceArns], selectionMode: "ALL" } },
    actions: { act: { actionId, parameters, targets: { [key]: "them" } } },
  });
const on = ({ InstanceId }: Instance) =>
  ["Instances", "aws:ec2:instance", [arnOf("instance", InstanceId)]] as const;
const is = (id: string, status: string) => until(async () => (await lab.states(id)).experiment === status);
const acts = (id: string) =>
  until(async () => (await lab.get(id)).actions?.["act"]?.state?.status === "running");

test("aws:ec2:stop-instances refuses connections, and starts the instances after its duration", async () => {
  const instance = await launched(18_201);
  const before = await up(instance, 18_201);
  const id = await start("aws:ec2:stop-instances", { startInstancesAfterDuration: "PT2M" }, on(instance));
  await acts(id);
  await until(async () => (await stateOf(instance)) === "stopped");
  await until(async () => (await ask(instance, 18_201)) === "ECONNREFUSED");
  await cloud.clock.advance("PT2M");
  await is(id, "completed");
  assert.notEqual(await up(instance, 18_201), before);
  assert.equal(await stateOf(instance), "running");
});

test("an experiment that is stopped starts again what it has stopped", async () => {
  const instance = await launched(18_202);
  await up(instance, 18_202);
  const id = await start("aws:ec2:stop-instances", { startInstancesAfterDuration: "PT10M" }, on(instance));
  await until(async () => (await stateOf(instance)) === "stopped");
  await acts(id);
  await lab.fis.send(new StopExperimentCommand({ id }));
  await is(id, "stopped");
  await up(instance, 18_202);
});

test("who terminates an instance meanwhile fails the experiment, unless it says that it completes", async () => {
  for (const [completeIfInstancesTerminated, ending] of [
    ["false", "failed"],
    ["true", "completed"],
  ] as const) {
    const instance = await launched(18_203);
    const parameters = { startInstancesAfterDuration: "PT2M", completeIfInstancesTerminated };
    const id = await start("aws:ec2:stop-instances", parameters, on(instance));
    await until(async () => (await stateOf(instance)) === "stopped");
    await acts(id);
    await ec2.terminateInstances({ InstanceIds: [instance.InstanceId!] });
    await until(async () => (await stateOf(instance)) === "terminated");
    await cloud.clock.advance("PT2M");
    await is(id, ending);
  }
});

test("without a duration stopped instances stay so", async () => {
  const instance = await launched(18_204);
  const id = await start("aws:ec2:stop-instances", {}, on(instance));
  await is(id, "completed");
  assert.equal(await stateOf(instance), "stopped");
});

test("aws:ec2:reboot-instances has the program begin anew, and aws:ec2:terminate-instances ends it", async () => {
  const instance = await launched(18_205);
  const before = await up(instance, 18_205);
  await is(await start("aws:ec2:reboot-instances", {}, on(instance)), "completed");
  await until(
    () => ask(instance, 18_205),
    (text) => /^\d+$/.test(text) && text !== before,
  );
  await is(await start("aws:ec2:terminate-instances", {}, on(instance)), "completed");
  assert.equal(await stateOf(instance), "terminated");
  await until(async () => (await ask(instance, 18_205)) === "ECONNREFUSED");
});

test("aws:ebs:pause-volume-io has what uses the disk wait, and go on where it was", async () => {
  const instance = await launched(18_206);
  const before = await up(instance, 18_206);
  const volume = instance.BlockDeviceMappings?.[0]?.Ebs?.VolumeId;
  const target = ["Volumes", "aws:ec2:ebs-volume", [arnOf("volume", volume)]] as const;
  const id = await start("aws:ebs:pause-volume-io", { duration: "PT5M" }, target);
  await acts(id);
  assert.equal(await ask(instance, 18_206, "/", 300), "TimeoutError");
  await cloud.clock.advance("PT5M");
  await is(id, "completed");
  assert.equal(await up(instance, 18_206), before);
  const stopped = await start("aws:ebs:pause-volume-io", { duration: "PT5M" }, target);
  await acts(stopped);
  assert.equal(await ask(instance, 18_206, "/", 300), "TimeoutError");
  await lab.fis.send(new StopExperimentCommand({ id: stopped }));
  await is(stopped, "stopped");
  assert.equal(await up(instance, 18_206), before);
});

/** What EC2 tells the default bus, in the order in which it comes. */
async function listener() {
  const events = new EventBridge(options);
  const logs = new CloudWatchLogs(options);
  const logGroupName = "/aws/events/ec2";
  await logs.createLogGroup({ logGroupName });
  await events.putRule({ Name: "ec2", EventPattern: JSON.stringify({ source: ["aws.ec2"] }) });
  await events.putTargets({
    Rule: "ec2",
    Targets: [{ Id: "log", Arn: `arn:aws:logs:us-east-1:${account}:log-group:${logGroupName}` }],
  });
  return async (instanceId = "") =>
    ((await logs.filterLogEvents({ logGroupName })).events ?? [])
      .map(({ message = "{}" }) => JSON.parse(message))
      .filter(({ detail }) => detail["instance-id"] === instanceId)
      .map((event) => [event["detail-type"], event.detail["instance-action"] ?? event.detail.state ?? ""]);
}

test("aws:ec2:send-spot-instance-interruptions gives notice two minutes before, in the metadata and as events", async () => {
  const told = await listener();
  const instance = await launched(18_207, { InstanceMarketOptions: { MarketType: "spot" } });
  await up(instance, 18_207);
  const notice = (path = "/spot/instance-action") => ask(instance, 18_207, path);
  assert.equal(await notice(), "404");
  const target = [
    "SpotInstances",
    "aws:ec2:spot-instance",
    [arnOf("instance", instance.InstanceId)],
  ] as const;
  const id = await start(
    "aws:ec2:send-spot-instance-interruptions",
    { durationBeforeInterruption: "PT5M" },
    target,
  );
  await acts(id);
  assert.match(await notice("/events/recommendations/rebalance"), /^\{"noticeTime":"\d{4}-/);
  assert.equal(await notice(), "404");
  await cloud.clock.advance("PT3M");
  assert.match(await notice(), /^\{"action":"terminate","time":"\d{4}-.*Z"\}$/);
  assert.equal(await stateOf(instance), "running");
  await cloud.clock.advance("PT2M");
  await is(id, "completed");
  await until(async () => (await stateOf(instance)) === "terminated");
  const { SpotInstanceRequests = [] } = await ec2.describeSpotInstanceRequests({
    SpotInstanceRequestIds: [instance.SpotInstanceRequestId!],
  });
  assert.deepEqual(
    SpotInstanceRequests.map(({ State, Status }) => [State, Status?.Code]),
    [["closed", "instance-terminated-by-experiment"]],
  );
  const expected = [
    ["EC2 Instance State-change Notification", "pending"],
    ["EC2 Spot Instance Request Fulfillment", ""],
    ["EC2 Instance State-change Notification", "running"],
    ["EC2 Instance Rebalance Recommendation", ""],
    ["EC2 Spot Instance Interruption Warning", "terminate"],
    ["EC2 Instance State-change Notification", "shutting-down"],
    ["EC2 Instance State-change Notification", "terminated"],
  ];
  const heard = await until(
    () => told(instance.InstanceId),
    (events) => events.length === expected.length,
  );
  assert.deepEqual([...heard].sort(), [...expected].sort());
});

test("an experiment that is stopped in time takes the notice back", async () => {
  const instance = await launched(18_208, { InstanceMarketOptions: { MarketType: "spot" } });
  await up(instance, 18_208);
  const id = await start("aws:ec2:send-spot-instance-interruptions", { durationBeforeInterruption: "PT2M" }, [
    "SpotInstances",
    "aws:ec2:spot-instance",
    [arnOf("instance", instance.InstanceId)],
  ]);
  await acts(id);
  await until(async () => /terminate/.test(await ask(instance, 18_208, "/spot/instance-action")));
  await lab.fis.send(new StopExperimentCommand({ id }));
  await is(id, "stopped");
  assert.equal(await ask(instance, 18_208, "/spot/instance-action"), "404");
  await cloud.clock.advance("PT5M");
  assert.equal(await stateOf(instance), "running");
});

test("instances that are not of the Spot market are no target of interruptions", async () => {
  const instance = await launched(18_209);
  const id = await start("aws:ec2:send-spot-instance-interruptions", { durationBeforeInterruption: "PT2M" }, [
    "SpotInstances",
    "aws:ec2:spot-instance",
    [arnOf("instance", instance.InstanceId)],
  ]);
  await is(id, "failed");
  assert.equal((await lab.get(id)).state?.reason, "Target resolution returned empty set.");
});
