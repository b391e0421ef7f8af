import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { newAccount, testCloud } from "../../../../test/cloud.ts";
import type { Cloud } from "../../../index.ts";
import { sdkStacks } from "../sdk.fixture.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud.stop());

type Stacks = ReturnType<typeof sdkStacks>;
type Answer = Record<string, unknown>;

const REGIONS = ["us-east-1", "eu-west-1"];

const queue = (more: object = {}) => ({
  Parameters: { Delay: { Type: "Number", Default: 1 } },
  Resources: { Jobs: { Type: "AWS::SQS::Queue", Properties: { DelaySeconds: { Ref: "Delay" }, ...more } } },
});

/** What a stack set's calls come to, in a few words. */
function setsOf(stacks: Stacks, StackSetName = "fleet") {
  const instances = async (more: object = {}) => {
    const { Summaries } = await stacks.call("ListStackInstances", { StackSetName, ...more });
    return Summaries as Record<string, string & { DetailedStatus: string }>[];
  };
  return {
    create: (template: object, more: object = {}) =>
      stacks.call("CreateStackSet", { StackSetName, TemplateBody: JSON.stringify(template), ...more }),
    update: (template: object, more: object = {}) =>
      stacks.call("UpdateStackSet", { StackSetName, TemplateBody: JSON.stringify(template), ...more }),
    call: (operation: string, input: object = {}) => stacks.call(operation, { StackSetName, ...input }),
    instances,
    /** `account region STATUS DETAIL`, in their order. */
    states: async () =>
      (await instances()).map(
        ({ Account, Region, Status, StackInstanceStatus }) =>
          `${Account} ${Region} ${Status} ${StackInstanceStatus?.DetailedStatus}`,
      ),
    operation: async (OperationId: unknown) => {
      const { StackSetOperation } = await stacks.call("DescribeStackSetOperation", {
        StackSetName,
        OperationId,
      });
      return StackSetOperation as Answer;
    },
    /** `account region STATUS`, in the order in which it was done. */
    results: async (OperationId: unknown) => {
      const { Summaries } = await stacks.call("ListStackSetOperationResults", { StackSetName, OperationId });
      return (Summaries as Record<string, string>[]).map(
        ({ Account, Region, Status }) => `${Account} ${Region} ${Status}`,
      );
    },
  };
}

/** The queues of an account in a region, with their delays. */
async function delays(account: string, region: string): Promise<string[]> {
  const where = { account, region };
  const { QueueUrls = [] } = await cloud.call<{ QueueUrls?: string[] }>("sqs", "ListQueues", {}, where);
  return Promise.all(
    QueueUrls.map(async (QueueUrl) => {
      const input = { QueueUrl, AttributeNames: ["DelaySeconds"] };
      const { Attributes } = await cloud.call<{ Attributes: Record<string, string> }>(
        "sqs",
        "GetQueueAttributes",
        input,
        where,
      );
      return Attributes["DelaySeconds"] ?? "";
    }),
  );
}

test("a stack set makes, changes and deletes its stacks in accounts and regions", async () => {
  using stacks = sdkStacks(cloud);
  const sets = setsOf(stacks);
  const accounts = [newAccount(), newAccount()].sort();
  const [one = "", two = ""] = accounts;
  const { StackSetId } = await sets.create(queue(), {
    Tags: [{ Key: "team", Value: "a" }],
    Description: "queues",
  });
  assert.match(String(StackSetId), /^fleet:[0-9a-f-]{36}$/);
  const { OperationId } = await sets.call("CreateStackInstances", { Accounts: accounts, Regions: REGIONS });
  assert.deepEqual(await sets.results(OperationId), [
    `${one} us-east-1 SUCCEEDED`,
    `${two} us-east-1 SUCCEEDED`,
    `${one} eu-west-1 SUCCEEDED`,
    `${two} eu-west-1 SUCCEEDED`,
  ]);
  for (const account of accounts)
    for (const region of REGIONS) assert.deepEqual(await delays(account, region), ["1"]);
  const [instance] = await sets.instances();
  assert.match(
    String(instance?.["StackId"]),
    new RegExp(`^arn:aws:cloudformation:eu-west-1:${one}:stack/StackSet-fleet-[0-9a-f-]{36}/`),
  );

  await sets.update(queue(), { Parameters: [{ ParameterKey: "Delay", ParameterValue: "7" }] });
  for (const account of accounts)
    for (const region of REGIONS) assert.deepEqual(await delays(account, region), ["7"]);

  await assert.rejects(sets.call("DeleteStackSet"), { name: "StackSetNotEmptyException" });
  await sets.call("DeleteStackInstances", { Accounts: [one], Regions: REGIONS, RetainStacks: false });
  assert.deepEqual(await sets.states(), [
    `${two} eu-west-1 CURRENT SUCCEEDED`,
    `${two} us-east-1 CURRENT SUCCEEDED`,
  ]);
  assert.deepEqual(await delays(one, "us-east-1"), []);
  await sets.call("DeleteStackInstances", { Accounts: [two], Regions: REGIONS, RetainStacks: true });
  assert.deepEqual(await sets.states(), []);
  assert.deepEqual(await delays(two, "us-east-1"), ["7"]);
  await sets.call("DeleteStackSet");
  const { Summaries } = await stacks.call("ListStackSets", { Status: "ACTIVE" });
  assert.deepEqual(Summaries, []);
  await assert.rejects(sets.call("DescribeStackSet"), { name: "StackSetNotFoundException" });
});

test("a stack set is described with what it was made with, and by its id as well", async () => {
  using stacks = sdkStacks(cloud);
  const sets = setsOf(stacks);
  const template = queue();
  const { StackSetId } = await sets.create(template, {
    Capabilities: ["CAPABILITY_IAM"],
    Parameters: [{ ParameterKey: "Delay", ParameterValue: "3" }],
  });
  const { StackSet } = await sets.call("DescribeStackSet");
  assert.partialDeepStrictEqual(StackSet, {
    StackSetName: "fleet",
    StackSetId,
    Status: "ACTIVE",
    TemplateBody: JSON.stringify(template),
    Parameters: [{ ParameterKey: "Delay", ParameterValue: "3" }],
    Capabilities: ["CAPABILITY_IAM"],
    StackSetARN: `arn:aws:cloudformation:us-east-1:${stacks.account}:stackset/${StackSetId}`,
    AdministrationRoleARN: `arn:aws:iam::${stacks.account}:role/AWSCloudFormationStackSetAdministrationRole`,
    ExecutionRoleName: "AWSCloudFormationStackSetExecutionRole",
    PermissionModel: "SELF_MANAGED",
    StackSetDriftDetectionDetails: { DriftStatus: "NOT_CHECKED", TotalStackInstancesCount: 0 },
  });
  const byId = await stacks.call("DescribeStackSet", { StackSetName: StackSetId });
  assert.deepEqual(byId["StackSet"], StackSet);
  const { Parameters } = await stacks.call("GetTemplateSummary", { StackSetName: "fleet" });
  assert.partialDeepStrictEqual(Parameters, [{ ParameterKey: "Delay" }]);
  await assert.rejects(sets.create(template), { name: "NameAlreadyExistsException" });
});

test("parameters of single instances override the stack set's, and stay until they are said anew", async () => {
  using stacks = sdkStacks(cloud);
  const sets = setsOf(stacks);
  const [one, two] = [newAccount(), newAccount()];
  const Regions = ["us-east-1"];
  await sets.create(queue());
  await sets.call("CreateStackInstances", { Accounts: [one, two], Regions });
  const override = (value: string) => ({
    ParameterOverrides: [{ ParameterKey: "Delay", ParameterValue: value }],
  });
  await sets.call("UpdateStackInstances", { Accounts: [one], Regions, ...override("9") });
  assert.deepEqual([await delays(one, "us-east-1"), await delays(two, "us-east-1")], [["9"], ["1"]]);
  await sets.update(queue({ VisibilityTimeout: 5 }), {
    Parameters: [{ ParameterKey: "Delay", ParameterValue: "2" }],
  });
  assert.deepEqual([await delays(one, "us-east-1"), await delays(two, "us-east-1")], [["9"], ["2"]]);
  const { StackInstance } = await sets.call("DescribeStackInstance", {
    StackInstanceAccount: one,
    StackInstanceRegion: "us-east-1",
  });
  assert.deepEqual((StackInstance as Answer)["ParameterOverrides"], [
    { ParameterKey: "Delay", ParameterValue: "9" },
  ]);
  await sets.call("UpdateStackInstances", { Accounts: [one], Regions, ParameterOverrides: [] });
  assert.deepEqual(await delays(one, "us-east-1"), ["2"]);
});

test("an update of some accounts leaves the others outdated", async () => {
  using stacks = sdkStacks(cloud);
  const sets = setsOf(stacks);
  const [one = "", two = ""] = [newAccount(), newAccount()].sort();
  const Regions = ["us-east-1"];
  await sets.create(queue());
  await sets.call("CreateStackInstances", { Accounts: [one, two], Regions });
  await sets.update(queue({ VisibilityTimeout: 5 }), { Accounts: [two], Regions });
  assert.deepEqual(await sets.states(), [
    `${one} us-east-1 OUTDATED SUCCEEDED`,
    `${two} us-east-1 CURRENT SUCCEEDED`,
  ]);
});

test("more failures than are tolerated end an operation, and what had not begun is cancelled", async () => {
  using stacks = sdkStacks(cloud);
  const sets = setsOf(stacks);
  const accounts = [newAccount(), newAccount(), newAccount()];
  const [one = "", two = "", three = ""] = accounts;
  const named = {
    Resources: { Jobs: { Type: "AWS::SQS::Queue", Properties: { QueueName: "jobs", VisibilityTimeout: 5 } } },
  };
  await sets.create(named);
  // They have that queue already, and another one.
  for (const account of [one, two])
    await cloud.call("sqs", "CreateQueue", { QueueName: "jobs" }, { account, region: "us-east-1" });
  const Regions = ["us-east-1", "eu-west-1"];
  const { OperationId } = await sets.call("CreateStackInstances", {
    Accounts: accounts,
    Regions,
    OperationPreferences: { FailureToleranceCount: 1, MaxConcurrentCount: 1, RegionOrder: Regions },
  });
  assert.deepEqual(await sets.results(OperationId), [
    `${one} us-east-1 FAILED`,
    `${two} us-east-1 FAILED`,
    `${three} us-east-1 CANCELLED`,
    `${one} eu-west-1 CANCELLED`,
    `${two} eu-west-1 CANCELLED`,
    `${three} eu-west-1 CANCELLED`,
  ]);
  const operation = await sets.operation(OperationId);
  assert.deepEqual(
    [operation["Status"], operation["StatusDetails"]],
    ["FAILED", { FailedStackInstancesCount: 2 }],
  );
  const failed = (await sets.instances()).filter(
    ({ StackInstanceStatus }) => StackInstanceStatus?.DetailedStatus === "FAILED",
  );
  assert.equal(failed.length, 2);
  for (const { Status, StatusReason } of failed) {
    assert.equal(Status, "OUTDATED");
    assert.match(
      String(StatusReason),
      /^ResourceLogicalId:Jobs, ResourceType:AWS::SQS::Queue, ResourceStatusReason:/,
    );
  }

  // Once the cause is gone, what was rolled back is made anew.
  for (const account of [one, two]) {
    const where = { account, region: "us-east-1" };
    const { QueueUrl } = await cloud.call<Answer>("sqs", "GetQueueUrl", { QueueName: "jobs" }, where);
    await cloud.call("sqs", "DeleteQueue", { QueueUrl }, where);
  }
  await cloud.clock.advance("PT2M");
  await sets.call("UpdateStackInstances", { Accounts: accounts, Regions });
  assert.deepEqual(
    (await sets.instances()).map(({ Status }) => Status),
    Array.from({ length: 6 }, () => "CURRENT"),
  );
});

test("an operation is stopped, and another one is refused while it runs", async () => {
  using stacks = sdkStacks(cloud);
  const sets = setsOf(stacks);
  const [one = "", two = ""] = [newAccount(), newAccount()];
  await sets.create({
    Resources: {
      Handle: { Type: "AWS::CloudFormation::WaitConditionHandle" },
      Wait: {
        Type: "AWS::CloudFormation::WaitCondition",
        Properties: { Handle: { Ref: "Handle" }, Timeout: "60" },
      },
    },
  });
  const Regions = ["us-east-1"];
  const { OperationId } = await sets.call("CreateStackInstances", { Accounts: [one, two], Regions });
  assert.equal((await sets.operation(OperationId))["Status"], "RUNNING");
  await assert.rejects(sets.call("CreateStackInstances", { Accounts: [one], Regions }), {
    name: "OperationInProgressException",
    message:
      /^Another Operation on StackSet arn:aws:cloudformation:us-east-1:\d+:stackset\/fleet:\S+ is in progress$/,
  });
  await assert.rejects(sets.call("DeleteStackSet"), { name: "OperationInProgressException" });
  await sets.call("StopStackSetOperation", { OperationId });
  assert.equal((await sets.operation(OperationId))["Status"], "STOPPING");
  await cloud.settle("PT5M");
  assert.equal((await sets.operation(OperationId))["Status"], "STOPPED");
  assert.deepEqual(await sets.results(OperationId), [
    `${one} us-east-1 FAILED`,
    `${two} us-east-1 CANCELLED`,
  ]);
  await assert.rejects(sets.call("StopStackSetOperation", { OperationId }), {
    name: "InvalidOperationException",
  });
});

test("lists come in pages", async () => {
  using stacks = sdkStacks(cloud);
  const sets = setsOf(stacks);
  const accounts = [newAccount(), newAccount(), newAccount()].sort();
  await sets.create(queue());
  await sets.call("CreateStackInstances", { Accounts: accounts, Regions: ["us-east-1"] });
  const first = await sets.call("ListStackInstances", { MaxResults: 2 });
  const second = await sets.call("ListStackInstances", { MaxResults: 2, NextToken: first["NextToken"] });
  const all = [first, second].flatMap(({ Summaries }) =>
    (Summaries as Record<string, string>[]).map(({ Account }) => Account),
  );
  assert.deepEqual([all, second["NextToken"]], [accounts, undefined]);
  await sets.update(queue({ VisibilityTimeout: 9 }));
  const operations = await sets.call("ListStackSetOperations", { MaxResults: 1 });
  assert.partialDeepStrictEqual(operations["Summaries"], [{ Action: "UPDATE", Status: "SUCCEEDED" }]);
  const older = await sets.call("ListStackSetOperations", { NextToken: operations["NextToken"] });
  assert.partialDeepStrictEqual(older["Summaries"], [{ Action: "CREATE", Status: "SUCCEEDED" }]);
});

test("what only organizations have is refused, as to an account that is in none", async () => {
  using stacks = sdkStacks(cloud);
  const sets = setsOf(stacks);
  const refused = {
    name: "ValidationError",
    message: "You must enable organizations access to operate a service managed stack set",
  };
  await assert.rejects(sets.create(queue(), { PermissionModel: "SERVICE_MANAGED" }), refused);
  await sets.create(queue());
  const DeploymentTargets = { OrganizationalUnitIds: ["ou-abcd-12345678"] };
  await assert.rejects(
    sets.call("CreateStackInstances", { DeploymentTargets, Regions: ["us-east-1"] }),
    refused,
  );
  await assert.rejects(sets.call("DescribeStackSet", { CallAs: "DELEGATED_ADMIN" }), {
    message: "Account used is not a delegated administrator",
  });
  await assert.rejects(sets.call("ImportStacksToStackSet", DeploymentTargets), refused);
});

test("the drift of a stack set is that of its stacks, resource by resource", async () => {
  using stacks = sdkStacks(cloud);
  const sets = setsOf(stacks);
  const accounts = [newAccount(), newAccount()];
  await sets.create(queue({ QueueName: "watched" }));
  await sets.call("CreateStackInstances", { Accounts: accounts, Regions: ["us-east-1"] });
  const details = async () => {
    const { StackSet } = await sets.call("DescribeStackSet");
    const all = (StackSet as { StackSetDriftDetectionDetails: Answer }).StackSetDriftDetectionDetails;
    const { LastDriftCheckTimestamp: _, ...rest } = all;
    return rest;
  };
  assert.equal((await details())["DriftStatus"], "NOT_CHECKED");
  const account = accounts[0]!;
  const where = { account, region: "us-east-1" };
  const { QueueUrl } = await cloud.call<{ QueueUrl: string }>(
    "sqs",
    "GetQueueUrl",
    { QueueName: "watched" },
    where,
  );
  await cloud.call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { DelaySeconds: "7" } }, where);

  const { OperationId } = await sets.call("DetectStackSetDrift");
  const { Action, Status } = await sets.operation(OperationId);
  assert.deepEqual([Action, Status], ["DETECT_DRIFT", "SUCCEEDED"]);
  assert.deepEqual(await details(), {
    DriftStatus: "DRIFTED",
    DriftDetectionStatus: "COMPLETED",
    TotalStackInstancesCount: 2,
    DriftedStackInstancesCount: 1,
    InSyncStackInstancesCount: 1,
    InProgressStackInstancesCount: 0,
    FailedStackInstancesCount: 0,
  });
  const drifted = await sets.instances({ Filters: [{ Name: "DRIFT_STATUS", Values: "DRIFTED" }] });
  assert.deepEqual(
    drifted.map(({ Account, Status: status, DriftStatus }) => [Account, status, DriftStatus]),
    [[account, "CURRENT", "DRIFTED"]],
  );
  const { Summaries } = await sets.call("ListStackInstanceResourceDrifts", {
    StackInstanceAccount: account,
    StackInstanceRegion: "us-east-1",
    OperationId,
    StackInstanceResourceDriftStatuses: ["MODIFIED"],
  });
  const [resource] = Summaries as { LogicalResourceId: string; PropertyDifferences: Answer[] }[];
  assert.equal(resource?.LogicalResourceId, "Jobs");
  assert.deepEqual(resource?.PropertyDifferences, [
    { PropertyPath: "/DelaySeconds", ExpectedValue: "1", ActualValue: "7", DifferenceType: "NOT_EQUAL" },
  ]);
});

test("an operation that looked for drift says what it has seen, whatever a later one sees", async () => {
  using stacks = sdkStacks(cloud);
  const sets = setsOf(stacks);
  const account = newAccount();
  const where = { account, region: "us-east-1" };
  await sets.create(queue({ QueueName: "watched" }));
  await sets.call("CreateStackInstances", { Accounts: [account], Regions: ["us-east-1"] });
  const detect = async () => (await sets.call("DetectStackSetDrift"))["OperationId"];
  const details = async (id: unknown) => (await sets.operation(id))["StackSetDriftDetectionDetails"];
  const before = await detect();
  const seen = await details(before);
  assert.partialDeepStrictEqual(seen, {
    DriftStatus: "IN_SYNC",
    DriftDetectionStatus: "COMPLETED",
    TotalStackInstancesCount: 1,
    InSyncStackInstancesCount: 1,
    DriftedStackInstancesCount: 0,
  });
  const name = { QueueName: "watched" };
  const { QueueUrl } = await cloud.call<{ QueueUrl: string }>("sqs", "GetQueueUrl", name, where);
  await cloud.call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { DelaySeconds: "7" } }, where);
  await cloud.clock.advance("PT1M");
  const drifted = await detect();
  const [instance] = await sets.instances();
  // What cannot be done has seen nothing.
  await cloud.call("cloudformation", "DeleteStack", { StackName: instance?.["StackId"] }, where);
  const failed = await detect();
  assert.deepEqual(await details(before), seen);
  assert.partialDeepStrictEqual(await details(drifted), {
    DriftStatus: "DRIFTED",
    DriftedStackInstancesCount: 1,
    FailedStackInstancesCount: 0,
  });
  assert.partialDeepStrictEqual(await details(failed), {
    DriftStatus: "NOT_CHECKED",
    DriftDetectionStatus: "FAILED",
    TotalStackInstancesCount: 1,
    FailedStackInstancesCount: 1,
  });
});

test("stacks that are there come into a stack set as they are", async () => {
  using stacks = sdkStacks(cloud);
  const sets = setsOf(stacks);
  const Parameters = [{ ParameterKey: "Delay", ParameterValue: "5" }];
  const stackId = await stacks.create("own", queue(), { Parameters });
  const other = await stacks.create("other", { Resources: { Jobs: { Type: "AWS::SQS::Queue" } } });
  await stacks.call("CreateStackSet", { StackSetName: "fleet", StackId: stackId });
  const { OperationId } = await sets.call("ImportStacksToStackSet", { StackIds: [stackId] });
  assert.equal((await sets.operation(OperationId))["Status"], "SUCCEEDED");
  assert.deepEqual(await sets.states(), [`${stacks.account} us-east-1 CURRENT SUCCEEDED`]);
  const instance = { StackInstanceAccount: stacks.account, StackInstanceRegion: "us-east-1" };
  const { StackInstance } = await sets.call("DescribeStackInstance", instance);
  const { StackId, ParameterOverrides } = StackInstance as Answer;
  assert.deepEqual([StackId, ParameterOverrides], [stackId, Parameters]);
  assert.equal(await stacks.status("own"), "CREATE_COMPLETE");

  // From now on it is the set's.
  await sets.update(queue({ MessageRetentionPeriod: 600 }));
  assert.equal(await stacks.status("own"), "UPDATE_COMPLETE");
  assert.deepEqual(await delays(stacks.account, "us-east-1"), ["0", "5"]);
  await sets.call("DeleteStackInstances", {
    Accounts: [stacks.account],
    Regions: ["us-east-1"],
    RetainStacks: true,
  });
  assert.equal(await stacks.status("own"), "UPDATE_COMPLETE");

  const { OperationId: refused } = await sets.call("ImportStacksToStackSet", { StackIds: [other] });
  assert.equal((await sets.operation(refused))["Status"], "FAILED");
  // It is none of the set's: neither does the set change it, nor is its place taken.
  assert.deepEqual(await sets.states(), []);
  await sets.call("ImportStacksToStackSet", { StackIds: [stackId] });
  assert.deepEqual(await sets.states(), [`${stacks.account} us-east-1 CURRENT SUCCEEDED`]);
  await assert.rejects(sets.call("ImportStacksToStackSet", { StackIds: ["own"] }), {
    name: "StackNotFoundException",
  });
});

test("two stacks of one account and region do not both come into a stack set", async () => {
  using stacks = sdkStacks(cloud);
  const sets = setsOf(stacks);
  const StackIds = [await stacks.create("one", queue()), await stacks.create("two", queue())];
  await sets.create(queue());
  await assert.rejects(sets.call("ImportStacksToStackSet", { StackIds }), {
    name: "InvalidOperationException",
    message: `StackSet fleet has a stack in account ${stacks.account} and region us-east-1 already`,
  });
  assert.deepEqual(await sets.states(), []);
  await sets.call("ImportStacksToStackSet", { StackIds: StackIds.slice(1) });
  assert.deepEqual(await sets.states(), [`${stacks.account} us-east-1 CURRENT SUCCEEDED`]);
});

test("a stack set is made of a stack that is there, by its ARN", async () => {
  using stacks = sdkStacks(cloud);
  const stackId = await stacks.create("own", queue());
  const called = (StackId: string) => stacks.call("CreateStackSet", { StackSetName: "fleet", StackId });
  for (const other of [
    "own",
    stackId.replace("us-east-1", ""),
    stackId.replace("us-east-1", "eu-west-1"),
    stackId.replace(":stack/", ":changeSet/"),
    stackId.replace("cloudformation", "sqs"),
  ])
    await assert.rejects(called(other), {
      name: "StackNotFoundException",
      message: `Stack ${other} not found`,
    });
  await called(stackId);
});

test("an account's gate may say no", async () => {
  using stacks = sdkStacks(cloud);
  const sets = setsOf(stacks);
  const account = newAccount();
  const where = { account, region: "us-east-1" };
  await cloud.call(
    "cloudformation",
    "CreateStack",
    {
      StackName: "gate",
      Capabilities: ["CAPABILITY_IAM"],
      TemplateBody: JSON.stringify({
        Resources: {
          Role: {
            Type: "AWS::IAM::Role",
            Properties: {
              AssumeRolePolicyDocument: {
                Version: "2012-10-17",
                Statement: [
                  {
                    Effect: "Allow",
                    Principal: { Service: "lambda.amazonaws.com" },
                    Action: "sts:AssumeRole",
                  },
                ],
              },
            },
          },
          Gate: {
            Type: "AWS::Lambda::Function",
            Properties: {
              FunctionName: "AWSCloudFormationStackSetAccountGate",
              Runtime: "nodejs22.x",
              Handler: "index.handler",
              Code: { ZipFile: 'exports.handler = async () => ({ Status: "FAILED" });' },
              Role: { "Fn::GetAtt": ["Role", "Arn"] },
            },
          },
        },
      }),
    },
    where,
  );
  await sets.create(queue());
  const { OperationId } = await sets.call("CreateStackInstances", {
    Accounts: [account],
    Regions: ["us-east-1"],
  });
  assert.deepEqual(await sets.results(OperationId), [`${account} us-east-1 FAILED`]);
  assert.deepEqual(await delays(account, "us-east-1"), []);
});

test("an operation under way goes on in the next process", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-sets-"));
  try {
    let id: unknown;
    const options = { listen: false, dataDir, timings: "real" } as const;
    const target = newAccount();
    const call = (on: Cloud, operation: string, input: object) =>
      on.call<Answer>("cloudformation", operation, { StackSetName: "fleet", ...input });
    {
      await using first = await testCloud(options);
      await call(first, "CreateStackSet", { TemplateBody: JSON.stringify(queue()) });
      ({ OperationId: id } = await call(first, "CreateStackInstances", {
        Accounts: [target],
        Regions: REGIONS,
      }));
    }
    await using second = await testCloud(options);
    await call(second, "DescribeStackSet", {});
    await second.settle("PT5M");
    const { StackSetOperation } = await call(second, "DescribeStackSetOperation", { OperationId: id });
    assert.equal((StackSetOperation as Answer)["Status"], "SUCCEEDED");
    const { Summaries } = await call(second, "ListStackInstances", {});
    assert.deepEqual(
      (Summaries as Answer[]).map(({ Status }) => Status),
      ["CURRENT", "CURRENT"],
    );
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});
