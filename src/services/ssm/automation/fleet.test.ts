import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { newAccount, testCloud } from "../../../../test/cloud.ts";
import { until } from "../../../../test/until.ts";
import { automationCloud } from "./fixture.test.ts";
import { concurrencyOf, isExceeded } from "./fleet.ts";

type Bed = Awaited<ReturnType<typeof automationCloud>>;

test("rate controls are numbers, or percentages of the targets", () => {
  const concurrencies: [string, number, number][] = [
    ["10", 3, 10],
    ["10%", 50, 5],
    ["10%", 5, 1],
    ["100%", 7, 7],
  ];
  for (const [text, total, most] of concurrencies) assert.equal(concurrencyOf(text, total), most, text);
  const errors: [string, number, number, boolean][] = [
    ["0", 0, 5, false],
    ["0", 1, 5, true],
    ["3", 3, 5, false],
    ["3", 4, 5, true],
    ["10%", 4, 50, false],
    ["10%", 5, 50, true],
    ["10%", 0, 5, false],
    ["10%", 1, 5, true],
  ];
  for (const [text, count, total, is] of errors) assert.equal(isExceeded(text, count, total), is, text);
});

/** Sleeps, and fails for a target that names no queue. */
const STEPS = [
  { name: "wait", action: "aws:sleep", inputs: { Duration: "PT10S" } },
  {
    name: "find",
    action: "aws:executeAwsApi",
    inputs: { Service: "sqs", Api: "GetQueueUrl", QueueName: "{{ Queue }}" },
    isEnd: true,
  },
];
const AT_ONCE = STEPS.slice(1);
const parameters = { Queue: { type: "String" }, Other: { type: "String", default: "o" } };

const fleet = async ({ call }: Bed, more: object): Promise<string> =>
  (await call("StartAutomationExecution", { DocumentName: "Queues", TargetParameterName: "Queue", ...more }))
    .AutomationExecutionId;

const byValues = (...Values: string[]) => [{ Key: "ParameterValues", Values }];

async function queues(bed: Bed, steps: object[], ...names: string[]): Promise<void> {
  await bed.make("Queues", steps, { parameters });
  for (const QueueName of names) await bed.call("CreateQueue", { QueueName }, "sqs");
}

const statuses = ({ StepExecutions }: { StepExecutions: { StepName: string; StepStatus: string }[] }) =>
  StepExecutions.map(({ StepName, StepStatus }) => `${StepName} ${StepStatus}`);

/** What runs by now, once nothing else is begun. */
const atRest = async (bed: Bed, id: string, wanted: readonly string[]) => {
  const found = await until(
    () => bed.get(id),
    (execution) => statuses(execution).join() === wanted.join(),
  );
  return found;
};

const children = async ({ call }: Bed, parent: string) =>
  (
    await call("DescribeAutomationExecutions", {
      Filters: [{ Key: "ParentExecutionId", Values: [parent] }],
    })
  ).AutomationExecutionMetadataList;

test("each target has an automation of its own: one at first, then twice as many, up to the concurrency", async () => {
  await using bed = await automationCloud();
  await queues(bed, STEPS, "a", "b", "c", "d", "e");
  const Targets = byValues("a", "b", "c", "d", "e");
  const id = await fleet(bed, { Targets, MaxConcurrency: "3", Parameters: { Other: ["x"] } });
  await atRest(bed, id, ["a InProgress"]);
  await bed.cloud.clock.advance(10_000);
  await atRest(bed, id, ["a Success", "b InProgress", "c InProgress"]);
  await bed.cloud.clock.advance(10_000);
  const late = await atRest(bed, id, ["a Success", "b Success", "c Success", "d InProgress", "e InProgress"]);
  assert.equal(late.AutomationExecutionStatus, "InProgress");
  assert.deepEqual(late.ProgressCounters, {
    TotalSteps: 5,
    SuccessSteps: 3,
    FailedSteps: 0,
    CancelledSteps: 0,
    TimedOutSteps: 0,
  });
  await bed.cloud.clock.advance(10_000);
  const ended = await bed.ended(id);
  assert.deepEqual(
    [ended.AutomationExecutionStatus, ended.MaxConcurrency, ended.MaxErrors, ended.TargetParameterName],
    ["Success", "3", "0", "Queue"],
  );
  assert.deepEqual(ended.Targets, Targets);
  assert.deepEqual(ended.ResolvedTargets, { ParameterValues: ["a", "b", "c", "d", "e"], Truncated: false });
  assert.deepEqual(ended.Parameters, { Other: ["x"] });
  const { StepExecutionId, ExecutionStartTime, ExecutionEndTime, ...step } = ended.StepExecutions[0];
  assert.deepEqual(step, {
    StepName: "a",
    Action: "aws:executeAutomation",
    StepStatus: "Success",
    Inputs: { Queue: "a" },
    Outputs: {},
  });
  assert.ok(ExecutionEndTime - ExecutionStartTime >= 10_000);
  const all = await children(bed, id);
  assert.deepEqual(all.map(({ Target }: { Target: string }) => Target).sort(), ["a", "b", "c", "d", "e"]);
  const child = await bed.get(StepExecutionId);
  assert.deepEqual(
    [child.ParentAutomationExecutionId, child.Target, child.Parameters],
    [id, "a", { Queue: ["a"], Other: ["x"] }],
  );
});

test("no further target is begun once more have failed than may", async () => {
  await using bed = await automationCloud();
  await queues(bed, AT_ONCE, "a", "c", "d");
  const Targets = byValues("a", "none", "c", "nothing", "d");
  const run = async (MaxErrors: string) => {
    const id = await fleet(bed, { Targets, MaxConcurrency: "1", MaxErrors });
    const ended = await bed.ended(id);
    const { SuccessSteps, FailedSteps, TotalSteps } = ended.ProgressCounters;
    return [
      ended.AutomationExecutionStatus,
      ended.StepExecutions.length,
      SuccessSteps,
      FailedSteps,
      TotalSteps,
    ];
  };
  assert.deepEqual(await run("0"), ["Failed", 2, 1, 1, 5]);
  assert.deepEqual(await run("1"), ["Failed", 4, 2, 2, 5]);
  assert.deepEqual(await run("2"), ["Success", 5, 3, 2, 5]);
  assert.deepEqual(await run("40%"), ["Failed", 4, 2, 2, 5]);
});

test("targets are maps of parameters, too", async () => {
  await using bed = await automationCloud();
  await queues(bed, AT_ONCE, "a", "b");
  const TargetMaps = [
    { Queue: ["a"], Other: ["1"] },
    { Queue: ["b"], Other: ["2"] },
  ];
  const ended = await bed.ended(await fleet(bed, { TargetMaps }));
  assert.deepEqual(statuses(ended), ["a Success", "b Success"]);
  assert.deepEqual(ended.TargetMaps, TargetMaps);
  const second = await bed.get(ended.StepExecutions[1].StepExecutionId);
  assert.deepEqual(second.Parameters, { Queue: ["b"], Other: ["2"] });
});

test("targets are found by their tags and in a resource group, of the document's type", async () => {
  await using bed = await automationCloud();
  const { call } = bed;
  const tags = { team: "blue" };
  for (const QueueName of ["a", "b"]) await call("CreateQueue", { QueueName, tags }, "sqs");
  await call("CreateQueue", { QueueName: "other" }, "sqs");
  await call("CreateTopic", { Name: "topic", Tags: [{ Key: "team", Value: "blue" }] }, "sns");
  await call("CreateDocument", {
    Name: "Queues",
    DocumentType: "Automation",
    TargetType: "/AWS::SQS::Queue",
    Content: JSON.stringify({ schemaVersion: "0.3", mainSteps: AT_ONCE, parameters }),
  });
  const Query = JSON.stringify({
    ResourceTypeFilters: ["AWS::AllSupported"],
    TagFilters: [{ Key: "team", Values: ["blue"] }],
  });
  await call(
    "CreateGroup",
    { Name: "blue", ResourceQuery: { Type: "TAG_FILTERS_1_0", Query } },
    "resource-groups",
  );
  for (const target of [
    { Key: "tag:team", Values: ["blue"] },
    { Key: "ResourceGroup", Values: ["blue"] },
  ]) {
    const ended = await bed.ended(await fleet(bed, { Targets: [target] }));
    assert.deepEqual(ended.ResolvedTargets.ParameterValues.sort(), ["a", "b"], ended.FailureMessage);
  }
  const none = await bed.ended(await fleet(bed, { Targets: [{ Key: "tag:team", Values: ["red"] }] }));
  assert.deepEqual(
    [none.AutomationExecutionStatus, none.FailureMessage],
    ["Failed", "No targets were found for the automation."],
  );
  const byGroup = { Filters: [{ Key: "TargetResourceGroup", Values: ["blue"] }] };
  const listed = await call("DescribeAutomationExecutions", byGroup);
  assert.equal(listed.AutomationExecutionMetadataList.length, 1);
});

test("an automation with targets that is stopped cancels those under way, or lets them end", async () => {
  await using bed = await automationCloud();
  await queues(bed, STEPS, "a", "b", "c");
  const Targets = byValues("a", "b", "c");
  for (const [Type, status, steps] of [
    ["Cancel", "Cancelled", ["a Cancelled"]],
    ["Complete", "Success", ["a Success"]],
  ] as const) {
    const id = await fleet(bed, { Targets });
    await atRest(bed, id, ["a InProgress"]);
    await bed.call("StopAutomationExecution", { AutomationExecutionId: id, Type });
    const ended = await bed.ended(id);
    assert.deepEqual([ended.AutomationExecutionStatus, statuses(ended)], [status, steps]);
    assert.equal((await children(bed, id)).length, 1);
  }
});

test("targets that cannot be are refused", async () => {
  await using bed = await automationCloud();
  await queues(bed, STEPS);
  const cases: [object, string, RegExp][] = [
    [
      { Targets: byValues("a"), TargetMaps: [{ Queue: ["a"] }] },
      "InvalidTarget",
      /can't be specified together/,
    ],
    [
      { Targets: byValues("a"), TargetParameterName: undefined },
      "InvalidTarget",
      /TargetParameterName is required/,
    ],
    [
      { Targets: [{ Key: "Colour", Values: ["red"] }] },
      "InvalidTarget",
      /The target key Colour is not valid/,
    ],
    [
      { Targets: byValues("a"), TargetParameterName: "queue" },
      "InvalidAutomationExecutionParametersException",
      /^Unknown parameters: \[queue\]\./,
    ],
    [
      { TargetMaps: [{ Queue: ["a"], None: ["b"] }] },
      "InvalidAutomationExecutionParametersException",
      /^Unknown parameters: \[None\]\./,
    ],
  ];
  for (const [input, code, message] of cases) await assert.rejects(fleet(bed, input), { code, message });
});

test("an automation of several accounts and Regions runs in each, as the role that is there, on targets, too", async () => {
  await using bed = await automationCloud();
  const { cloud, call } = bed;
  const [one, two] = [newAccount(), newAccount()];
  const regions = ["us-east-1", "eu-west-1"];
  await bed.make(
    "Makes",
    [
      {
        name: "make",
        action: "aws:executeAwsApi",
        inputs: { Service: "sqs", Api: "CreateQueue", QueueName: "{{ Name }}" },
      },
    ],
    { parameters: { Name: { type: "String", default: "made" } } },
  );
  const TargetLocations = [{ Accounts: [one, two], Regions: regions, TargetLocationMaxConcurrency: "2" }];
  const run = async (more: object) => {
    const started = await call("StartAutomationExecution", { DocumentName: "Makes", ...more });
    return await bed.ended(started.AutomationExecutionId);
  };
  const ended = await run({ TargetLocations });
  assert.equal(ended.AutomationExecutionStatus, "Success", ended.FailureMessage);
  assert.deepEqual(ended.TargetLocations, TargetLocations);
  assert.equal(ended.ProgressCounters.SuccessSteps, 4);
  const places = [one, two].flatMap((account) => regions.map((region) => ({ account, region })));
  assert.deepEqual(
    ended.StepExecutions.map(({ TargetLocation }: { TargetLocation: object }) => TargetLocation),
    places.map(({ account, region }) => ({ Accounts: [account], Regions: [region] })),
  );
  for (const [at, { account, region }] of places.entries()) {
    const where = { account, region, as: `arn:aws:iam::${account}:root` };
    const { QueueUrls } = await cloud.call<{ QueueUrls: string[] }>("sqs", "ListQueues", {}, where);
    assert.equal(QueueUrls.length, 1);
    const input = { AutomationExecutionId: ended.StepExecutions[at].StepExecutionId };
    // biome-ignore lint/suspicious/noExplicitAny: as the answer comes
    const { AutomationExecution: child } = await cloud.call<any>(
      "ssm",
      "GetAutomationExecution",
      input,
      where,
    );
    assert.equal(child.ParentAutomationExecutionId, ended.AutomationExecutionId);
    const made = cloud.calls
      .of("sqs", "CreateQueue")
      .find((one) => one.account === account && one.region === region);
    assert.match(made?.callerArn ?? "", /role\/AWS-SystemsManager-AutomationExecutionRole/);
  }
  const byType = { Filters: [{ Key: "AutomationType", Values: ["CrossAccount"] }] };
  assert.equal(
    (await call("DescribeAutomationExecutions", byType)).AutomationExecutionMetadataList.length,
    1,
  );

  const onTargets = await run({
    TargetParameterName: "Name",
    Targets: byValues("x", "y"),
    TargetLocations: [{ Accounts: [one, two], ExcludeAccounts: [two], Regions: ["us-east-1"] }],
  });
  assert.deepEqual(statuses(onTargets), [`${one} us-east-1 Success`]);
  const where = { account: one, region: "us-east-1", as: `arn:aws:iam::${one}:root` };
  const { QueueUrls } = await cloud.call<{ QueueUrls: string[] }>("sqs", "ListQueues", {}, where);
  assert.deepEqual(QueueUrls.map((url) => url.split("/").at(-1)).sort(), ["made", "x", "y"]);

  const place = { Accounts: [one], Regions: regions };
  const refused: [object[], string, RegExp][] = [
    [[{ Accounts: [one] }], "InvalidTarget", /at least one account and one Region/],
    [[{ ...place, Accounts: ["ou-abcd-12345678"] }], "NotImplemented", /organizational units/],
    [
      [place, { ...place, TargetLocationMaxErrors: "5" }],
      "NotImplemented",
      /TargetLocations of different rates/,
    ],
  ];
  for (const [TargetLocations, code, message] of refused)
    await assert.rejects(run({ TargetLocations }), { code, message });
});

test("with --iam, an automation acts as no role of another account that does not let its own role in", async () => {
  await using bed = await automationCloud({ iam: "enforce" });
  const [open, shut] = [newAccount(), newAccount()];
  const role = async (account: string, RoleName: string, Principal: object, Action: string) => {
    const where = { account, region: "us-east-1", as: `arn:aws:iam::${account}:root` };
    const policy = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement });
    const AssumeRolePolicyDocument = policy({ Effect: "Allow", Principal, Action: "sts:AssumeRole" });
    await bed.cloud.call("iam", "CreateRole", { RoleName, AssumeRolePolicyDocument }, where);
    const PolicyDocument = policy({ Effect: "Allow", Action, Resource: "*" });
    await bed.cloud.call("iam", "PutRolePolicy", { RoleName, PolicyName: "all", PolicyDocument }, where);
  };
  const Service = "ssm.amazonaws.com";
  await role(bed.account, "Admin", { Service }, "sts:AssumeRole");
  for (const [account, trusted] of [
    [open, bed.account],
    [shut, open],
  ] as const) {
    const Principal = { AWS: `arn:aws:iam::${trusted}:root`, Service };
    await role(account, "AWS-SystemsManager-AutomationExecutionRole", Principal, "sqs:*");
  }
  const inputs = { Service: "sqs", Api: "CreateQueue", QueueName: "q" };
  const assumeRole = `arn:aws:iam::${bed.account}:role/Admin`;
  await bed.make("Makes", [{ name: "make", action: "aws:executeAwsApi", inputs }], { assumeRole });
  const started = await bed.call("StartAutomationExecution", {
    DocumentName: "Makes",
    TargetLocations: [{ Accounts: [open, shut], Regions: ["us-east-1"] }],
  });
  const ended = await bed.ended(started.AutomationExecutionId);
  assert.deepEqual(statuses(ended), [`${open} us-east-1 Success`, `${shut} us-east-1 Failed`]);
  assert.match(ended.StepExecutions[1].FailureMessage, /is not authorized to perform: sts:AssumeRole/);
});

test("an automation with targets goes on after a restart, and begins none of them twice", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-fleet-"));
  const where = { account: "123456789012", region: "us-east-1" };
  const of = async (cloud: Awaited<ReturnType<typeof testCloud>>, id: string) =>
    // biome-ignore lint/suspicious/noExplicitAny: as the answer comes
    (await cloud.call<any>("ssm", "GetAutomationExecution", { AutomationExecutionId: id }, where))
      .AutomationExecution;
  try {
    let id = "";
    {
      await using cloud = await testCloud({ listen: false, dataDir });
      const Content = JSON.stringify({
        schemaVersion: "0.3",
        mainSteps: [{ name: "wait", action: "aws:sleep", inputs: { Duration: "PT1H" } }],
        parameters: { Name: { type: "String" } },
      });
      await cloud.call(
        "ssm",
        "CreateDocument",
        { Name: "Waits", DocumentType: "Automation", Content },
        where,
      );
      const started = await cloud.call<{ AutomationExecutionId: string }>(
        "ssm",
        "StartAutomationExecution",
        { DocumentName: "Waits", TargetParameterName: "Name", Targets: byValues("a", "b", "c") },
        where,
      );
      id = started.AutomationExecutionId;
      await until(async () => statuses(await of(cloud, id)).length === 1);
    }
    await using cloud = await testCloud({ listen: false, dataDir });
    await cloud.clock.advance(3_600_000);
    await until(async () => statuses(await of(cloud, id)).length === 3);
    await cloud.clock.advance(3_600_000);
    const ended = await until(
      () => of(cloud, id),
      ({ ExecutionEndTime }) => Boolean(ExecutionEndTime),
    );
    assert.deepEqual(statuses(ended), ["a Success", "b Success", "c Success"]);
    const listed = await cloud.call<{ AutomationExecutionMetadataList: unknown[] }>(
      "ssm",
      "DescribeAutomationExecutions",
      {},
      where,
    );
    assert.equal(listed.AutomationExecutionMetadataList.length, 4);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});
