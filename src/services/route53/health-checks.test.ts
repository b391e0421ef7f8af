import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { test } from "node:test";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { Fis } from "@aws-sdk/client-fis";
import type { HealthCheckConfig, Route53 } from "@aws-sdk/client-route-53";
import { clientOptions } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { reference, refused, route53Cloud } from "./fixture.test.ts";

/** An endpoint that answers with what `answers` says, and remembers who has asked. */
async function endpoint(answers: { status: number; body?: string }) {
  const asked: { path: string | undefined; host: string | undefined; agent: string | undefined }[] = [];
  const answer: RequestListener = ({ url, headers }, response) => {
    asked.push({ path: url, host: headers.host, agent: headers["user-agent"] });
    response.writeHead(answers.status).end(answers.body);
  };
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return { asked, port, [Symbol.asyncDispose]: async () => void server.close() };
}

async function create(route53: Route53, HealthCheckConfig: HealthCheckConfig): Promise<string> {
  const made = await route53.createHealthCheck({ CallerReference: reference(), HealthCheckConfig });
  return made.HealthCheck?.Id ?? "";
}

/** What the first of a check's checkers reports. */
async function report(route53: Route53, HealthCheckId: string): Promise<string | undefined> {
  const { HealthCheckObservations: [first] = [] } = await route53.getHealthCheckStatus({ HealthCheckId });
  return first?.StatusReport?.Status;
}

/** Is a check healthy? A calculated one of it alone says so. */
async function healthy(route53: Route53, child: string): Promise<boolean> {
  const config: HealthCheckConfig = { Type: "CALCULATED", ChildHealthChecks: [child], HealthThreshold: 1 };
  const id = await create(route53, config);
  const said = await report(route53, id);
  await route53.deleteHealthCheck({ HealthCheckId: id });
  return said?.startsWith("Success") ?? false;
}

test("a check is made with its type's defaults, found, listed, changed and deleted", async () => {
  await using cloud = await route53Cloud();
  const { route53 } = cloud;
  const CallerReference = reference();
  const given: HealthCheckConfig = { Type: "HTTPS", FullyQualifiedDomainName: "a.localhost", Disabled: true };
  const { HealthCheck, Location } = await route53.createHealthCheck({
    CallerReference,
    HealthCheckConfig: given,
  });
  const { Id: HealthCheckId = "" } = HealthCheck ?? {};
  assert.equal(Location, `https://route53.amazonaws.com/2013-04-01/healthcheck/${HealthCheckId}`);
  assert.deepEqual(HealthCheck, {
    Id: HealthCheckId,
    CallerReference,
    HealthCheckVersion: 1,
    HealthCheckConfig: {
      ...given,
      Port: 443,
      RequestInterval: 30,
      FailureThreshold: 3,
      MeasureLatency: false,
      Inverted: false,
      EnableSNI: true,
    },
  });
  const again = await route53.createHealthCheck({ CallerReference, HealthCheckConfig: given });
  assert.equal(again.HealthCheck?.Id, HealthCheckId);
  await refused(
    route53.createHealthCheck({ CallerReference, HealthCheckConfig: { ...given, Port: 1 } }),
    "HealthCheckAlreadyExists",
  );
  await route53.updateHealthCheck({ HealthCheckId, HealthCheckVersion: 1, Port: 8443, ResourcePath: "/ok" });
  await refused(
    route53.updateHealthCheck({ HealthCheckId, HealthCheckVersion: 1, Port: 1 }),
    "HealthCheckVersionMismatch",
  );
  await route53.updateHealthCheck({ HealthCheckId, ResetElements: ["ResourcePath"] });
  const { HealthCheck: changed } = await route53.getHealthCheck({ HealthCheckId });
  assert.deepEqual(
    [changed?.HealthCheckVersion, changed?.HealthCheckConfig?.Port, changed?.HealthCheckConfig?.ResourcePath],
    [3, 8443, undefined],
  );
  assert.equal((await route53.getHealthCheckCount({})).HealthCheckCount, 1);
  assert.deepEqual(
    (await route53.listHealthChecks({})).HealthChecks?.map(({ Id }) => Id),
    [HealthCheckId],
  );
  await route53.deleteHealthCheck({ HealthCheckId });
  await refused(
    route53.getHealthCheck({ HealthCheckId }),
    "NoSuchHealthCheck",
    `A health check with id ${HealthCheckId} does not exist.`,
  );
});

test("an endpoint is asked at its interval, and is unhealthy when it has failed three times in a row", async () => {
  await using cloud = await route53Cloud({ clockRate: 0 });
  const { route53 } = cloud;
  const answers = { status: 200 };
  await using server = await endpoint(answers);
  const id = await create(route53, {
    Type: "HTTP",
    FullyQualifiedDomainName: "api.localhost",
    Port: server.port,
    ResourcePath: "/health",
    RequestInterval: 10,
  });
  await cloud.clock.advance("2s");
  assert.equal(await report(route53, id), "Success: HTTP Status Code 200, OK. Resolved IP: 127.0.0.1");
  const [first] = server.asked;
  assert.deepEqual([first?.path, first?.host], ["/health", `api.localhost:${server.port}`]);
  assert.equal(
    first?.agent,
    `Amazon-Route53-Health-Check-Service (ref ${id}; report http://amzn.to/1vsZADi)`,
  );
  answers.status = 503;
  await cloud.clock.advance("20s");
  assert.equal(server.asked.length, 3);
  assert.equal(await healthy(route53, id), true, "twice is not three times");
  await cloud.clock.advance("10s");
  assert.equal(await healthy(route53, id), false);
  const failed = "Failure: HTTP Status Code 503, Service Unavailable. Resolved IP: 127.0.0.1";
  assert.equal(await report(route53, id), failed);
  answers.status = 301;
  await cloud.clock.advance("30s");
  assert.equal(await healthy(route53, id), true, "what leads elsewhere is healthy");
  const { HealthCheckObservations: reasons = [] } = await route53.getHealthCheckLastFailureReason({
    HealthCheckId: id,
  });
  assert.deepEqual([reasons.length, reasons[0]?.StatusReport?.Status], [8, failed]);
  await route53.updateHealthCheck({ HealthCheckId: id, Disabled: true });
  const before = server.asked.length;
  await cloud.clock.advance("1m");
  assert.equal(server.asked.length, before);
});

test("a name of a zone that has no address of it is not looked for elsewhere", async () => {
  await using cloud = await route53Cloud({ clockRate: 0 });
  const { route53 } = cloud;
  await using server = await endpoint({ status: 200 });
  // Whoever asked the machine for these names would get 127.0.0.1.
  const made = await route53.createHostedZone({ Name: "own.localhost", CallerReference: reference() });
  const record = (name: string, Type: "A" | "AAAA" | "CNAME", Value: string) => ({
    Action: "CREATE" as const,
    ResourceRecordSet: { Name: `${name}.own.localhost`, Type, TTL: 60, ResourceRecords: [{ Value }] },
  });
  await route53.changeResourceRecordSets({
    HostedZoneId: made.HostedZone?.Id,
    ChangeBatch: {
      Changes: [
        record("there", "A", "127.0.0.1"),
        record("six", "AAAA", "::1"),
        record("within", "CNAME", "none.own.localhost"),
        // A name that no resolver has to be asked for.
        record("outside", "CNAME", "127.0.0.2"),
      ],
    },
  });
  const names = ["there", "none", "six", "within", "outside"];
  const ids = await Promise.all(
    names.map((name) =>
      create(route53, {
        Type: "HTTP",
        FullyQualifiedDomainName: `${name}.own.localhost`,
        Port: server.port,
      }),
    ),
  );
  await cloud.clock.advance("2s");
  const reports = await Promise.all(ids.map((id) => report(route53, id)));
  assert.deepEqual(reports, [
    "Success: HTTP Status Code 200, OK. Resolved IP: 127.0.0.1",
    "Failure: DNS resolution failed.",
    "Failure: DNS resolution failed.",
    "Failure: DNS resolution failed.",
    "Failure: Connection refused. Resolved IP: 127.0.0.2",
  ]);
});

test("an alarm on a health check's metric goes off when it is unhealthy", async () => {
  await using cloud = await route53Cloud({ clockRate: 0 });
  const { route53 } = cloud;
  const { accessKeyId } = await route53.config.credentials();
  const cloudwatch = new CloudWatch(clientOptions(cloud, accessKeyId));
  const answers = { status: 200 };
  await using server = await endpoint(answers);
  const id = await create(route53, { Type: "HTTP", IPAddress: "127.0.0.1", Port: server.port });
  await cloudwatch.putMetricAlarm({
    AlarmName: "down",
    Namespace: "AWS/Route53",
    MetricName: "HealthCheckStatus",
    Dimensions: [{ Name: "HealthCheckId", Value: id }],
    Statistic: "Minimum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "LessThanThreshold",
  });
  const state = async () => (await cloudwatch.describeAlarms({})).MetricAlarms?.[0]?.StateValue;
  await cloud.clock.advance("3m");
  await until(async () => (await state()) === "OK");
  answers.status = 500;
  await cloud.clock.advance("4m");
  await until(async () => (await state()) === "ALARM");
});

test("a text is looked for in what an endpoint says", async () => {
  await using cloud = await route53Cloud({ clockRate: 0 });
  const { route53 } = cloud;
  const answers = { status: 200, body: "all is well" };
  await using server = await endpoint(answers);
  const id = await create(route53, {
    Type: "HTTP_STR_MATCH",
    IPAddress: "127.0.0.1",
    Port: server.port,
    SearchString: "well",
    FailureThreshold: 1,
  });
  await cloud.clock.advance("1s");
  assert.equal(await healthy(route53, id), true);
  answers.body = `${"x".repeat(5120)}well`;
  await cloud.clock.advance("30s");
  assert.equal(await healthy(route53, id), false, "it stands behind the first 5,120 bytes");
});

test("a port is connected to; an inverted check says the contrary", async () => {
  await using cloud = await route53Cloud({ clockRate: 0 });
  const { route53 } = cloud;
  const server = createTcpServer((socket) => socket.end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: Port } = server.address() as { port: number };
  const config: HealthCheckConfig = { Type: "TCP", IPAddress: "127.0.0.1", Port, FailureThreshold: 1 };
  const id = await create(route53, config);
  const contrary = await create(route53, { ...config, Inverted: true });
  await cloud.clock.advance("1s");
  assert.deepEqual([await healthy(route53, id), await healthy(route53, contrary)], [true, false]);
  server.close();
  await cloud.clock.advance("30s");
  assert.deepEqual([await healthy(route53, id), await healthy(route53, contrary)], [false, true]);
  assert.equal(await report(route53, id), "Failure: Connection refused.");
});

test("a calculated check is healthy when enough of its children are", async () => {
  await using cloud = await route53Cloud();
  const { route53 } = cloud;
  const disabled: HealthCheckConfig = { Type: "HTTP", IPAddress: "127.0.0.1", Disabled: true };
  const well = await create(route53, disabled);
  const ill = await create(route53, { ...disabled, Inverted: true });
  const of = async (HealthThreshold: number) =>
    report(
      route53,
      await create(route53, { Type: "CALCULATED", ChildHealthChecks: [well, ill], HealthThreshold }),
    );
  assert.equal(await of(1), "Success: 1 of 2 child health checks are healthy, 1 must be.");
  assert.equal(await of(2), "Failure: 1 of 2 child health checks are healthy, 2 must be.");
});

test("a check on an alarm is as the alarm is", async () => {
  await using cloud = await route53Cloud({ clockRate: 0 });
  const { route53 } = cloud;
  const { accessKeyId } = await route53.config.credentials();
  const cloudwatch = new CloudWatch({ ...clientOptions(cloud, accessKeyId), region: "eu-west-1" });
  const alarm = {
    AlarmName: "down",
    Namespace: "own",
    MetricName: "errors",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
  } as const;
  const AlarmIdentifier = { Name: "down", Region: "eu-west-1" } as const;
  const config: HealthCheckConfig = { Type: "CLOUDWATCH_METRIC", AlarmIdentifier };
  await refused(create(route53, config), "InvalidInput");
  await cloudwatch.putMetricAlarm(alarm);
  const id = await create(route53, config);
  const { HealthCheck } = await route53.getHealthCheck({ HealthCheckId: id });
  assert.equal(HealthCheck?.CloudWatchAlarmConfiguration?.MetricName, "errors");
  for (const [StateValue, isHealthy] of [
    ["ALARM", false],
    ["INSUFFICIENT_DATA", false],
    ["OK", true],
  ] as const) {
    await cloudwatch.setAlarmState({ AlarmName: "down", StateValue, StateReason: "test" });
    await cloud.clock.advance("30s");
    await until(async () => (await healthy(route53, id)) === isHealthy);
  }
});

test("a rule has a check find what it did not", async () => {
  await using cloud = await route53Cloud({ clockRate: 0 });
  const { route53 } = cloud;
  await using server = await endpoint({ status: 200 });
  const id = await create(route53, {
    Type: "HTTP",
    IPAddress: "127.0.0.1",
    Port: server.port,
    FailureThreshold: 1,
  });
  const rule = await cloud.faults.add({
    point: "route53:health-check",
    match: { resource: `arn:aws:route53:::healthcheck/${id}` },
    effect: "fail",
    params: { reason: "Failure: HTTP Status Code 500, Internal Server Error." },
  });
  await cloud.clock.advance("1s");
  assert.equal(await report(route53, id), "Failure: HTTP Status Code 500, Internal Server Error.");
  assert.equal(await healthy(route53, id), false);
  cloud.faults.remove(rule.id);
  await cloud.clock.advance("30s");
  assert.equal(await healthy(route53, id), true);
  assert.equal(server.asked.length, 1);
});

test("an experiment finds health checks by their tags and by how they are", async () => {
  await using cloud = await route53Cloud();
  const { route53 } = cloud;
  const { accessKeyId: account } = await route53.config.credentials();
  const disabled: HealthCheckConfig = { Type: "HTTP", IPAddress: "127.0.0.1", Disabled: true };
  const ill = await create(route53, { ...disabled, Inverted: true });
  for (const ResourceId of [await create(route53, disabled), ill])
    await route53.changeTagsForResource({
      ResourceType: "healthcheck",
      ResourceId,
      AddTags: [{ Key: "chaos", Value: "yes" }],
    });
  const fis = new Fis(clientOptions(cloud, account));
  const { experimentTemplate } = await fis.createExperimentTemplate({
    clientToken: "template",
    description: "those that are ill",
    roleArn: `arn:aws:iam::${account}:role/r`,
    stopConditions: [{ source: "none" }],
    targets: {
      ill: {
        resourceType: "aws:route53:health-check",
        resourceTags: { chaos: "yes" },
        filters: [{ path: "Status", values: ["Unhealthy"] }],
        selectionMode: "ALL",
      },
    },
    actions: { wait: { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } } },
  });
  const { experiment } = await fis.startExperiment({
    clientToken: "start",
    experimentTemplateId: experimentTemplate?.id,
  });
  const resolved = await until(
    () => fis.listExperimentResolvedTargets({ experimentId: experiment?.id }),
    ({ resolvedTargets = [] }) => resolvedTargets.length > 0,
  );
  assert.deepEqual(
    resolved.resolvedTargets?.map(({ targetInformation }) => targetInformation?.["arn"]),
    [`arn:aws:route53:::healthcheck/${ill}`],
  );
});

test("what a check of a type must have, and must not", async () => {
  await using cloud = await route53Cloud();
  const { route53 } = cloud;
  const refusals: readonly HealthCheckConfig[] = [
    { Type: "HTTP" },
    { Type: "TCP", IPAddress: "127.0.0.1" },
    { Type: "HTTP", IPAddress: "127.0.0.1", RequestInterval: 20 },
    { Type: "HTTP_STR_MATCH", IPAddress: "127.0.0.1" },
    { Type: "HTTP", IPAddress: "127.0.0.1", SearchString: "x" },
    { Type: "CALCULATED", HealthThreshold: 1 },
    { Type: "CLOUDWATCH_METRIC" },
  ];
  for (const config of refusals) await refused(create(route53, config), "InvalidInput");
  await refused(create(route53, { Type: "RECOVERY_CONTROL" }), "NotImplemented");
});
