import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBridge, ResourceNotFoundException } from "@aws-sdk/client-eventbridge";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { allCalled } from "../../../test/every-operation.ts";
import { until } from "../../../test/until.ts";

/** EventBridge as its SDK sees it: every operation that is served. */
const cloud = await testCloud();
const account = newAccount();
const events = new EventBridge(clientOptions(cloud, account));
const arn = (resource: string) => `arn:aws:events:us-east-1:${account}:${resource}`;
const queue = `arn:aws:sqs:us-east-1:${account}:heard`;
const names = (list: readonly { Name?: string | undefined }[] = []) => list.map(({ Name }) => Name);
test.before(() => cloud.call("sqs", "CreateQueue", { QueueName: "heard" }, { account }));
test.after(async () => {
  events.destroy();
  await cloud.stop();
});

test("a bus is made, described, changed, opened to another account, closed and deleted", async () => {
  const { EventBusArn } = await events.createEventBus({ Name: "orders", Description: "first" });
  assert.equal(EventBusArn, arn("event-bus/orders"));
  const DeadLetterConfig = { Arn: queue };
  const updated = await events.updateEventBus({ Name: "orders", Description: "second", DeadLetterConfig });
  assert.deepEqual(
    [updated.Arn, updated.Name, updated.Description, updated.DeadLetterConfig],
    [EventBusArn, "orders", "second", DeadLetterConfig],
  );
  const allowed = { Principal: "111122223333", Action: "events:PutEvents", StatementId: "them" };
  await events.putPermission({ EventBusName: "orders", ...allowed });
  const { Policy, Description, CreationTime } = await events.describeEventBus({ Name: "orders" });
  assert.equal(Description, "second");
  assert.ok(CreationTime instanceof Date);
  assert.deepEqual(JSON.parse(Policy!), {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "them",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111122223333:root" },
        Action: "events:PutEvents",
        Resource: EventBusArn,
      },
    ],
  });
  await events.removePermission({ EventBusName: "orders", StatementId: "them" });
  assert.equal((await events.describeEventBus({ Name: "orders" })).Policy, undefined);
  assert.deepEqual(names((await events.listEventBuses({})).EventBuses), ["default", "orders"]);
  await events.deleteEventBus({ Name: "orders" });
  await assert.rejects(events.describeEventBus({ Name: "orders" }), ResourceNotFoundException);
});

test("a rule is put, switched, listed by its targets, tagged and deleted", async () => {
  const EventPattern = '{"source":["shop"]}';
  const { RuleArn = "" } = await events.putRule({
    Name: "paid",
    EventPattern,
    Tags: [{ Key: "a", Value: "1" }],
  });
  assert.equal(RuleArn, arn("rule/paid"));
  await events.disableRule({ Name: "paid" });
  const { $metadata: _, ...described } = await events.describeRule({ Name: "paid" });
  const rule = { Name: "paid", Arn: RuleArn, EventPattern, State: "DISABLED", EventBusName: "default" };
  assert.deepEqual(described, { ...rule, CreatedBy: account });
  await events.enableRule({ Name: "paid" });
  const { Rules } = await events.listRules({ NamePrefix: "pa" });
  assert.deepEqual(Rules, [{ ...rule, State: "ENABLED" }]);
  const target = { Id: "q", Arn: queue, Input: '{"n":1}' };
  assert.equal((await events.putTargets({ Rule: "paid", Targets: [target] })).FailedEntryCount, 0);
  assert.deepEqual((await events.listTargetsByRule({ Rule: "paid" })).Targets, [target]);
  assert.deepEqual((await events.listRuleNamesByTarget({ TargetArn: queue })).RuleNames, ["paid"]);
  await events.tagResource({ ResourceARN: RuleArn, Tags: [{ Key: "b", Value: "2" }] });
  await events.untagResource({ ResourceARN: RuleArn, TagKeys: ["a"] });
  assert.deepEqual((await events.listTagsForResource({ ResourceARN: RuleArn })).Tags, [
    { Key: "b", Value: "2" },
  ]);
  const { Entries } = await events.putEvents({
    Entries: [{ Source: "shop", DetailType: "order", Detail: "{}" }],
  });
  assert.match(Entries?.[0]?.EventId ?? "", /^[0-9a-f-]{36}$/);
  const Event = JSON.stringify({
    id: "1",
    source: "shop",
    "detail-type": "order",
    account,
    time: "2026-01-01T00:00:00Z",
    region: "us-east-1",
    resources: [],
    detail: {},
  });
  assert.equal((await events.testEventPattern({ EventPattern, Event })).Result, true);
  assert.equal((await events.removeTargets({ Rule: "paid", Ids: ["q"] })).FailedEntryCount, 0);
  await events.deleteRule({ Name: "paid" });
  await assert.rejects(events.describeRule({ Name: "paid" }), ResourceNotFoundException);
});

test("an archive is made, changed, replayed from, and deleted; a replay can be called off", async () => {
  const bus = arn("event-bus/default");
  const { ArchiveArn = "" } = await events.createArchive({ ArchiveName: "all", EventSourceArn: bus });
  assert.equal(ArchiveArn, arn("archive/all"));
  await events.updateArchive({ ArchiveName: "all", RetentionDays: 7, Description: "a week" });
  const archive = await until(
    () => events.describeArchive({ ArchiveName: "all" }),
    ({ State }) => State === "ENABLED",
  );
  assert.deepEqual(
    [archive.RetentionDays, archive.Description, archive.EventSourceArn, archive.EventCount],
    [7, "a week", bus, 0],
  );
  const { Archives } = await events.listArchives({ EventSourceArn: bus });
  assert.deepEqual(
    Archives?.map(({ ArchiveName }) => ArchiveName),
    ["all"],
  );
  // The replay is held where it begins, so that it can be called off.
  const held = await cloud.faults.add({
    point: "events:replay-state",
    effect: "hold",
    match: { operation: "STARTING" },
  });
  const now = cloud.clock.now();
  const started = await events.startReplay({
    ReplayName: "again",
    EventSourceArn: ArchiveArn,
    EventStartTime: new Date(now - 3_600_000),
    EventEndTime: new Date(now),
    Destination: { Arn: bus },
  });
  assert.deepEqual([started.ReplayArn, started.State], [arn("replay/again"), "STARTING"]);
  const cancelled = await events.cancelReplay({ ReplayName: "again" });
  assert.deepEqual([cancelled.ReplayArn, cancelled.State], [arn("replay/again"), "CANCELLING"]);
  cloud.faults.remove(held.id);
  const replay = await until(
    () => events.describeReplay({ ReplayName: "again" }),
    ({ State }) => State === "CANCELLED",
  );
  assert.deepEqual(replay.Destination, { Arn: bus });
  assert.deepEqual(
    (await events.listReplays({ State: "CANCELLED" })).Replays?.map(({ ReplayName }) => ReplayName),
    ["again"],
  );
  await events.deleteArchive({ ArchiveName: "all" });
  await assert.rejects(events.describeArchive({ ArchiveName: "all" }), ResourceNotFoundException);
});

test("a connection and an API destination are made, changed, listed and deleted", async () => {
  const { ConnectionArn = "" } = await events.createConnection({
    Name: "partner",
    AuthorizationType: "BASIC",
    AuthParameters: { BasicAuthParameters: { Username: "ann", Password: "one" } },
  });
  await events.updateConnection({
    Name: "partner",
    AuthorizationType: "API_KEY",
    AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "k" } },
  });
  const connection = await until(
    () => events.describeConnection({ Name: "partner" }),
    ({ ConnectionState }) => ConnectionState === "AUTHORIZED",
  );
  assert.deepEqual(
    [connection.AuthorizationType, connection.AuthParameters],
    ["API_KEY", { ApiKeyAuthParameters: { ApiKeyName: "x-key" } }],
  );
  const InvocationEndpoint = "https://partner.example.com/orders";
  const { ApiDestinationArn } = await events.createApiDestination({
    Name: "orders",
    ConnectionArn,
    HttpMethod: "POST",
    InvocationEndpoint,
  });
  await events.updateApiDestination({ Name: "orders", HttpMethod: "PUT", InvocationRateLimitPerSecond: 5 });
  const {
    $metadata: _,
    CreationTime,
    LastModifiedTime,
    ...destination
  } = await events.describeApiDestination({ Name: "orders" });
  assert.ok(LastModifiedTime! >= CreationTime!);
  assert.deepEqual(destination, {
    Name: "orders",
    ApiDestinationArn,
    ApiDestinationState: "ACTIVE",
    ConnectionArn,
    InvocationEndpoint,
    HttpMethod: "PUT",
    InvocationRateLimitPerSecond: 5,
  });
  assert.deepEqual(names((await events.listApiDestinations({ ConnectionArn })).ApiDestinations), ["orders"]);
  assert.deepEqual(names((await events.listConnections({ NamePrefix: "part" })).Connections), ["partner"]);
  await events.deauthorizeConnection({ Name: "partner" });
  await until(
    () => events.describeConnection({ Name: "partner" }),
    ({ ConnectionState }) => ConnectionState === "DEAUTHORIZED",
  );
  await events.deleteApiDestination({ Name: "orders" });
  await events.deleteConnection({ Name: "partner" });
  await until(
    () => events.listConnections({}),
    ({ Connections = [] }) => Connections.length === 0,
  );
});

test("every operation has been called by the SDK", async () => {
  await allCalled(cloud, "events");
});
