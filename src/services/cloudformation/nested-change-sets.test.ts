import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { sdkStacks } from "./sdk.fixture.ts";

/* Change sets of a hierarchy of stacks: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/change-sets-for-nested-stacks.html */

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud.stop());

type Answer = Record<string, unknown>;

const queues = (delay: unknown) => ({
  Parameters: { Delay: { Type: "Number" } },
  Resources: { Jobs: { Type: "AWS::SQS::Queue", Properties: { DelaySeconds: delay } } },
  Outputs: { Name: { Value: { "Fn::GetAtt": ["Jobs", "QueueName"] } } },
});
const INNER = queues({ Ref: "Delay" });

/** A hierarchy: a stack of stacks, with templates in a bucket of their account. */
async function hierarchy() {
  const stacks = sdkStacks(cloud);
  const Bucket = `templates-${stacks.account}`;
  await stacks.of("s3", "CreateBucket", { Bucket });
  const put = async (Key: string, template: object) => {
    await stacks.of("s3", "PutObject", { Bucket, Key, Body: Buffer.from(JSON.stringify(template)) });
    return `https://${Bucket}.s3.amazonaws.com/${Key}`;
  };
  const stack = (TemplateURL: string, Parameters: object) => ({
    Type: "AWS::CloudFormation::Stack",
    Properties: { TemplateURL, Parameters },
  });
  const create = async (ChangeSetName: string, template: object, more: object = {}) =>
    stacks.call("CreateChangeSet", {
      StackName: "outer",
      ChangeSetName,
      TemplateBody: JSON.stringify(template),
      IncludeNestedStacks: true,
      ...more,
    });
  const describe = (ChangeSetName: unknown) =>
    stacks.call("DescribeChangeSet", {
      ChangeSetName,
      ...(!String(ChangeSetName).startsWith("arn:") && { StackName: "outer" }),
    });
  const changesOf = async (changeSet: unknown) =>
    ((await describe(changeSet))["Changes"] as { ResourceChange: Record<string, string> }[]).map(
      ({ ResourceChange: one }) => one,
    );
  /** `logical id action`, and the change sets of nested stacks. */
  const seen = async (changeSet: unknown) => {
    const changes = await changesOf(changeSet);
    return {
      actions: changes.map((one) => `${one["LogicalResourceId"]} ${one["Action"]}`),
      nested: Object.fromEntries(
        changes.flatMap((one) =>
          one["ChangeSetId"] ? [[one["LogicalResourceId"], one["ChangeSetId"]]] : [],
        ),
      ) as Record<string, string>,
    };
  };
  return { stacks, put, stack, create, describe, seen };
}

test("a change set of a hierarchy has one for each nested stack, and they are carried out from the root", async () => {
  const { stacks, put, stack, create, describe, seen } = await hierarchy();
  using _client = stacks;
  const inner = await put("inner.json", INNER);
  const middle = await put("middle.json", {
    Parameters: { Delay: { Type: "Number" } },
    Resources: { Inner: stack(inner, { Delay: { Ref: "Delay" } }) },
    Outputs: { Name: { Value: { "Fn::GetAtt": ["Inner", "Outputs.Name"] } } },
  });
  const outer = (Delay: number) => ({
    Resources: {
      Middle: stack(middle, { Delay }),
      Where: {
        Type: "AWS::SSM::Parameter",
        Properties: { Type: "String", Value: { "Fn::GetAtt": ["Middle", "Outputs.Name"] } },
      },
    },
  });
  await create("first", outer(1), { ChangeSetType: "CREATE" });
  const root = await describe("first");
  assert.deepEqual(
    [root["Status"], root["IncludeNestedStacks"], root["ParentChangeSetId"], root["RootChangeSetId"]],
    ["CREATE_COMPLETE", true, undefined, undefined],
  );
  const first = await seen("first");
  assert.deepEqual(first.actions, ["Middle Add", "Where Add"]);
  const ofMiddle = await describe(first.nested["Middle"]);
  const { nested } = await seen(first.nested["Middle"]);
  const ofInner = await describe(nested["Inner"]);
  const rootId = root["ChangeSetId"];
  assert.match(String(ofMiddle["ChangeSetName"]), /^first-Middle-[A-Za-z0-9]+$/);
  assert.deepEqual([ofMiddle["ParentChangeSetId"], ofMiddle["RootChangeSetId"]], [rootId, rootId]);
  assert.deepEqual(
    [ofInner["ParentChangeSetId"], ofInner["RootChangeSetId"]],
    [ofMiddle["ChangeSetId"], rootId],
  );
  assert.deepEqual((await seen(nested["Inner"])).actions, ["Jobs Add"]);
  for (const one of [ofMiddle, ofInner])
    assert.equal(await stacks.status(String(one["StackId"])), "REVIEW_IN_PROGRESS");
  for (const operation of ["ExecuteChangeSet", "DeleteChangeSet"])
    await assert.rejects(stacks.call(operation, { ChangeSetName: first.nested["Middle"] }), {
      name: "ValidationError",
      message: /can only be (?:executed|deleted) with its root change set/,
    });

  await stacks.call("ExecuteChangeSet", { StackName: "outer", ChangeSetName: "first" });
  assert.equal(await stacks.status("outer"), "CREATE_COMPLETE", (await stacks.events("outer")).join("\n"));
  const middleId = await stacks.physical("outer", "Middle");
  assert.equal(middleId, ofMiddle["StackId"]);
  assert.equal(await stacks.physical(middleId, "Inner"), ofInner["StackId"]);
  const { ParentId, RootId } = await stacks.described(String(ofInner["StackId"]));
  const { StackId } = await stacks.described("outer");
  assert.deepEqual([ParentId, RootId], [middleId, StackId]);
  assert.equal((await describe(nested["Inner"]))["ExecutionStatus"], "EXECUTE_COMPLETE");

  // What changes deep inside is seen from the root, and nothing else is.
  await create("second", outer(2));
  const second = await seen("second");
  assert.deepEqual(second.actions, ["Middle Modify", "Where Modify"]);
  const deeper = await seen(second.nested["Middle"]);
  assert.deepEqual(deeper.actions, ["Inner Modify"]);
  assert.deepEqual((await seen(deeper.nested["Inner"])).actions, ["Jobs Modify"]);
  await stacks.call("ExecuteChangeSet", { StackName: "outer", ChangeSetName: "second" });
  assert.equal(await stacks.status("outer"), "UPDATE_COMPLETE");
  const { Attributes } = await stacks.of<{ Attributes: Record<string, string> }>(
    "sqs",
    "GetQueueAttributes",
    {
      QueueUrl: await stacks.physical(String(ofInner["StackId"]), "Jobs"),
      AttributeNames: ["DelaySeconds"],
    },
  );
  assert.equal(Attributes["DelaySeconds"], "2");
});

test("a nested stack that stays as it is changes nothing, and a hierarchy of such has no changes", async () => {
  const { stacks, put, stack, create, describe, seen } = await hierarchy();
  using _client = stacks;
  const inner = await put("inner.json", INNER);
  const outer = (one: number, other = 1) => ({
    Resources: { One: stack(inner, { Delay: one }), Other: stack(inner, { Delay: other }) },
  });
  await stacks.create("outer", outer(1));
  await create("none", outer(1));
  const none = await describe("none");
  assert.equal(none["Status"], "FAILED");
  assert.match(String(none["StatusReason"]), /^The submitted information didn't contain changes\./);
  await create("one", outer(2));
  assert.deepEqual((await seen("one")).actions, ["One Modify"]);
  const before = await stacks.events(await stacks.physical("outer", "Other"));
  await stacks.call("ExecuteChangeSet", { StackName: "outer", ChangeSetName: "one" });
  assert.equal(await stacks.status("outer"), "UPDATE_COMPLETE");
  assert.deepEqual(await stacks.events(await stacks.physical("outer", "Other")), before);

  // Its template has changed where it lies.
  await put("inner.json", queues(7));
  await create("inside", outer(2));
  assert.deepEqual((await seen("inside")).actions, ["One Modify", "Other Modify"]);
  const [change] = (await describe("inside"))["Changes"] as { ResourceChange: { Details: Answer[] } }[];
  assert.equal(change?.ResourceChange.Details[0]?.["ChangeSource"], "Automatic");
});

test("each nested stack is looked at once, however many beside it stay as they are", async () => {
  const { stacks, put, stack, create, seen } = await hierarchy();
  using _client = stacks;
  const still = await put("still.json", INNER);
  const around = (below: string, Delay: unknown) => ({
    Resources: { Below: stack(below, { Delay }), Still: stack(still, { Delay: 1 }) },
  });
  let below = await put("inner.json", INNER);
  for (const key of ["low.json", "middle.json", "high.json"])
    below = await put(key, { Parameters: { Delay: { Type: "Number" } }, ...around(below, { Ref: "Delay" }) });
  await stacks.create("outer", around(below, 1));
  const read = () => cloud.calls.of("s3", "GetObject").filter(({ account }) => account === stacks.account);
  const before = read().length;
  await create("one", around(below, 2));
  assert.equal(read().length - before, 8);
  assert.deepEqual((await seen("one")).actions, ["Below Modify"]);
});

test("what a nested stack gets of one that is not there yet is known when it is made", async () => {
  const { stacks, put, stack, create } = await hierarchy();
  using _client = stacks;
  const inner = await put("inner.json", {
    Outputs: { Delay: { Value: 4 } },
    Resources: { Jobs: { Type: "AWS::SQS::Queue" } },
  });
  const other = await put("other.json", INNER);
  const template = {
    Resources: {
      One: stack(inner, {}),
      Other: stack(other, { Delay: { "Fn::GetAtt": ["One", "Outputs.Delay"] } }),
    },
  };
  await create("first", template, { ChangeSetType: "CREATE" });
  await stacks.call("ExecuteChangeSet", { StackName: "outer", ChangeSetName: "first" });
  assert.equal(await stacks.status("outer"), "CREATE_COMPLETE", (await stacks.events("outer")).join("\n"));
  const { Parameters } = await stacks.described(await stacks.physical("outer", "Other"));
  assert.deepEqual(Parameters, [{ ParameterKey: "Delay", ParameterValue: "4" }]);
});

test("a nested change set that fails fails the one around it, and all go with the root", async () => {
  const { stacks, put, stack, create, describe, seen } = await hierarchy();
  using _client = stacks;
  const inner = await put("inner.json", INNER);
  const template = { Resources: { Inner: stack(inner, { Delay: "soon" }) } };
  await create("wrong", template, { ChangeSetType: "CREATE" });
  const root = await describe("wrong");
  const { nested } = await seen("wrong");
  assert.deepEqual(
    [root["Status"], root["StatusReason"]],
    ["FAILED", `Nested change set ${nested["Inner"]} was not successfully created: Currently in FAILED.`],
  );
  const failed = await describe(nested["Inner"]);
  assert.deepEqual(
    [failed["Status"], failed["StatusReason"]],
    ["FAILED", "Parameter 'Delay' must be a number"],
  );
  const review = String(failed["StackId"]);
  assert.equal(await stacks.status(review), "REVIEW_IN_PROGRESS");
  await stacks.call("DeleteChangeSet", { StackName: "outer", ChangeSetName: "wrong" });
  await assert.rejects(describe(nested["Inner"]), { name: "ChangeSetNotFoundException" });
  assert.equal(await stacks.status(review), "DELETE_COMPLETE");

  await create("again", template, { ChangeSetType: "CREATE" });
  const again = String((await describe((await seen("again")).nested["Inner"]))["StackId"]);
  await stacks.call("DeleteStack", { StackName: "outer" });
  assert.equal(await stacks.status(again), "DELETE_COMPLETE");
});
