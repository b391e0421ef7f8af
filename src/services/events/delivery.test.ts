import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  CreateEventBusCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  PutEventsCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { newAccount } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { FaultRuleInput } from "../../index.ts";
import { eventsCloud } from "./fixture.test.ts";

const ORDERS = { source: ["shop"], detail: { state: ["paid"] } };

test("an event that a rule matches comes to its target, whole, and no other does", async () => {
  await using world = await eventsCloud();
  const Arn = await world.queue("orders");
  await world.rule("paid", ORDERS, [{ Id: "q", Arn }]);
  await world.put({ state: "open" });
  const { Entries, FailedEntryCount } = await world.put({ state: "paid" }, { Resources: ["arn:aws:s3:::b"] });
  assert.equal(FailedEntryCount, 0);
  const [event, ...more] = (await world.bodies(Arn, 1)) as { time: string }[];
  assert.deepEqual(more, []);
  assert.match(event!.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(
    { ...event, time: "" },
    {
      version: "0",
      id: Entries![0]!.EventId,
      "detail-type": "order",
      source: "shop",
      account: world.account,
      time: "",
      region: "us-east-1",
      resources: ["arn:aws:s3:::b"],
      detail: { state: "paid" },
    },
  );
});

test("a rule that is disabled sends nothing, until it is enabled again", async () => {
  await using world = await eventsCloud();
  const Arn = await world.queue("orders");
  await world.rule("paid", ORDERS, [{ Id: "q", Arn }]);
  await world.events.send(new DisableRuleCommand({ Name: "paid" }));
  await world.put({ state: "paid" });
  assert.deepEqual(await world.bodies(Arn, 0), []);
  await world.events.send(new EnableRuleCommand({ Name: "paid" }));
  await world.put({ state: "paid" });
  assert.equal((await world.bodies(Arn, 1)).length, 1);
});

test("entries fail one by one, in AWS's words, in their order", async () => {
  await using world = await eventsCloud();
  const whole = { Source: "shop", DetailType: "order", Detail: "{}" };
  const { Entries, FailedEntryCount } = await world.events.send(
    new PutEventsCommand({
      Entries: [
        whole,
        { ...whole, DetailType: undefined },
        { ...whole, Detail: "[1]" },
        { ...whole, Source: "aws.shop" },
        { ...whole, EventBusName: "nobody" },
      ],
    }),
  );
  assert.equal(FailedEntryCount, 3);
  assert.ok(Entries![0]!.EventId && Entries![4]!.EventId);
  assert.deepEqual(Entries!.slice(1, 4), [
    {
      ErrorCode: "InvalidArgument",
      ErrorMessage: "Parameter DetailType is not valid. Reason: DetailType is a required argument.",
    },
    { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." },
    { ErrorCode: "NotAuthorizedForSource", ErrorMessage: "Not authorized for the source." },
  ]);
});

test("ten entries are the most, and 1 MB together", async () => {
  await using world = await eventsCloud();
  const entry = { Source: "shop", DetailType: "order", Detail: "{}" };
  const put = (count: number, over: object = {}) =>
    world.events.send(new PutEventsCommand({ Entries: Array(count).fill({ ...entry, ...over }) }));
  await put(10);
  await assert.rejects(put(11), {
    name: "ValidationException",
    message: `1 validation error detected: Value '[${Array(11)
      .fill(
        "PutEventsRequestEntry(time=null, source=shop, resources=null, detailType=order, detail={}, eventBusName=null, traceHeader=null, kmsKeyIdentifier=null, internalMetadata=null)",
      )
      .join(
        ", ",
      )}]' at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10`,
  });
  const most = 1_048_576 - "shop".length - "order".length - '{"a":""}'.length;
  await put(1, { Detail: JSON.stringify({ a: "x".repeat(most) }) });
  await assert.rejects(put(1, { Detail: JSON.stringify({ a: "x".repeat(most + 1) }) }), {
    name: "ValidationException",
    message: "Total size of the entries in the request is over the limit.",
  });
});

test("an event goes on to another bus as the same event, also in another account, and no further from there", async () => {
  await using world = await eventsCloud();
  await world.events.send(new CreateEventBusCommand({ Name: "near" }));
  const far = "222233334444";
  const farBus = `arn:aws:events:eu-west-1:${far}:event-bus/far`;
  const call = (operation: string, input: object) =>
    world.cloud.call("events", operation, input, { account: far, region: "eu-west-1" });
  await call("CreateEventBus", { Name: "far" });
  const Arn = await world.queue("orders");
  const everything = { source: [{ prefix: "" }] };
  const nearArn = `arn:aws:events:us-east-1:${world.account}:event-bus/near`;
  const RoleArn = `arn:aws:iam::${world.account}:role/rule`;
  await world.rule("on", everything, [
    { Id: "near", Arn: nearArn, RoleArn },
    { Id: "far", Arn: farBus, RoleArn },
  ]);
  await world.rule("keep", everything, [{ Id: "q", Arn }], "near");
  const farQueue = await world.queue("far-orders");
  await call("PutRule", { Name: "keep", EventBusName: "far", EventPattern: JSON.stringify(everything) });
  await call("PutTargets", { Rule: "keep", EventBusName: "far", Targets: [{ Id: "q", Arn: farQueue }] });

  const { Entries } = await world.put({ n: 1 });
  const [near] = (await world.bodies(Arn, 1)) as { id: string; account: string; region: string }[];
  assert.equal(near!.id, Entries![0]!.EventId);
  const [there] = (await world.bodies(farQueue, 1)) as (typeof near)[];
  assert.equal(there!.account, world.account);
  assert.equal(there!.region, "us-east-1");
  assert.notEqual(there!.id, near!.id);
});

test("two buses that send to each other come to an end", async () => {
  await using world = await eventsCloud();
  const bus = (name: string) => `arn:aws:events:us-east-1:${world.account}:event-bus/${name}`;
  await world.events.send(new CreateEventBusCommand({ Name: "other" }));
  const everything = { source: [{ prefix: "" }] };
  const Arn = await world.queue("seen");
  const RoleArn = `arn:aws:iam::${world.account}:role/rule`;
  await world.rule("there", everything, [
    { Id: "bus", Arn: bus("other"), RoleArn },
    { Id: "q", Arn },
  ]);
  await world.rule("back", everything, [{ Id: "bus", Arn: bus("default"), RoleArn }], "other");
  await world.put({});
  // Of eleven buses on the way every second one is the default one.
  assert.equal((await world.bodies(Arn, 6)).length, 6);
});

test("a client cannot say that an event came from another account", async () => {
  await using world = await eventsCloud();
  const Arn = await world.queue("orders");
  await world.rule("all", { source: ["shop"] }, [{ Id: "q", Arn }]);
  const response = await fetch(world.cloud.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSEvents.PutEvents",
      authorization: `AWS4-HMAC-SHA256 Credential=${world.account}/20260101/us-east-1/events/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify({
      Entries: [
        {
          Source: "shop",
          DetailType: "order",
          Detail: "{}",
          forwarded: { id: "forged", account: "999999999999", region: "x", time: "y", hops: 0 },
        },
      ],
    }),
  });
  assert.equal(response.status, 200);
  const [event] = (await world.bodies(Arn, 1)) as { id: string; account: string }[];
  assert.equal(event!.account, world.account);
  assert.notEqual(event!.id, "forged");
});

test("an explicit Deny in a bus's policy bites", async () => {
  await using world = await eventsCloud();
  await world.events.send(new CreateEventBusCommand({ Name: "closed" }));
  await world.put({}, { EventBusName: "closed" });
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "no",
        Effect: "Deny",
        Principal: "*",
        Action: "events:PutEvents",
        Resource: `arn:aws:events:us-east-1:${world.account}:event-bus/closed`,
      },
    ],
  });
  await world.events.send(new PutPermissionCommand({ EventBusName: "closed", Policy }));
  await assert.rejects(world.put({}, { EventBusName: "closed" }), { name: "AccessDeniedException" });
  await world.put({});
});

test("what cannot be delivered goes to the dead-letter queue at once, with AWS's attributes", async () => {
  await using world = await eventsCloud();
  const dead = await world.queue("dead");
  const gone = `arn:aws:sqs:us-east-1:${world.account}:gone`;
  const RuleArn = await world.rule("paid", ORDERS, [{ Id: "q", Arn: gone, DeadLetterConfig: { Arn: dead } }]);
  await world.put({ state: "paid" });
  const [message] = await world.received(dead, 1);
  const texts = Object.fromEntries(
    Object.entries(message!.MessageAttributes!).map(([name, { StringValue }]) => [name, StringValue]),
  );
  assert.match(texts["ERROR_MESSAGE"]!, /does not exist/);
  assert.deepEqual(
    { ...texts, ERROR_MESSAGE: "" },
    {
      ERROR_CODE: "NO_RESOURCE",
      ERROR_MESSAGE: "",
      RETRY_ATTEMPTS: "0",
      RULE_ARN: RuleArn,
      TARGET_ARN: gone,
    },
  );
  assert.deepEqual((JSON.parse(message!.Body!) as { detail: unknown }).detail, { state: "paid" });
});

test("an attempt that may pass is made again by the retry policy, on the clock", async () => {
  await using world = await eventsCloud({
    faults: [{ point: "events:deliver", effect: "fail", params: { code: "THROTTLING" } }],
  });
  const dead = await world.queue("dead");
  const Arn = await world.queue("orders");
  const RetryPolicy = { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3600 };
  await world.rule("paid", ORDERS, [{ Id: "q", Arn, RetryPolicy, DeadLetterConfig: { Arn: dead } }]);
  await world.put({ state: "paid" });
  await world.cloud.clock.advance("6s");
  assert.deepEqual(await world.received(dead, 0), []);
  await world.cloud.clock.advance("2s");
  const [message] = await world.received(dead, 1);
  const { ERROR_CODE, EXHAUSTED_RETRY_CONDITION, RETRY_ATTEMPTS } = message!.MessageAttributes!;
  assert.equal(ERROR_CODE!.StringValue, "THROTTLING");
  assert.equal(EXHAUSTED_RETRY_CONDITION!.StringValue, "MaximumRetryAttempts");
  assert.equal(RETRY_ATTEMPTS!.StringValue, "3");
});

test("185 retries fit into the day that AWS tries", async () => {
  await using world = await eventsCloud({ faults: [{ point: "events:deliver", effect: "fail" }] });
  const dead = await world.queue("dead");
  const Arn = await world.queue("orders");
  await world.rule("paid", ORDERS, [{ Id: "q", Arn, DeadLetterConfig: { Arn: dead } }]);
  await world.put({ state: "paid" });
  await world.cloud.clock.advance("24h");
  const [message] = await world.received(dead, 1);
  assert.equal(message!.MessageAttributes!["RETRY_ATTEMPTS"]!.StringValue, "185");
});

test("events come late, twice, never, and out of their order when a rule says so", async () => {
  await using world = await eventsCloud();
  const Arn = await world.queue("orders");
  const RuleArn = await world.rule("all", { source: ["shop"] }, [{ Id: "q", Arn }]);
  const numbers = async (count: number) =>
    ((await world.bodies(Arn, count)) as { detail: { n: number } }[]).map(({ detail }) => detail.n);
  const point = "events:deliver";
  const match = { resource: RuleArn };
  const strike = (rule: FaultRuleInput) => world.cloud.faults.add(rule);

  const late = await strike({ point, match, effect: "delay", params: { ms: "90s" } });
  await world.put({ n: 1 });
  assert.deepEqual(await numbers(0), []);
  await world.cloud.clock.advance("91s");
  assert.deepEqual(await numbers(1), [1]);
  await world.cloud.faults.remove(late.id);

  const twice = await strike({ point, match, effect: "duplicate", params: { copies: 2 } });
  await world.put({ n: 2 });
  assert.deepEqual(await numbers(3), [2, 2, 2]);
  await world.cloud.faults.remove(twice.id);

  const never = await strike({ point, match, effect: "drop", params: {} });
  await world.put({ n: 3 });
  await world.cloud.clock.advance("1h");
  assert.deepEqual(await numbers(0), []);
  await world.cloud.faults.remove(never.id);

  await strike({ point, match, effect: "reorder", params: { ms: "60s" } });
  for (let n = 10; n < 20; n++) await world.put({ n });
  await world.cloud.clock.advance("61s");
  const shuffled = await numbers(10);
  assert.deepEqual([...shuffled].sort(), [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  assert.notDeepEqual(shuffled, [...shuffled].sort());
});

test("a rule's schedule is due on the clock, and comes late, twice or never when a rule says so", async () => {
  await using world = await eventsCloud();
  const Arn = await world.queue("ticks");
  await world.events.send(new PutRuleCommand({ Name: "tick", ScheduleExpression: "rate(1 minute)" }));
  await world.events.send(new PutTargetsCommand({ Rule: "tick", Targets: [{ Id: "q", Arn }] }));
  await world.cloud.clock.advance("2m");
  const [event, ...more] = (await world.bodies(Arn, 2)) as Record<string, unknown>[];
  assert.equal(more.length, 1);
  assert.deepEqual(
    { ...event, id: "", time: "" },
    {
      version: "0",
      id: "",
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: world.account,
      time: "",
      region: "us-east-1",
      resources: [`arn:aws:events:us-east-1:${world.account}:rule/tick`],
      detail: {},
    },
  );
  const point = "events:schedule";
  const strike = (rule: FaultRuleInput) => world.cloud.faults.add(rule);
  await strike({ point, effect: "skip", times: 1 });
  await world.cloud.clock.advance("1m");
  assert.deepEqual(await world.bodies(Arn, 0), []);
  await strike({ point, effect: "duplicate", times: 1 });
  await world.cloud.clock.advance("1m");
  assert.equal((await world.bodies(Arn, 2)).length, 2);
  await strike({ point, effect: "delay", params: { ms: "30s" }, times: 1 });
  await world.cloud.clock.advance("1m");
  assert.deepEqual(await world.bodies(Arn, 0), []);
  await world.cloud.clock.advance("31s");
  assert.equal((await world.bodies(Arn, 1)).length, 1);
});

test("an event of a schedule that a rule delays outlives a restart", async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-late-"));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const account = newAccount();
  {
    await using world = await eventsCloud({ dataDir, clockRate: 0 }, account);
    const Arn = await world.queue("ticks");
    await world.events.send(new PutRuleCommand({ Name: "tick", ScheduleExpression: "rate(1 hour)" }));
    await world.events.send(new PutTargetsCommand({ Rule: "tick", Targets: [{ Id: "q", Arn }] }));
    await world.cloud.faults.add({ point: "events:schedule", effect: "delay", params: { ms: "30m" } });
    await world.cloud.clock.advance("1h");
    assert.deepEqual(await world.bodies(Arn, 0), []);
  }
  await using world = await eventsCloud({ dataDir, clockRate: 0 }, account);
  await world.cloud.clock.advance("31m");
  assert.equal((await world.bodies(`arn:aws:sqs:us-east-1:${account}:ticks`, 1)).length, 1);
});

test("a bus's name has no slash: that is what stands between a bus and its rule", async () => {
  await using world = await eventsCloud();
  await assert.rejects(world.bus("a/b"), {
    name: "ValidationException",
    message: "Event bus name must not contain '/'.",
  });
});

test("an attempt whose answer was lost starts no second execution of a state machine; an event that a rule doubles does", async () => {
  await using world = await eventsCloud();
  const call = <O>(operation: string, input: object) =>
    world.cloud.call<O>("stepfunctions", operation, input, { account: world.account });
  const RoleArn = `arn:aws:iam::${world.account}:role/m`;
  const { stateMachineArn } = await call<{ stateMachineArn: string }>("CreateStateMachine", {
    name: "m",
    roleArn: RoleArn,
    definition: JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true } } }),
  });
  await world.rule("r", { source: ["shop"] }, [{ Id: "m", Arn: stateMachineArn, RoleArn }]);
  const names = async () => {
    const { executions } = await call<{ executions: { name: string }[] }>("ListExecutions", {
      stateMachineArn,
    });
    return executions.map(({ name }) => name);
  };
  await world.cloud.faults.add({
    effect: "lost-reply",
    match: { service: "stepfunctions", operation: "StartExecution" },
    times: 1,
  });
  const { Entries } = await world.put({ n: 1 });
  await until(names, ({ length }) => length === 1);
  await world.cloud.settle("1m");
  const [name] = await names();
  assert.equal((await names()).length, 1);
  assert.match(name!, new RegExp(`^${Entries![0]!.EventId}_[0-9a-f-]{36}$`));
  const tried = world.cloud.calls
    .of("stepfunctions")
    .filter(({ operation }) => operation === "StartExecution");
  assert.equal(tried.length, 2);
  await world.cloud.faults.add({ point: "events:deliver", effect: "duplicate", times: 1 });
  await world.put({ n: 2 });
  await until(names, ({ length }) => length === 3);
});
