/* What AWS answered to the letter in recordings of 2023 to 2026, where it surprises. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { sdkStacks } from "./sdk.fixture.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud.stop());

type Answer = Record<string, unknown>;

const topic = (TopicName: string, DisplayName: unknown) => ({
  Type: "AWS::SNS::Topic",
  Properties: { TopicName, DisplayName },
});
const chain = (name: string, shown: string) => ({
  Resources: {
    First: topic(name, shown),
    Second: topic("second", { "Fn::GetAtt": ["First", "DisplayName"] }),
  },
});

test("what follows an attribute of a resource that stays may change, and is left out beside values", async () => {
  using stacks = sdkStacks(cloud);
  await stacks.create("s", chain("first", "a"));
  const changes = async (ChangeSetName: string, template: object) => {
    const TemplateBody = JSON.stringify(template);
    await stacks.call("CreateChangeSet", { StackName: "s", ChangeSetName, TemplateBody });
    const described = async (IncludePropertyValues: boolean) => {
      const asked = { StackName: "s", ChangeSetName, IncludePropertyValues };
      const { Changes } = await stacks.call("DescribeChangeSet", asked);
      return (Changes as { ResourceChange: { LogicalResourceId: string; Details: Answer[] } }[]).map(
        ({ ResourceChange: { LogicalResourceId, Details } }) =>
          `${LogicalResourceId}: ${Details.map(({ ChangeSource, Evaluation }) => `${ChangeSource} ${Evaluation}`)}`,
      );
    };
    return [await described(false), await described(true)];
  };
  assert.deepEqual(await changes("stays", chain("first", "b")), [
    ["First: DirectModification Static", "Second: ResourceAttribute Dynamic"],
    ["First: DirectModification Static"],
  ]);
  const [plain, withValues] = await changes("goes", chain("other", "b"));
  assert.ok(plain?.includes("Second: ResourceAttribute Static"), String(plain));
  assert.ok(
    withValues?.some((line) => line.startsWith("Second: ")),
    String(withValues),
  );
});

test("CreateStack takes a stack that is in review, and the change set for it is obsolete", async () => {
  using stacks = sdkStacks(cloud);
  const TemplateBody = JSON.stringify({ Resources: { First: topic("one", "a") } });
  const asked = { StackName: "s", ChangeSetName: "c", ChangeSetType: "CREATE", TemplateBody };
  const { StackId, Id } = await stacks.call("CreateChangeSet", asked);
  assert.equal((await stacks.call("CreateStack", { StackName: "s", TemplateBody }))["StackId"], StackId);
  assert.equal(await stacks.status("s"), "CREATE_COMPLETE");
  const changeSet = await stacks.call("DescribeChangeSet", { ChangeSetName: Id });
  assert.deepEqual([changeSet["Status"], changeSet["ExecutionStatus"]], ["CREATE_COMPLETE", "OBSOLETE"]);
});

test("a stack tells its last operation; one that is deleted tells no change set", async () => {
  using stacks = sdkStacks(cloud);
  const TemplateBody = JSON.stringify({ Resources: { First: topic("one", "a") } });
  const asked = { StackName: "s", ChangeSetName: "c", ChangeSetType: "CREATE", TemplateBody };
  const { StackId, Id } = await stacks.call("CreateChangeSet", asked);
  await stacks.call("ExecuteChangeSet", { ChangeSetName: Id });
  const types = async () =>
    ((await stacks.described(String(StackId)))["LastOperations"] as Answer[]).map(
      ({ OperationType }) => OperationType,
    );
  assert.equal((await stacks.described("s"))["ChangeSetId"], Id);
  assert.deepEqual(await types(), ["CREATE_STACK"]);
  await stacks.update("s", { Resources: { First: topic("one", "b") } });
  assert.deepEqual(await types(), ["UPDATE_STACK"]);
  await stacks.call("DeleteStack", { StackName: "s" });
  assert.deepEqual(await types(), ["DELETE_STACK"]);
  assert.equal((await stacks.described(String(StackId)))["ChangeSetId"], undefined);
});

test("the events of what was replaced tell no properties", async () => {
  using stacks = sdkStacks(cloud);
  await stacks.create("s", { Resources: { First: topic("one", "a") } });
  await stacks.update("s", { Resources: { First: topic("two", "a") } });
  const { StackEvents } = await stacks.call("DescribeStackEvents", { StackName: "s" });
  const events = (StackEvents as Record<string, string>[]).filter(
    ({ LogicalResourceId }) => LogicalResourceId === "First",
  );
  for (const { ResourceStatus = "", ResourceProperties, EventId } of events) {
    const isOfReplaced = ResourceStatus.startsWith("DELETE");
    assert.equal(ResourceProperties === undefined, isOfReplaced, ResourceStatus);
    assert.match(String(EventId), isOfReplaced ? /^First-[0-9a-f-]{36}$/ : /^First-[A-Z_]+-2/);
  }
});

const WRONG: Record<string, [template: object, message: string]> = {
  "an index past the end": [
    { "Fn::Select": [5, ["a", "b"]] },
    "Fn::Select requires a list argument with two elements: an integer index and a list",
  ],
  "an index that is none": [
    { "Fn::Select": ["x", ["a", "b"]] },
    "Fn::Select requires a list argument with two elements: an integer index and a list",
  ],
  "three arguments of Fn::Split": [
    { "Fn::Split": ["a", "b", "c"] },
    "every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.",
  ],
};

for (const [what, [value, message]] of Object.entries(WRONG))
  test(`${what} is seen before anything is made`, async () => {
    using stacks = sdkStacks(cloud);
    await assert.rejects(stacks.create("s", { Resources: { First: topic("one", value) } }), {
      name: "ValidationError",
      message: `Template error: ${message}`,
    });
  });

test("a template is at an https address of S3's, and at no s3 address", async () => {
  using stacks = sdkStacks(cloud);
  await assert.rejects(stacks.call("CreateStack", { StackName: "s", TemplateURL: "s3://some-bucket/key" }), {
    name: "ValidationError",
    message: "S3 error: Domain name specified in some-bucket is not a valid S3 domain",
  });
});

test("a stack whose creation failed tells since when its resources went, and no change set", async () => {
  using stacks = sdkStacks(cloud);
  const TemplateBody = JSON.stringify({
    Resources: { Group: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "taken" } } },
  });
  await stacks.create("first", JSON.parse(TemplateBody) as object);
  const asked = { StackName: "s", ChangeSetName: "c", ChangeSetType: "CREATE", TemplateBody };
  const { Id } = await stacks.call("CreateChangeSet", asked);
  await stacks.call("ExecuteChangeSet", { ChangeSetName: Id });
  const { StackStatus, DeletionTime, ChangeSetId } = await stacks.described("s");
  assert.deepEqual([StackStatus, ChangeSetId], ["ROLLBACK_COMPLETE", undefined]);
  assert.ok(DeletionTime instanceof Date);
  assert.equal((await stacks.described("first"))["DeletionTime"], undefined);
});

test("a change set waits for an export that is not there yet, and says so beside values only", async () => {
  using stacks = sdkStacks(cloud);
  const Resources = { First: topic("imports", { "Fn::ImportValue": "late" }) };
  const asked = { StackName: "s", ChangeSetName: "c", ChangeSetType: "CREATE" };
  const { Id, StackId } = await stacks.call("CreateChangeSet", {
    ...asked,
    TemplateBody: JSON.stringify({ Resources }),
  });
  const described = async (IncludePropertyValues: boolean) => {
    const answer = await stacks.call("DescribeChangeSet", { ChangeSetName: Id, IncludePropertyValues });
    const [{ ResourceChange }] = answer["Changes"] as [{ ResourceChange: Answer }];
    return [answer["Status"], answer["StatusReason"], ResourceChange["AfterContext"]];
  };
  assert.deepEqual(await described(false), ["CREATE_COMPLETE", undefined, undefined]);
  const Properties = { TopicName: "imports", DisplayName: "{{changeSet:KNOWN_AFTER_APPLY}}" };
  assert.deepEqual(await described(true), [
    "CREATE_COMPLETE",
    "[WARN] --include-property-values option can return incomplete ChangeSet data because: ChangeSet creation failed for resource [First] because: No export named late",
    JSON.stringify({ Properties }),
  ]);
  await stacks.create("exporter", {
    Resources: { Other: topic("exporter", "a") },
    Outputs: { Late: { Value: "shown", Export: { Name: "late" } } },
  });
  await stacks.call("ExecuteChangeSet", { ChangeSetName: Id });
  assert.equal((await stacks.described(String(StackId)))["StackStatus"], "CREATE_COMPLETE");
});

test("what a type's schema calls write-only is not looked at for drift", async () => {
  using stacks = sdkStacks(cloud);
  const Code = { ZipFile: "exports.handler = async () => {}" };
  const Role = "arn:aws:iam::111111111111:role/any";
  const Properties = { Code, Role, Handler: "index.handler", Runtime: "nodejs24.x" };
  await stacks.create("s", { Resources: { Function: { Type: "AWS::Lambda::Function", Properties } } });
  const { StackResourceDrift } = await stacks.call("DetectStackResourceDrift", {
    StackName: "s",
    LogicalResourceId: "Function",
  });
  const { ExpectedProperties, ActualProperties, StackResourceDriftStatus } = StackResourceDrift as Answer;
  assert.equal(StackResourceDriftStatus, "IN_SYNC");
  for (const shown of [ExpectedProperties, ActualProperties])
    assert.deepEqual(JSON.parse(String(shown)), { Role, Handler: "index.handler", Runtime: "nodejs24.x" });
});

test("of what is removed a change set does not know what follows other resources", async () => {
  using stacks = sdkStacks(cloud);
  const kept = { First: topic("kept", "a") };
  await stacks.create("s", {
    Resources: { ...kept, Second: topic("second", { Ref: "First" }), Third: topic("third", "b") },
  });
  const asked = { StackName: "s", ChangeSetName: "c" };
  await stacks.call("CreateChangeSet", { ...asked, TemplateBody: JSON.stringify({ Resources: kept }) });
  const { Changes } = await stacks.call("DescribeChangeSet", { ...asked, IncludePropertyValues: true });
  assert.deepEqual(
    (Changes as { ResourceChange: Answer }[]).map(({ ResourceChange }) => [
      ResourceChange["LogicalResourceId"],
      JSON.parse(String(ResourceChange["BeforeContext"])).Properties.DisplayName,
    ]),
    [
      ["Second", "{{changeSet:KNOWN_AFTER_APPLY}}"],
      ["Third", "b"],
    ],
  );
});
