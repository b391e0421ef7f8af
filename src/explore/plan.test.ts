import assert from "node:assert/strict";
import { test } from "node:test";
import { callAt, sitesAt } from "../../test/explore/sites.ts";
import { declaredKinds, faultKinds } from "./fault-kinds.ts";
import { type Plan, pair, planSingles } from "./plan.ts";

const PUT = "test > dynamodb.PutItem@orders~1a#1";
const internal = { isInternal: true };

/** `PutItem@orders × outage`, in the order of the plan. */
const said = ({ experiments }: Plan): string[] =>
  experiments.map(
    ({ strikes: [strike] }) =>
      `${strike!.site.steps.at(-1)!.replace(/^\w+\.|[~#].*/g, "")} × ${strike!.kind.name}`,
  );

const why = ({ passedOver }: Plan, fault?: string): string[] =>
  passedOver.filter((one) => one.fault === fault).map(({ reason }) => reason);

test("a write is struck once by each kind that means something there", () => {
  const plan = planSingles(sitesAt(PUT), faultKinds("default"));
  assert.deepEqual(said(plan), [
    "PutItem@orders × transient",
    "PutItem@orders × throttle",
    "PutItem@orders × outage",
    "PutItem@orders × lost-reply",
  ]);
  assert.deepEqual(why(plan, "partial"), ["it is no batch"]);
});

test("what would show nothing is left out, and the plan says why", () => {
  const cases: [string, Parameters<typeof callAt>, string, string][] = [
    [
      "a read",
      ["test > dynamodb.GetItem@orders~1#1"],
      "lost-reply",
      "a read has no effect that could be doubled",
    ],
    [
      "a token",
      ["test > dynamodb.TransactWriteItems~1#1", { input: { ClientRequestToken: "t" } }],
      "lost-reply",
      "its token makes it safe to repeat",
    ],
    [
      "AWS's own call",
      [`${PUT} > lambda.Invoke@worker#1 > sqs.SendMessage@jobs#1`, internal],
      "transient",
      "sqs is called by AWS itself, which tries again",
    ],
    [
      "a FIFO queue",
      ["test > sqs.SendMessage@jobs.fifo~1#1", { input: { QueueUrl: "http://localhost/0/jobs.fifo" } }],
      "duplicate",
      "a FIFO queue delivers once, and in order",
    ],
    [
      "a message that nobody takes",
      ["test > sqs.SendMessage@jobs~1#1", { input: { QueueUrl: "http://localhost/0/jobs" } }],
      "duplicate",
      "nobody receives from that queue",
    ],
    [
      "an event of AWS's own",
      [
        "test > stepfunctions.StartExecution@bill~1#1 > events.PutEvents#1",
        { ...internal, input: { Entries: [{ Source: "aws.states" }] } },
      ],
      "transient",
      "AWS announces what has happened",
    ],
    [
      "a write where nothing is",
      [PUT, { input: { ConditionExpression: "attribute_not_exists(id)" } }],
      "race",
      "it makes what nobody has made: whoever was first has made it",
    ],
    [
      "a consistent read",
      ["test > dynamodb.GetItem@orders~1#1", { input: { TableName: "orders", ConsistentRead: true } }],
      "stale-read",
      "it reads consistently",
    ],
    [
      "a first read",
      ["test > dynamodb.GetItem@orders~1#1"],
      "stale-read",
      "nothing was written there before",
    ],
  ];
  for (const [name, [site, more], fault, reason] of cases) {
    const sites = sitesAt("test > dynamodb.DeleteItem@other~1#1", callAt(site, more)).slice(1);
    const plan = planSingles(sites, faultKinds(fault));
    assert.deepEqual(plan.experiments, [], name);
    const reasons = [...why(plan, fault), ...why(plan)];
    assert.ok(reasons.includes(reason), `${name}: ${reasons}`);
  }
});

test("a state machine's task is struck as a client's call is: it is tried again only as the machine says", () => {
  const task = "test > stepfunctions.StartExecution@bill~1#1 > lambda.Invoke@render#1";
  const plan = planSingles(
    sitesAt(PUT, callAt(task, internal)).slice(1),
    faultKinds("transient,throttle,outage,lost-reply"),
  );
  assert.deepEqual(said(plan), [
    "Invoke@render × transient",
    "Invoke@render × throttle",
    "Invoke@render × outage",
  ]);
});

test("a message that somebody takes comes twice, whether its queue is named by URL or ARN", () => {
  const sent = callAt("test > sqs.SendMessage@jobs~1#1", { input: { QueueUrl: "http://localhost/0/jobs" } });
  const taken = callAt("event-source(jobs) > sqs.ReceiveMessage@jobs#1", {
    ...internal,
    input: { QueueUrl: "arn:aws:sqs:us-east-1:0:jobs" },
  });
  assert.deepEqual(said(planSingles(sitesAt(sent, taken), faultKinds("duplicate"))), [
    "SendMessage@jobs × duplicate",
  ]);
});

test("set-up and tear-down are not struck", () => {
  const plan = planSingles(
    sitesAt("test > dynamodb.CreateTable@orders~1#1", PUT, "test > dynamodb.DeleteTable@orders~2#1"),
    faultKinds("outage"),
  );
  assert.deepEqual(said(plan), ["PutItem@orders × outage"]);
  assert.deepEqual(why(plan), ["set-up", "tear-down"]);
});

test("what a second test makes is its set-up, but not what an application makes by itself or schedules", () => {
  const put = "test > dynamodb.PutItem@orders~1#1";
  const struck = (...sites: string[]) =>
    sitesAt(...sites)
      .filter(({ passedOver }) => passedOver === undefined)
      .map(({ steps }) => steps.at(-1)!.replace(/[~#].*/, ""));
  const table = "test > dynamodb.CreateTable@orders~1#1";
  assert.deepEqual(struck(table, put, "test > sqs.CreateQueue@mails#1", "test > sqs.SendMessage@mails~1#1"), [
    "dynamodb.PutItem@orders",
    "sqs.SendMessage@mails",
  ]);
  assert.deepEqual(struck(put, "test > sqs.CreateQueue@mails#1", "test > sqs.SendMessage@mails~1#1"), [
    "dynamodb.PutItem@orders",
    "sqs.CreateQueue@mails",
    "sqs.SendMessage@mails",
  ]);
  assert.deepEqual(
    struck(table, put, "test > scheduler.CreateSchedule@later~1#1", "test > sqs.SendMessage@m~1#1"),
    ["dynamodb.PutItem@orders", "scheduler.CreateSchedule@later", "sqs.SendMessage@m"],
  );
  assert.deepEqual(
    struck(table, "test > ssm.PutParameter@/a~1#1", "test > ecs.RegisterTaskDefinition~1#1", put),
    ["dynamodb.PutItem@orders"],
  );
});

test("of a loop the first and the last are struck", () => {
  const loop = Array.from({ length: 9 }, (_, at) => `test > dynamodb.PutItem@orders~${at}f#1`);
  const plan = planSingles(sitesAt(...loop), faultKinds("outage"));
  assert.deepEqual(
    plan.experiments.map(({ strikes: [strike] }) => strike!.site.path),
    [loop[0], loop[8]],
  );
  assert.equal(why(plan).length, 7);
});

test("a function that does the same for another caller is not tried again", () => {
  const below = (caller: string) =>
    `test > sns.Publish@${caller}~1#1 > lambda.Invoke@worker#1 > dynamodb.PutItem@a~9#1`;
  const plan = planSingles(sitesAt(below("red"), below("blue")), faultKinds("outage"));
  assert.equal(plan.experiments.length, 1);
  assert.deepEqual(why(plan), ["the same function did the same before"]);
});

test("writes come before what is invoked, that before reads, and what is new before what is known", () => {
  const sites = sitesAt(
    "test > dynamodb.GetItem@orders~1#1",
    "test > lambda.Invoke@worker~1#1",
    PUT,
    "test > sqs.SendMessage@jobs~1#1",
  );
  assert.deepEqual(said(planSingles(sites, faultKinds("outage"), ({ service }) => service !== "sqs")), [
    "PutItem@orders × outage",
    "Invoke@worker × outage",
    "GetItem@orders × outage",
    "SendMessage@jobs × outage",
  ]);
});

test("a function that takes several messages at once is struck without its ordinal: which message leads to which is a matter of time", () => {
  const sends = "test > sqs.SendMessage@jobs~1a#1";
  const patternAt = (site: string) => {
    const plan = planSingles(sitesAt(sends, callAt(site, internal)), faultKinds("function-error"));
    return plan.experiments[0]?.rules[0]?.match?.parent;
  };
  assert.equal(
    patternAt("test > sqs.SendMessage@jobs > lambda.Invoke@worker#2"),
    "^test > sqs.SendMessage@jobs > lambda.Invoke@worker",
  );
  assert.equal(
    patternAt("test > sqs.SendMessage@jobs~1a#1 > lambda.Invoke@worker#2"),
    "^test > sqs.SendMessage@jobs~1a#1 > lambda.Invoke@worker#2",
  );
});

test("an index lags once for each table whose index is read", () => {
  const put = (table: string) =>
    callAt(`test > dynamodb.PutItem@${table}~1#1`, { input: { TableName: table } });
  const query = callAt("test > dynamodb.Query@orders~1#1", {
    input: { TableName: "orders", IndexName: "by-mail" },
  });
  const plan = planSingles(
    sitesAt(put("orders"), put("orders"), put("stock"), query),
    faultKinds("index-lag"),
  );
  assert.deepEqual(said(plan), ["PutItem@orders × index-lag"]);
  assert.deepEqual(plan.experiments[0]!.rules[0]!.match, { resource: ["table/orders"] });
});

test("errors that an operation declares are tried where it declares them, unless a kind stands for them", () => {
  const sites = sitesAt(PUT, "test > sqs.SendMessage@jobs~1#1");
  const kinds = declaredKinds(sites);
  const names = kinds.map(({ name }) => name);
  assert.ok(names.includes("ItemCollectionSizeLimitExceededException"), names.join());
  assert.ok(
    names.every((name) => !/Throttl|Internal|ConditionalCheck/.test(name)),
    names.join(),
  );
  const plan = planSingles(sites, kinds);
  assert.ok(said(plan).includes("PutItem@orders × ItemCollectionSizeLimitExceededException"));
  assert.ok(!said(plan).includes("SendMessage@jobs × ItemCollectionSizeLimitExceededException"));
});

test("of a pair both rules have names of their own, and the milder expectation holds", () => {
  const [site] = sitesAt(PUT);
  const [transient, outage] = faultKinds("transient,outage");
  const both = pair({ site: site!, kind: transient! }, { site: site!, kind: outage! });
  assert.deepEqual(
    both.rules.map(({ id }) => id),
    ["explore-1", "explore-2"],
  );
  assert.equal(both.expects, "clean");
});

test("500 sites under every kind are planned within a share of a run's time", () => {
  const calls = Array.from({ length: 500 }, (_, at) =>
    callAt(`test > lambda.Invoke@f${at}~1#1 > dynamodb.PutItem@t${at}~1#1`, {
      input: { TableName: `t${at}`, Item: {} },
    }),
  );
  const sites = sitesAt(...calls);
  const startedAt = performance.now();
  const plan = planSingles(sites, faultKinds("deep"));
  assert.ok(plan.experiments.length >= 3000, String(plan.experiments.length));
  assert.ok(performance.now() - startedAt < 5000);
});
