import assert from "node:assert/strict";
import { test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import { stacksOf } from "./fixture.test.ts";

const SHOP = {
  Resources: {
    Jobs: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 5 } as Record<string, unknown> },
    News: {
      Type: "AWS::SNS::Topic",
      Properties: { DisplayName: { "Fn::GetAtt": ["Jobs", "QueueName"] } },
    },
  },
  Outputs: { Url: { Value: { Ref: "Jobs" }, Export: { Name: "jobs-url" } } },
};

test("a stack is made: each resource once those are there that it names", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  await stacks.create("shop", SHOP);
  const stack = await stacks.describe("shop");
  assert.equal(stack["StackStatus"], "CREATE_COMPLETE");
  const jobs = await stacks.physical("shop", "Jobs");
  assert.match(jobs, /shop-Jobs-[A-Za-z0-9]{12}$/);
  assert.deepEqual(stack["Outputs"], [{ OutputKey: "Url", OutputValue: jobs, ExportName: "jobs-url" }]);
  assert.deepEqual(await stacks.events("shop"), [
    "shop CREATE_IN_PROGRESS User Initiated",
    "Jobs CREATE_IN_PROGRESS",
    "Jobs CREATE_IN_PROGRESS Resource creation Initiated",
    "Jobs CREATE_COMPLETE",
    "News CREATE_IN_PROGRESS",
    "News CREATE_IN_PROGRESS Resource creation Initiated",
    "News CREATE_COMPLETE",
    "shop CREATE_COMPLETE",
  ]);
});

test("an update to itself is no change", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  await stacks.create("shop", SHOP);
  await assert.rejects(stacks.update("shop", SHOP), {
    code: "ValidationError",
    message: "No updates are to be performed.",
  });
});

test("a property that cannot change puts another resource in the place of the old one, which goes last", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  await stacks.create("shop", SHOP);
  const template = structuredClone(SHOP);
  template.Resources.Jobs.Properties = { QueueName: "named" };
  const seen = (await stacks.events("shop")).length;
  await stacks.update("shop", template);
  assert.deepEqual((await stacks.events("shop")).slice(seen), [
    "shop UPDATE_IN_PROGRESS User Initiated",
    "Jobs UPDATE_IN_PROGRESS Requested update requires the creation of a new physical resource; hence creating one.",
    "Jobs UPDATE_IN_PROGRESS Resource creation Initiated",
    "Jobs UPDATE_COMPLETE",
    "News UPDATE_IN_PROGRESS",
    "News UPDATE_COMPLETE",
    "shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "Jobs DELETE_IN_PROGRESS",
    "Jobs DELETE_COMPLETE",
    "shop UPDATE_COMPLETE",
  ]);
  const { QueueUrls } = await cloud.call<{ QueueUrls: string[] }>("sqs", "ListQueues", {});
  assert.deepEqual(
    QueueUrls.map((url) => url.split("/").at(-1)),
    ["named"],
  );
});

test("a resource that fails brings the update back to what was", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  await stacks.create("shop", SHOP);
  const template = structuredClone(SHOP) as { Resources: Record<string, object> };
  template.Resources["Jobs"] = { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 77 } };
  template.Resources["Bad"] = {
    Type: "AWS::SQS::Queue",
    DependsOn: "Jobs",
    Properties: { VisibilityTimeout: -1 },
  };
  const seen = (await stacks.events("shop")).length;
  await stacks.update("shop", template);
  const events = (await stacks.events("shop")).slice(seen);
  assert.equal((await stacks.describe("shop"))["StackStatus"], "UPDATE_ROLLBACK_COMPLETE");
  assert.ok(
    events.includes("shop UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Bad]. "),
    events.join("\n"),
  );
  const { Attributes } = await cloud.call<{ Attributes: Record<string, string> }>(
    "sqs",
    "GetQueueAttributes",
    {
      QueueUrl: await stacks.physical("shop", "Jobs"),
      AttributeNames: ["VisibilityTimeout"],
    },
  );
  assert.equal(Attributes["VisibilityTimeout"], "5");
  await stacks.update("shop", { ...SHOP, Description: "again" });
  assert.equal((await stacks.describe("shop"))["StackStatus"], "UPDATE_COMPLETE");
});

test("a stack that could not be made leaves nothing behind", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  await stacks.create("shop", {
    Resources: {
      Jobs: { Type: "AWS::SQS::Queue" },
      Strange: { Type: "AWS::Nowhere::Thing", DependsOn: "Jobs" },
    },
  });
  assert.equal((await stacks.describe("shop"))["StackStatus"], "ROLLBACK_COMPLETE");
  assert.deepEqual(await cloud.call("sqs", "ListQueues", {}), {});
  assert.ok(
    (await stacks.events("shop")).some((event) =>
      event.startsWith("Strange CREATE_FAILED Resource type AWS::Nowhere::Thing is not served"),
    ),
  );
});

test("a deleted stack is found by its id only; its resources are gone in the other order", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  const id = await stacks.create("shop", SHOP);
  await stacks.call("DeleteStack", { StackName: "shop" });
  await assert.rejects(stacks.describe("shop"), { message: "Stack with id shop does not exist" });
  const stack = await stacks.describe(id);
  assert.equal(stack["StackStatus"], "DELETE_COMPLETE");
  const events = await stacks.events(id);
  assert.deepEqual(events.slice(-6), [
    "shop DELETE_IN_PROGRESS User Initiated",
    "News DELETE_IN_PROGRESS",
    "News DELETE_COMPLETE",
    "Jobs DELETE_IN_PROGRESS",
    "Jobs DELETE_COMPLETE",
    "shop DELETE_COMPLETE",
  ]);
  await stacks.create("shop", SHOP);
});

test("resources bear the tags of their stack, and CloudFormation's own", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  const id = await stacks.create("shop", SHOP, { Tags: [{ Key: "team", Value: "a" }] });
  // ListQueueTags shows a queue's own tags only.
  const { ResourceTagMappingList } = await cloud.call<{
    ResourceTagMappingList: { Tags: { Key: string; Value: string }[] }[];
  }>("resourcegroupstaggingapi", "GetResources", { ResourceTypeFilters: ["sqs:queue"] });
  const tags = ResourceTagMappingList.flatMap(({ Tags }) => Tags.map(({ Key, Value }) => [Key, Value]));
  assert.deepEqual(Object.fromEntries(tags), {
    team: "a",
    "aws:cloudformation:stack-name": "shop",
    "aws:cloudformation:stack-id": id,
    "aws:cloudformation:logical-id": "Jobs",
  });
});

test("what IAM has of a stack bears the stack's tags, and none of CloudFormation's own", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  const AssumeRolePolicyDocument = { Version: "2012-10-17", Statement: [] };
  const Resources = {
    User: { Type: "AWS::IAM::User", Properties: { UserName: "user" } },
    Role: { Type: "AWS::IAM::Role", Properties: { RoleName: "role", AssumeRolePolicyDocument } },
  };
  const Tags = [{ Key: "team", Value: "a" }];
  await stacks.create("people", { Resources }, { Tags, Capabilities: ["CAPABILITY_NAMED_IAM"] });
  assert.deepEqual((await cloud.call<object>("iam", "ListUserTags", { UserName: "user" })) as unknown, {
    Tags,
    IsTruncated: false,
  });
  assert.deepEqual((await cloud.call<object>("iam", "ListRoleTags", { RoleName: "role" })) as unknown, {
    Tags,
    IsTruncated: false,
  });
});

test("a template's summary names what resources are known by, where their templates name it", async () => {
  await using cloud = await testCloud({ listen: false });
  const Resources = {
    Files: { Type: "AWS::S3::Bucket" },
    News: { Type: "AWS::SNS::Topic" },
    Stage: { Type: "AWS::ApiGateway::Stage", Properties: { RestApiId: "a", StageName: "b" } },
  };
  const summary = await stacksOf(cloud).call("GetTemplateSummary", {
    TemplateBody: JSON.stringify({ Resources }),
  });
  assert.deepEqual(summary["ResourceIdentifierSummaries"], [
    { ResourceType: "AWS::S3::Bucket", LogicalResourceIds: ["Files"], ResourceIdentifiers: ["BucketName"] },
    { ResourceType: "AWS::SNS::Topic", LogicalResourceIds: ["News"] },
    {
      ResourceType: "AWS::ApiGateway::Stage",
      LogicalResourceIds: ["Stage"],
      ResourceIdentifiers: ["RestApiId", "StageName"],
    },
  ]);
});

test("an export that is imported keeps its stack, and the value that it has", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  await stacks.create("shop", SHOP);
  await stacks.create("user", {
    Resources: { News: { Type: "AWS::SNS::Topic", Properties: { DisplayName: "x" } } },
    Outputs: { Seen: { Value: { "Fn::ImportValue": "jobs-url" } } },
  });
  assert.deepEqual(await stacks.call("ListImports", { ExportName: "jobs-url" }), { Imports: ["user"] });
  await assert.rejects(stacks.call("DeleteStack", { StackName: "shop" }), {
    message: "Export jobs-url cannot be deleted as it is in use by user",
  });
});

test("a protected stack is not deleted", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  await stacks.create("shop", SHOP, { EnableTerminationProtection: true });
  await assert.rejects(stacks.call("DeleteStack", { StackName: "shop" }), {
    message: "Stack [shop] cannot be deleted while TerminationProtection is enabled",
  });
});

test("two hundred resources are made in less than five seconds", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  const resources = Array.from({ length: 200 }, (_, n) => [`Queue${n}`, { Type: "AWS::SQS::Queue" }]);
  const begun = performance.now();
  await stacks.create("many", { Resources: Object.fromEntries(resources) });
  assert.equal((await stacks.describe("many"))["StackStatus"], "CREATE_COMPLETE");
  const tookMs = performance.now() - begun;
  assert.ok(tookMs < 5000, `it took ${Math.round(tookMs)} ms`);
});

test("the newest page of events has the whole last operation in it, and what was before follows", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  const queues = Array.from({ length: 60 }, (_, n) => [`Queue${n}`, { Type: "AWS::SQS::Queue" }]);
  const Resources: Record<string, object> = Object.fromEntries(queues);
  const page = (NextToken?: string) => stacks.call("DescribeStackEvents", { StackName: "many", NextToken });
  const texts = (events: unknown) =>
    (events as Record<string, string>[]).map(
      (event) => `${event["LogicalResourceId"]} ${event["ResourceStatus"]}`,
    );
  await stacks.create("many", { Resources });
  const { StackEvents: made, NextToken: none } = await page();
  assert.deepEqual([texts(made).at(-1), none], ["many CREATE_IN_PROGRESS", undefined]);
  await stacks.update("many", {
    Resources: {
      ...Resources,
      Queue0: { Type: "AWS::SQS::Queue", DeletionPolicy: "Retain", Properties: { DelaySeconds: 1 } },
    },
  });
  const { StackEvents: newest, NextToken } = await page();
  const { StackEvents: before } = await page(String(NextToken));
  assert.equal(texts(newest).length, 100, "an operation of a few events is in a page of a hundred");
  assert.equal(texts(before).at(-1), "many CREATE_IN_PROGRESS");
});

test("a stack's tags are those of its resources: one that an update drops leaves them, and a rollback brings it back", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  const Tags = [
    { Key: "team", Value: "a" },
    { Key: "stage", Value: "test" },
  ];
  const template = structuredClone(SHOP);
  template.Resources.Jobs.Properties = { Tags: [{ Key: "own", Value: "1" }] };
  await stacks.create("shop", template, { Tags });
  const tagsOf = async () => {
    const QueueUrl = await stacks.physical("shop", "Jobs");
    const { Tags: all } = await cloud.call<{ Tags: Record<string, string> }>("sqs", "ListQueueTags", {
      QueueUrl,
    });
    return Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith("aws:")));
  };
  assert.deepEqual(await tagsOf(), { own: "1", team: "a", stage: "test" });
  const seen = (await stacks.events("shop")).length;
  await stacks.update("shop", template, { Tags: [{ Key: "team", Value: "b" }] });
  assert.deepEqual(await tagsOf(), { own: "1", team: "b" });
  assert.deepEqual(
    (await stacks.events("shop")).slice(seen).filter((event) => event.startsWith("Jobs")),
    ["Jobs UPDATE_IN_PROGRESS", "Jobs UPDATE_COMPLETE"],
  );
  const failing = { ...template, Resources: { ...template.Resources, Bad: { Type: "AWS::Nowhere::Thing" } } };
  await stacks.update("shop", failing, { Tags: [{ Key: "stage", Value: "prod" }] });
  assert.equal((await stacks.describe("shop"))["StackStatus"], "UPDATE_ROLLBACK_COMPLETE");
  assert.deepEqual(await tagsOf(), { own: "1", team: "b" });
});

test("a stack that is deleted while it is made or changed is deleted once, after what was under way has ended", async () => {
  await using cloud = await testCloud({ listen: false });
  const stacks = stacksOf(cloud);
  const queue = { Q: { Type: "AWS::SQS::Queue" } };
  const waiting = {
    ...queue,
    Handle: { Type: "AWS::CloudFormation::WaitConditionHandle" },
    Wait: {
      Type: "AWS::CloudFormation::WaitCondition",
      DependsOn: "Q",
      Properties: { Handle: { Ref: "Handle" }, Timeout: "60" },
    },
  };
  const made = () => stacks.create("made", { Resources: waiting });
  const changed = async () => {
    const id = await stacks.create("changed", { Resources: queue });
    await stacks.update("changed", { Resources: waiting });
    return id;
  };
  for (const begin of [made, changed]) {
    const id = await begin();
    await stacks.call("DeleteStack", { StackName: id });
    await cloud.settle("PT5M");
    assert.equal((await stacks.describe(id))["StackStatus"], "DELETE_COMPLETE");
    const events = await stacks.events(id);
    assert.ok(events.includes("Wait CREATE_FAILED Resource creation cancelled"), String(events));
    const deletion = events.slice(
      events.findIndex((event) => / DELETE_IN_PROGRESS User Initiated$/.test(event)),
    );
    assert.deepEqual(
      deletion.filter((event) => event.includes("ROLLBACK")),
      [],
    );
    for (const id_ of ["Q", "Handle"])
      assert.equal(deletion.filter((event) => event === `${id_} DELETE_COMPLETE`).length, 1, id_);
  }
});
